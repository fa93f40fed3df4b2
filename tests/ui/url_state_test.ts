import assert from "node:assert/strict";
import fc from "fast-check";
import {
  choiceField,
  numberField,
  replaceState,
  urlState,
} from "../../lib/ui/interactive/url_state.ts";

const codec = urlState({
  width: numberField({
    name: "w",
    label: "the width",
    initial: 4,
    min: 1,
    max: 64,
    integer: true,
  }),
  slope: numberField({
    name: "s",
    label: "the slope",
    initial: 0.5,
    min: -2,
    max: 2,
  }),
  shape: choiceField({
    name: "f",
    label: "the shape",
    initial: "line",
    choices: ["line", "kink"],
  }),
});

const read = (search: string) => codec.read(new URLSearchParams(search));

Deno.test("UrlState writes what differs from the default and reads it back", () => {
  const { state: initial, problems } = read("");
  assert.deepEqual(initial, { width: 4, slope: 0.5, shape: "line" });
  assert.deepEqual(problems, {});
  assert.equal(codec.write(initial).size, 0);
  const state = { width: 8, slope: -0.1, shape: "kink" } as const;
  assert.equal(String(codec.write(state)), "w=8&s=-0.1&f=kink");
  assert.deepEqual(read(String(codec.write(state))).state, state);
  assert.equal(String(codec.write({ ...initial, slope: 0.1 + 0.2 })), "s=0.3");
});

Deno.test("UrlState gives a malformed field its default and names the limit", () => {
  const { state, problems } = read("w=2.5&s=nan&f=kink");
  assert.deepEqual(state, { width: 4, slope: 0.5, shape: "kink" });
  assert.deepEqual(problems, {
    width:
      'Cannot use the width: need a whole number from 1 to 64, have "2.5"; type another, or empty the field for 4',
    slope:
      'Cannot use the slope: need a number from -2 to 2, have "nan"; type another, or empty the field for 0.5',
  });
});

Deno.test("replaceState() leaves the other parameters of a page alone", () => {
  const { state } = read("w=9");
  assert.equal(
    replaceState(codec, state, "?run=a-b&w=3&s=1"),
    "?run=a-b&w=9",
  );
  assert.equal(replaceState(codec, read("").state, "?w=3"), "");
});

/** Query strings that are nearly right. */
const queries = fc.array(
  fc.tuple(
    fc.constantFrom("w", "s", "f", "__proto__", "x"),
    fc.oneof(
      fc.string({ unit: "binary", maxLength: 60 }),
      fc.double().map(String),
      fc.constantFrom("kink", "1e999", "0x10", " 4", "1e-400", "٣", "-0"),
    ),
  ),
  { maxLength: 6 },
);

Deno.test("UrlState reads 10,000 odd queries: in range, or with a problem that names field, limit and remedy", () => {
  fc.assert(
    fc.property(queries, (pairs) => {
      const search = new URLSearchParams(pairs);
      const { state, problems } = codec.read(search);
      assert.ok(Number.isInteger(state.width));
      assert.ok(state.width >= 1 && state.width <= 64);
      assert.ok(state.slope >= -2 && state.slope <= 2);
      assert.ok(["line", "kink"].includes(state.shape));
      for (const problem of Object.values(problems)) {
        assert.match(
          problem!,
          /^Cannot use the \w+: need .* (to|of) .*; type/s,
        );
      }
      const again = codec.read(codec.write(state));
      assert.deepEqual(again.problems, {});
      assert.ok(Math.abs(again.state.slope - state.slope) <= 1e-5);
    }),
    { numRuns: 10_000 },
  );
});
