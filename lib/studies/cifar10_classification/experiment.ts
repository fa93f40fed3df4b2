/**
 * Classifiers of CIFAR-10: an MLP with and without random crops side by side,
 * the same MLP on few pictures, a small CNN. A quarter of an hour on a software
 * adapter at the quick size and, the first time, a download of 139 MB.
 */
import { z } from "zod";
import { defineStudy } from "../../train/experiment.ts";
import { expectations } from "./expect.ts";
import { plansOf } from "./models.ts";
import { classify } from "./train.ts";
import { loadImages } from "../support/images.ts";

const epochs = z.int().min(1).max(1000);
const units = z.int().min(1).max(4096);

const config = z.strictObject({
  trainingExamples: z.int().min(1).max(50_000)
    .describe("training pictures, the first ones of the set"),
  validationExamples: z.int().min(1).max(10_000)
    .describe("validation pictures, the first ones of the test set"),
  measuredExamples: z.int().min(1).max(50_000)
    .describe(
      "training pictures, as they are, that loss and accuracy are measured on",
    ),
  batch: z.int().min(1).max(1024).describe("examples per update"),
  learningRate: z.number().positive().max(1).describe("step size of SGD"),
  momentum: z.number().min(0).max(0.99).describe("momentum of SGD"),
  hidden: z.array(units).min(1).max(8)
    .describe("units of the MLP's hidden layers"),
  epochs: epochs.describe("epochs of the MLP"),
  padding: z.int().min(0).max(16)
    .describe("black pixels around a picture before 32×32 are cropped"),
  flip: z.boolean()
    .describe("whether half of the cropped pictures are mirrored as well"),
  fewExamples: z.int().min(1).max(50_000)
    .describe("training pictures of the MLP that learns them by heart"),
  fewEpochs: epochs.describe("epochs of that MLP"),
  channels: z.array(z.int().min(1).max(256)).min(1).max(4)
    .describe("channels of the CNN's convolutions, each followed by pooling"),
  cnnEpochs: epochs.describe("epochs of the CNN"),
}).refine(
  ({ trainingExamples, measuredExamples, fewExamples }) =>
    Math.max(measuredExamples, fewExamples) <= trainingExamples,
  "measuredExamples and fewExamples must be at most trainingExamples",
).refine(
  ({ batch, fewExamples, validationExamples }) =>
    batch <= Math.min(fewExamples, validationExamples),
  "batch must be at most fewExamples and validationExamples",
);
export type Config = z.output<typeof config>;

const setting = {
  ...{ batch: 128, learningRate: 0.01, momentum: 0.9 },
  ...{ padding: 4, flip: false },
};

export default defineStudy({
  id: "cifar10-classification",
  question:
    "How well do simple networks recognize pictures, and what do random crops change?",
  config,
  presets: {
    smoke: {
      ...setting,
      ...{ trainingExamples: 2000, validationExamples: 500 },
      ...{ measuredExamples: 500, hidden: [64, 32], epochs: 4 },
      ...{ fewExamples: 128, fewEpochs: 40, channels: [4, 8], cnnEpochs: 1 },
    },
    quick: {
      ...setting,
      ...{ trainingExamples: 50_000, validationExamples: 10_000 },
      ...{ measuredExamples: 5000, hidden: [256, 128], epochs: 30 },
      ...{ fewExamples: 500, fewEpochs: 200 },
      ...{ channels: [16, 32], cnnEpochs: 5 },
    },
    full: {
      ...setting,
      ...{ trainingExamples: 50_000, validationExamples: 10_000 },
      ...{ measuredExamples: 10_000, hidden: [512, 128], epochs: 30 },
      ...{ fewExamples: 500, fewEpochs: 200 },
      ...{ channels: [16, 32], cnnEpochs: 30 },
    },
  },
  // The replicas are the MLP with crops and the one without.
  maxReplicas: 1,
  plans: plansOf,
  steps({ config }) {
    const { trainingExamples, fewExamples, batch } = config;
    const updates = (examples: number, epochs: number) =>
      epochs * Math.ceil(examples / batch);
    return {
      "mlp training": updates(trainingExamples, config.epochs),
      "few training": updates(fewExamples, config.fewEpochs),
      "cnn training": updates(trainingExamples, config.cnnEpochs),
    };
  },
  run: async (ctx, plans) =>
    classify(ctx, plans, await loadImages(ctx, "cifar10")),
  expect: expectations,
});
