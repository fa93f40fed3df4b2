/** What a layer of ReLU units can approximate, and what SGD makes of it. About a minute on a software adapter. */
import { z } from "zod";
import { type CurveName, curves } from "../../data/curves.ts";
import { buildPlan } from "../../nn/plan.ts";
import { sgd } from "../../nn/optimizers/sgd.ts";
import { meanSquaredError } from "../../nn/losses/squared_error.ts";
import { defineStudy } from "../../train/experiment.ts";
import { approximate } from "./approximate.ts";
import { expectations } from "./expect.ts";
import { casesOf, modelOf, rowOf } from "./cases.ts";

const names = Object.keys(curves) as [CurveName, ...CurveName[]];

const config = z.strictObject({
  targets: z.array(z.enum(names)).min(1)
    .describe("functions on [−1, 1] to approximate"),
  widths: z.array(z.int().min(1).max(256)).min(2)
    .describe("hidden ReLU units, ascending")
    .refine(
      (widths) => widths.every((width, i) => i === 0 || width > widths[i - 1]!),
      "must ascend",
    ),
  seeds: z.int().min(2).max(256)
    .describe("networks trained for each target and width"),
  examples: z.int().min(8).max(10_000)
    .describe("points to learn from, drawn uniformly, without noise"),
  batchSize: z.int().min(1).max(1000).describe("examples per update"),
  steps: z.int().min(100).max(10_000_000).describe("updates"),
  learningRate: z.number().positive().max(1)
    .describe("first step size of SGD; a cosine takes it to 0"),
  momentum: z.number().min(0).max(0.999).describe("momentum of SGD"),
  points: z.int().min(11).max(1001)
    .describe("even grid on which errors are measured"),
});
export type Config = z.output<typeof config>;

const setting = {
  targets: ["sine", "chirp", "absolute", "step"] satisfies CurveName[],
  examples: 256,
  batchSize: 32,
  learningRate: 0.02,
  momentum: 0.9,
  points: 401,
};

export default defineStudy({
  id: "universal-approximation",
  question: "A good network exists: does SGD find it?",
  config,
  presets: {
    smoke: { ...setting, widths: [4, 64], seeds: 2, steps: 1000 },
    quick: {
      ...setting,
      widths: [2, 4, 8, 16, 32, 64],
      seeds: 8,
      steps: 10_000,
    },
    full: {
      ...setting,
      targets: names,
      widths: [2, 4, 8, 16, 32, 64, 128, 256],
      seeds: 32,
      steps: 100_000,
    },
  },
  // Targets, widths and seeds are the replicas.
  maxReplicas: 1,
  plans({ config, target }) {
    const model = modelOf(config);
    const { trained, constructed } = casesOf(config);
    const measure = (name: string, replicas: number) =>
      buildPlan({ name, model, batch: rowOf(config), replicas, target });
    return {
      training: buildPlan({
        name: "training",
        model,
        loss: meanSquaredError(),
        optimizer: sgd({ momentum: config.momentum }),
        batch: config.batchSize,
        replicas: trained.length,
        ownData: "target",
        widths: trained.map(({ width }) => [width]),
        target,
      }),
      measuring: measure("measuring", trained.length),
      constructed: measure("constructed", constructed.length),
    };
  },
  steps: ({ config }) => ({ training: config.steps }),
  run: approximate,
  expect: expectations,
});
