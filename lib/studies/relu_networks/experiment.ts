/** Kinks of ReLU networks: of a sawtooth, at random, and after training, deep against wide. Half a minute on a software adapter. */
import { z } from "zod";
import type { Plan } from "../../core/plan.ts";
import { defineStudy } from "../../train/experiment.ts";
import { stage } from "../../train/stage.ts";
import { expectations } from "./expect.ts";
import { measureFits, shapesOf, trainingName, trainingPlans } from "./fits.ts";
import { givenPlans, measureGiven } from "./given.ts";

const config = z.strictObject({
  mostLayers: z.int().min(2).max(5)
    .describe("layers l of the deepest sawtooth"),
  units: z.int().min(4).max(240).describe("hidden units of every fit"),
  hiddenLayers: z.array(z.int().min(1).max(6)).min(2)
    .describe("numbers of hidden layers that the units are spread over"),
  networks: z.int().min(2).max(1024)
    .describe("networks of each shape, side by side"),
  targetKinks: z.int().min(1).max(255)
    .describe("kinks of the triangle wave that is fitted on [−1, 1]"),
  points: z.int().min(16).max(100_000).describe("points of the target"),
  steps: z.int().min(10).max(1_000_000)
    .describe("updates of each network, all points in each"),
  learningRate: z.number().positive().max(1)
    .describe("first step size of Adam; a cosine takes it to 0"),
}).refine(
  ({ units, hiddenLayers }) =>
    hiddenLayers.includes(1) &&
    hiddenLayers.every((hidden) => units % hidden === 0),
  "hiddenLayers must have 1 among them, and each must divide units",
);
export type Config = z.output<typeof config>;

const setting = { mostLayers: 5, learningRate: 0.02 };

export default defineStudy({
  id: "relu-networks",
  question: "How many kinks do ReLU networks have?",
  config,
  presets: {
    smoke: {
      ...setting,
      ...{ units: 12, hiddenLayers: [1, 2, 3], networks: 8 },
      ...{ targetKinks: 7, points: 64, steps: 300 },
    },
    quick: {
      ...setting,
      ...{ units: 24, hiddenLayers: [1, 2, 3, 4], networks: 32 },
      ...{ targetKinks: 15, points: 256, steps: 2000 },
    },
    full: {
      ...setting,
      ...{ units: 24, hiddenLayers: [1, 2, 3, 4, 6], networks: 256 },
      ...{ targetKinks: 15, points: 1024, steps: 20_000 },
    },
  },
  // The networks that are compared are the replicas.
  maxReplicas: 1,
  plans: ({ config, target }): Record<string, Plan> => ({
    ...givenPlans(config, target),
    ...trainingPlans(config, target),
  }),
  steps: ({ config }) =>
    Object.fromEntries(
      shapesOf(config).map((shape) => [trainingName(shape), config.steps]),
    ),
  async run(ctx, plans) {
    await stage(ctx, "given", () => measureGiven(ctx, plans));
    await measureFits(ctx, plans);
  },
  expect: expectations,
});
