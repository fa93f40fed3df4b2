/** Stochastic gradient descent at several learning rates, and with weight decay, on one overparameterized problem. Minutes on a software adapter. */
import { z } from "zod";
import { buildPlan } from "../../nn/plan.ts";
import { sgd } from "../../nn/optimizers/sgd.ts";
import { meanSquaredError } from "../../nn/losses/squared_error.ts";
import { defineStudy } from "../../train/experiment.ts";
import { descend } from "./descend.ts";
import { expectations } from "./expect.ts";
import { armsOf } from "./arms.ts";
import { student } from "../support/teachers.ts";

const config = z.strictObject({
  sets: z.int().min(1).max(64)
    .describe("teachers, each with a training set of its own"),
  examples: z.int().min(2).max(10_000).describe("training examples N"),
  testExamples: z.int().min(1).max(100_000)
    .describe("test examples, and as many to choose the weight decay by"),
  noise: z.number().min(0).max(10)
    .describe("standard deviation σ of the noise on every output"),
  width: z.int().min(1).max(1024).describe("units M of each hidden layer"),
  layers: z.int().min(1).max(32).describe("hidden layers"),
  batch: z.int().min(1).max(10_000).describe("examples B of a mini-batch"),
  rates: z.array(z.number().positive().max(10)).min(2)
    .describe("learning rates μ, ascending"),
  decays: z.array(z.number().positive().max(1)).min(1)
    .describe("weight decays λ to try at decayRate, ascending"),
  decayRate: z.number().positive().max(10)
    .describe("learning rate μ of the networks with weight decay"),
  steps: z.int().min(1).max(10_000_000).describe("updates, a mini-batch each"),
}).refine(
  ({ examples, batch }) => examples % batch === 0,
  "batch must divide examples",
);
export type Config = z.output<typeof config>;

const setting = {
  examples: 100,
  testExamples: 1000,
  noise: 0.3,
  width: 50,
  layers: 5,
  batch: 20,
};

export default defineStudy({
  id: "implicit-regularization",
  question: "Does SGD prefer flat solutions?",
  config,
  presets: {
    smoke: {
      ...setting,
      sets: 2,
      examples: 40,
      testExamples: 200,
      layers: 3,
      batch: 8,
      rates: [0.16, 0.64],
      decays: [0.01],
      decayRate: 0.32,
      steps: 2500,
    },
    // Larger rates than the full preset's reach convergence in fewer updates.
    quick: {
      ...setting,
      sets: 4,
      rates: [0.08, 0.16, 0.32, 0.64],
      decays: [0.001, 0.003, 0.005],
      decayRate: 0.32,
      steps: 20_000,
    },
    full: {
      ...setting,
      sets: 16,
      rates: [0.02, 0.04, 0.08, 0.16],
      decays: [0.0003, 0.001, 0.002, 0.003, 0.005, 0.01],
      decayRate: 0.08,
      steps: 400_000,
    },
  },
  // The arms and the sets are the replicas.
  maxReplicas: 1,
  plans({ config, target }) {
    const common = {
      model: student(config),
      loss: meanSquaredError(),
      replicas: armsOf(config).length * config.sets,
      ownData: true,
      target,
    };
    const { batch } = config;
    return {
      training: buildPlan({
        name: "training",
        ...common,
        optimizer: sgd({ weightDecay: "stream" }),
        batch,
      }),
      gradients: buildPlan({
        name: "gradients",
        ...common,
        gradients: true,
        batch,
      }),
      measuring: buildPlan({
        name: "measuring",
        ...common,
        gradients: false,
        batch: Math.min(500, config.testExamples),
      }),
    };
  },
  steps: ({ config }) => ({ training: config.steps }),
  run: descend,
  expect: expectations,
});
