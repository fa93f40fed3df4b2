/** Everything with options refuses those that it does not know: the modules are listed, so that a new one cannot be left out. */
import assert from "node:assert/strict";
import fs from "node:fs";
import { graph, type GraphBuilder } from "../../lib/nn/graph.ts";
import { buildPlan } from "../../lib/nn/plan.ts";
import { buildUpdatePlan } from "../../lib/nn/planner/update_plan.ts";
import { missing, testWith } from "../support/permissions.ts";

/** What each is called with; no entry stands for one that needs no option. */
const NEEDED: Record<string, Record<string, unknown>> = {
  dense: { units: 3 },
  conv2d: { channels: 3, kernel: 2 },
  conv3d: { channels: 3, kernel: 2 },
  maxPool2d: { kernel: 2 },
  averagePool2d: { kernel: 2 },
  dropout: { probability: 0.5 },
  rnnCell: { features: 2, units: 3 },
  sgdHeavyBall: { momentum: 0.9 },
  inverse: { c0: 1, c1: 1 },
  power: { exponent: 1 },
  cosine: { rate: 1, steps: 10 },
  stepDecay: { rate: 1, factor: 0.5, every: 3 },
  inceptionModule: { input: [8, 8, 4], channels: [4, 4, 4] },
  vggBlocks: { output: "y1", pixels: 8 },
};

/** Exports that take no options object. */
const OTHERS = ["constant", "channelsLast", "flattenedLast", "behindFlatten"]
  .concat("generator", "layerKey");

const WRONG: [name: string, options: Record<string, unknown>][] = [
  ["dense", { units: "3" }],
  ["dense", { units: 1.5 }],
  ["dense", { bias: "yes" }],
  ["dense", { initial: 1 }],
  ["dense", { weight: {} }],
  ...["conv2d", "conv3d", "maxPool2d", "averagePool2d"].flatMap((
    name,
  ): typeof WRONG => [
    [name, { kernel: 0 }],
    [name, { kernel: [1] }],
    [name, { kernel: "3" }],
    [name, { stride: 0 }],
    [name, { stride: 1.5 }],
    [name, { padding: -1 }],
    [name, { padding: NaN }],
  ]),
  ["conv2d", { channels: 0 }],
  ["conv2d", { bias: 1 }],
  ["batchNorm", { momentum: 2 }],
  ["batchNorm", { epsilon: 0 }],
  ["batchNorm", { epsilon: 1e39 }],
  ["layerNorm", { epsilon: 1e-50 }],
  ["layerNorm", { epsilon: NaN }],
  ["dropout", { probability: 1.5 }],
  ["dropout", { probability: "0.5" }],
  ["rnnCell", { units: 0 }],
  ["sgd", { momentum: 2 }],
  ["sgd", { momentum: NaN }],
  ["sgd", { weightDecay: -1 }],
  ["sgd", { weightDecay: "streams" }],
  ["sgd", { nesterov: 1 }],
  ["sgdHeavyBall", { momentum: 1e39 }],
  ["rmsprop", { decay: 1 }],
  ["rmsprop", { epsilon: 0 }],
  ["rmsprop", { epsilonInside: "no" }],
  ["adam", { betas: [0.9, 1] }],
  ["adam", { betas: [0.9] }],
  ["adam", { betas: 0.9 }],
  ["adam", { epsilon: -1e-8 }],
  ["adamW", { weightDecay: 1e39 }],
  ["power", { rate: -1 }],
  ["inverse", { c1: 0 }],
  ["cosine", { steps: 1.5 }],
  ["stepDecay", { every: 0 }],
  ["alexnetVariant", { width: 0 }],
  ["inceptionModule", { bottleneck: 0 }],
  ["vggBlocks", { output: "y4" }],
];

type Make = (options?: unknown) => unknown;

const root = new URL("../../lib/nn/", import.meta.url);
const canList = missing({ read: true }).length === 0;
const folders = canList ? ["layers", "losses", "optimizers", "models"] : [];
const files = folders.flatMap((folder) =>
  fs.readdirSync(new URL(folder, root)).filter((file) => /\.ts$/.test(file))
    .map((file) => `${folder}/${file}`)
).concat(canList ? "schedules.ts" : []);

const makes = new Map<string, Make>();
for (const file of files) {
  const exported: Record<string, unknown> = await import(
    new URL(file, root).href
  );
  for (const [name, make] of Object.entries(exported)) {
    if (typeof make !== "function" || OTHERS.includes(name)) continue;
    makes.set(
      name,
      name === "rnnCell"
        ? (options) =>
          graph((g) => {
            const cell = make as (g: GraphBuilder, options: unknown) => never;
            return cell(g, options);
          })
        : make as Make,
    );
  }
}

testWith(
  { read: true },
  "there are layers, losses, optimizers, models and schedules",
  () => {
    assert.ok(makes.size >= 30, `${[...makes.keys()]}`);
    const known = [...Object.keys(NEEDED), ...WRONG.map(([name]) => name)];
    assert.deepEqual(known.filter((name) => !makes.has(name)), []);
  },
);

for (const [name, make] of makes) {
  Deno.test(`${name}() refuses an option that it does not have`, () => {
    const needed = NEEDED[name] ?? {};
    const option = Object.keys(needed)[0];
    assert.throws(() => make({ ...needed, misspelt: 1 }), (error: Error) => {
      assert.ok(error instanceof RangeError, `${error}`);
      assert.match(
        error.message,
        /with misspelt: (it has no options|its options are \w+)/,
      );
      if (option) assert.match(error.message, new RegExp(`\\b${option}\\b`));
      return true;
    });
    assert.throws(() => make(3), /with 3: it (takes an object|has no options)/);
    if (name !== "rnnCell") make(NEEDED[name]);
  });
}

for (const [name, options] of canList ? WRONG : []) {
  const [[option]] = Object.entries(options) as [[string, unknown]];
  Deno.test(`${name}() refuses ${option} ${Deno.inspect(options[option])}`, () => {
    assert.throws(
      () => makes.get(name)!({ ...NEEDED[name], ...options }),
      new RegExp(`with ${option} .*: it must be`),
    );
  });
}

Deno.test("buildPlan() and buildUpdatePlan() refuse options that they do not have", () => {
  const plan = buildPlan as Make;
  const apply = buildUpdatePlan as (plan: unknown, options: unknown) => unknown;
  assert.throws(
    () => plan({ name: "net", optimiser: 1 }),
    /Cannot plan net with optimiser: its options are .*; did you mean optimizer\?/,
  );
  assert.throws(
    () => apply({}, { name: "net", microBatch: 1 }),
    /Cannot plan net with microBatch: .*; did you mean microBatches\?/,
  );
  for (
    const [options, message] of [
      [{ name: "" }, /Cannot plan with name ""/],
      [{ name: "net", model: 1 }, /model 1: it must be a graph/],
    ] as const
  ) assert.throws(() => plan(options), message);
});
