/** Options objects that refuse what they do not know. */
import assert from "node:assert/strict";
import {
  checkOptions,
  flag,
  listOf,
  number,
  oneOf,
  perAxisOf,
  positive,
  required,
  type Rule,
  text,
  whole,
} from "../../lib/core/options.ts";

const rules = { units: required(whole(1)), bias: flag };

function refused(options: unknown, message: RegExp): void {
  assert.throws(
    () =>
      checkOptions(
        "make a thing",
        options as { units: number },
        rules as never,
      ),
    (error: Error) =>
      error instanceof RangeError && message.test(error.message),
    `${message}`,
  );
}

Deno.test("checkOptions() names the options that there are, and the likely one", () => {
  checkOptions("make a thing", { units: 1, bias: undefined }, rules);
  refused(
    { units: 1, bais: true },
    /^Cannot make a thing with bais: its options are units, bias; did you mean bias\?$/,
  );
  refused(
    { units: 1, zzz: undefined },
    /with zzz: its options are units, bias$/,
  );
  refused({}, /without units: it must be a whole number of at least 1$/);
  refused({ units: "3" }, /units "3": it must be a whole/);
  refused({ units: 1, bias: null }, /bias null: it must be true or false/);
  for (const options of [3, null, "x", [1], () => 1]) {
    refused(options, /it takes an object; its options are units, bias/);
  }
  assert.throws(
    () => checkOptions("make relu", { inplace: true }, {} as never),
    /Cannot make relu with inplace: it has no options/,
  );
});

const CASES: [Rule, valid: unknown[], invalid: unknown[]][] = [
  [whole(0), [0, 3, -0], [-1, 0.5, NaN, Infinity, "3", null, [1], 1n, 2 ** 60]],
  [number(), [-1e38, 0, 3.4e38], [1e39, -1e39, NaN, Infinity, "1", true]],
  [number({ from: 0, to: 1 }), [0, 0.5, 1], [-1e-9, 1 + 1e-9, NaN]],
  [number({ from: 0, below: 1 }), [0, 1 - 1e-12], [1, -1, 2]],
  // What float32 makes 0 is not above 0.
  [positive, [2 ** -126, 1], [0, 1e-40, 1e-300, -1, NaN]],
  [flag, [true, false], [0, 1, "true", null]],
  [text, ["a"], ["", 1, null]],
  [oneOf("stream"), ["stream"], ["streams", true]],
  [listOf(whole(1), 2), [[1, 2]], [[1], [1, 0], [1, 2, 3], [, 1], 1, "12"]],
  [perAxisOf(2, 1), [1, [2, 3]], [0, [1], [1, 2, 3], "12", "1", [1, "2"]]],
];

for (const [rule, valid, invalid] of CASES) {
  Deno.test(`what must be ${rule.need}`, () => {
    for (const value of valid) assert.ok(rule.holds(value), String(value));
    for (const value of invalid) assert.ok(!rule.holds(value), String(value));
  });
}
