import assert from "node:assert/strict";
import { z } from "zod";
import { UsageError } from "../../lib/core/errors.ts";
import { applySettings, parseConfig } from "../../lib/study/config.ts";
import { fields } from "../../lib/study/field.ts";

const schema = z.strictObject({
  learningRate: z.number().positive().describe("step size, per update"),
  steps: z.int().min(1).max(1_000_000),
  widths: z.array(z.int().positive()),
  pair: z.tuple([z.number(), z.string()]),
  kind: z.enum(["relu", "tanh"]),
  noisy: z.boolean(),
  momentum: z.union([z.number(), z.literal("auto")]),
  limit: z.number().nullable(),
  name: z.string(),
});
const preset = {
  learningRate: 0.1,
  steps: 3,
  widths: [1],
  pair: [1, "x"],
  kind: "relu",
  noisy: false,
  momentum: 0,
  limit: 5,
  name: "first",
};

Deno.test("applySettings() reads values as their fields say", () => {
  const cases: [string, string, unknown][] = [
    ["learningRate=1e-3", "learningRate", 0.001],
    ["steps=10", "steps", 10],
    ["widths=4,8, 16", "widths", [4, 8, 16]],
    ["widths=[4,8]", "widths", [4, 8]],
    ["pair=2,y", "pair", [2, "y"]],
    ["kind=tanh", "kind", "tanh"],
    ["noisy=true", "noisy", true],
    ["momentum=auto", "momentum", "auto"],
    ["momentum=0.9", "momentum", 0.9],
    ["limit=null", "limit", null],
    ["name=12", "name", "12"],
    ["name=a=b", "name", "a=b"],
  ];
  for (const [assignment, key, value] of cases) {
    const config = applySettings(schema, preset, [assignment]);
    assert.deepEqual(config, { ...preset, [key]: value }, assignment);
  }
});

Deno.test("applySettings() takes the last of several values and leaves the preset as it is", () => {
  const config = applySettings(schema, preset, ["steps=1", "steps=2"]);
  assert.equal(config.steps, 2);
  assert.equal(preset.steps, 3);
});

Deno.test("applySettings() names field, value and what is expected", () => {
  const cases: [string, RegExp][] = [
    [
      "learningRate=abc",
      /^Cannot set learningRate to "abc": it is a number above 0 \(step size, per update\)$/,
    ],
    ["learningRate=-1", /learningRate to "-1": it is a number above 0/],
    ["learningRate=NaN", /learningRate to "NaN"/],
    ["learningRate=", /learningRate to ""/],
    ["learningRate=Infinity", /learningRate to "Infinity"/],
    ["steps=0", /steps to "0": it is an integer from 1 to 1000000/],
    ["steps=1e9", /steps to "1e9"/],
    ["steps=2.5", /steps to "2.5"/],
    ["widths=a,2", /widths to "a,2": it is a list/],
    ["kind=gelu", /kind to "gelu": it is one of relu, tanh/],
    ["limit=x", /limit to "x": it is a number or null/],
    ["noisy=1", /noisy to "1": it is true or false/],
    ["momentum=x", /momentum to "x": it is a number or "auto"/],
    ["lr=abc", /no field lr; did you mean learningRate\? It is a number/],
    ["zebra=1", /no field zebra; there are learningRate, steps,/],
    ["steps", /Cannot read --set steps: write key=value/],
    ["=3", /Cannot read --set =3/],
  ];
  for (const [assignment, message] of cases) {
    assert.throws(
      () => applySettings(schema, preset, [assignment]),
      (error: Error) =>
        error instanceof UsageError && message.test(error.message),
      assignment,
    );
  }
});

Deno.test("parseConfig() names a missing, a wrong and an unknown field", () => {
  const { steps: _, ...without } = preset;
  assert.throws(
    () => parseConfig(schema, without),
    /Cannot set steps to "nothing"/,
  );
  assert.throws(
    () => parseConfig(schema, { ...preset, kind: 7 }),
    /Cannot set kind to "7"/,
  );
  assert.throws(
    () => parseConfig(schema, { ...preset, extra: 1 }),
    /Cannot use the config: .*extra/,
  );
});

Deno.test("fields() lists names, expectations and descriptions", () => {
  assert.deepEqual(fields(schema)[0], {
    name: "learningRate",
    expected: "a number above 0",
    description: "step size, per update",
  });
});

Deno.test("fields() names the number whose multiples a field takes", () => {
  const pixels = z.int().min(16).max(1024).multipleOf(4);
  const width = z.number().positive().max(1).multipleOf(0.25);
  assert.deepEqual(
    fields(z.object({ pixels, width })).map(({ expected }) => expected),
    [
      "a multiple of 4 from 16 to 1024",
      "a multiple of 0.25 above 0, at most 1",
    ],
  );
});
