/** Test loss against the width of a network, for 100 noisy examples and for 200. Minutes on a software adapter. */
import { z } from "zod";
import { buildPlan } from "../../nn/plan.ts";
import { meanSquaredError } from "../../nn/losses/squared_error.ts";
import { adam } from "../../nn/optimizers/adam.ts";
import type { Plan } from "../../core/plan.ts";
import { defineStudy } from "../../train/experiment.ts";
import { expectations } from "./expect.ts";
import { LAYERS, sweep, testName, trainingName } from "./sweep.ts";
import { student } from "../support/teachers.ts";

const width = z.int().min(1).max(1024);
const ascending = z.array(width).min(1).refine(
  (widths) => widths.every((width, i) => i === 0 || width > widths[i - 1]!),
  "must ascend",
);

const config = z.strictObject({
  teachers: z.int().min(1).max(256)
    .describe("functions to learn, each with samples of its own"),
  examples: z.int().min(1).max(10_000).describe("training examples N"),
  moreExamples: z.int().min(1).max(10_000)
    .describe(
      "training examples where more are compared, the first N the same",
    ),
  testExamples: z.int().min(1).max(100_000).describe("test examples"),
  noise: z.number().positive().max(10)
    .describe("standard deviation σ of the noise on every output"),
  widths: ascending.describe("units M of each hidden layer, ascending"),
  curves: z.array(width).describe("widths M whose training loss is recorded"),
  moreDataWidths: ascending
    .describe("widths M that are trained on more examples too, ascending"),
  steps: z.int().min(1).max(1_000_000)
    .describe("updates of each network, all examples in each"),
  learningRate: z.number().positive().max(1)
    .describe("first step size of Adam; a cosine takes it to 0"),
}).refine(
  ({ widths, curves, moreDataWidths }) =>
    [...curves, ...moreDataWidths].every((width) => widths.includes(width)),
  "curves and moreDataWidths must be among widths",
);
export type Config = z.output<typeof config>;

const setting = {
  examples: 100,
  moreExamples: 200,
  testExamples: 2000,
  noise: 0.3,
  steps: 6000,
  learningRate: 0.01,
};

export default defineStudy({
  id: "double-descent",
  question: "When does more data or more parameters hurt?",
  config,
  presets: {
    smoke: {
      ...setting,
      teachers: 2,
      testExamples: 500,
      widths: [6, 22, 60],
      curves: [6, 22, 60],
      moreDataWidths: [22],
      steps: 1000,
    },
    quick: {
      ...setting,
      teachers: 5,
      widths: [2, 4, 6, 10, 14, 18, 20, 22, 25, 30, 35, 50, 100, 200],
      curves: [10, 50, 100],
      moreDataWidths: [22, 30, 35, 100],
    },
    full: {
      ...setting,
      teachers: 20,
      widths: [
        ...Array.from({ length: 20 }, (_, i) => 2 * i + 2),
        ...[45, 50, 60, 70, 80, 90, 100, 120, 140, 160, 180, 200],
      ],
      curves: [10, 50, 100],
      moreDataWidths: [16, 20, 22, 24, 26, 28, 30, 32, 34, 36, 40, 50, 100],
      steps: 20_000,
    },
  },
  // The teachers are the replicas.
  maxReplicas: 1,
  plans({ config, target }) {
    const plans: Record<string, Plan> = {};
    const { examples, moreExamples, testExamples } = config;
    for (const width of config.widths) {
      const common = {
        model: student({ width, layers: LAYERS }),
        loss: meanSquaredError(),
        replicas: config.teachers,
        ownData: true,
        target,
      };
      const counts = config.moreDataWidths.includes(width)
        ? [examples, moreExamples]
        : [examples];
      for (const batch of counts) {
        const name = trainingName(width, batch);
        plans[name] = buildPlan({ name, ...common, optimizer: adam(), batch });
      }
      const name = testName(width);
      const batch = Math.min(500, testExamples);
      plans[name] = buildPlan({ name, ...common, gradients: false, batch });
    }
    return plans;
  },
  steps({ config: { widths, examples, moreExamples, moreDataWidths, steps } }) {
    const names = [
      ...widths.map((width) => trainingName(width, examples)),
      ...moreDataWidths.map((width) => trainingName(width, moreExamples)),
    ];
    return Object.fromEntries(names.map((name) => [name, steps]));
  },
  run: sweep,
  expect: expectations,
});
