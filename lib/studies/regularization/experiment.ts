/**
 * Dropout and L2: masks and their mean, weight decay beside a penalty, and the
 * gap between training and test on a few images of MNIST. On a software adapter
 * about 10 s at the smoke size and two minutes at the quick one.
 */
import { z } from "zod";
import { defineStudy } from "../../train/experiment.ts";
import { stage } from "../../train/stage.ts";
import { arms } from "./arms.ts";
import { expectations } from "./expect.ts";
import { maskPlan, measureMasks } from "./masks.ts";
import { comparePenalty, penaltyPlan } from "./penalty.ts";
import { report } from "./report.ts";
import { planNames, train, trainingPlans } from "./training.ts";
import { loadImages } from "../support/images.ts";

const config = z.strictObject({
  seeds: z.int().min(2).max(256)
    .describe("networks of each kind, each with images of its own"),
  examples: z.int().min(20).max(60_000).describe("training images per seed"),
  testExamples: z.int().min(20).max(10_000).describe("test images, the first"),
  width: z.int().min(1).max(4096).describe("units of each hidden layer"),
  dropProbability: z.number().positive().max(0.95)
    .describe("probability with which dropout drops a unit, 1 − q"),
  penalty: z.number().positive().max(1).describe("λ of ρ + λ‖θ‖²"),
  batch: z.int().min(1).max(1024).describe("images of a mini-batch"),
  learningRate: z.number().positive().max(10).describe("step size of SGD"),
  steps: z.int().min(1).max(1_000_000).describe("updates"),
  evaluateEvery: z.int().min(1).max(1_000_000)
    .describe("updates between two measurements of loss and accuracy"),
  masks: z.int().min(64).max(10_000_000).describe("masks to average over"),
});
export type Config = z.output<typeof config>;

const common = { dropProbability: 0.5, penalty: 0.005, learningRate: 0.1 };

export default defineStudy({
  id: "regularization",
  question: "What do dropout and an L2 penalty do to overfitting?",
  config,
  presets: {
    smoke: {
      ...common,
      ...{ seeds: 3, examples: 100, testExamples: 500, width: 32, batch: 20 },
      ...{ steps: 300, evaluateEvery: 100, masks: 1024 },
    },
    quick: {
      ...common,
      ...{ seeds: 8, examples: 300, testExamples: 2000, width: 64, batch: 30 },
      ...{ steps: 1500, evaluateEvery: 100, masks: 8192 },
    },
    full: {
      ...common,
      ...{ seeds: 16, examples: 1000, testExamples: 10_000 },
      ...{ width: 512, batch: 50 },
      ...{ steps: 10_000, evaluateEvery: 500, masks: 65_536 },
    },
  },
  // The seeds are the replicas.
  maxReplicas: 1,
  plans: (setting) => ({
    masks: maskPlan(setting),
    penalty: penaltyPlan(setting),
    ...trainingPlans(setting),
  }),
  steps: ({ config }) =>
    Object.fromEntries(arms.map((arm) => [planNames(arm)[0], config.steps])),
  async run(ctx, plans) {
    await stage(ctx, "masks", () => measureMasks(ctx, plans.masks));
    await stage(ctx, "penalty", () => comparePenalty(ctx, plans.penalty));
    const sets = await loadImages(ctx, "mnist");
    const ended = [];
    for (const arm of arms) {
      const setting = { plans, sets };
      ended.push(
        ...await stage(ctx, arm.name, () => train(ctx, arm, setting)),
      );
    }
    report(ctx, ended);
  },
  expect: expectations,
});
