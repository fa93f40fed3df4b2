/**
 * The AlexNet variant on MNIST digits of which some, or all, have random labels.
 * Minutes on a software adapter at the quick size; the full size is meant for a
 * GPU.
 */
import { z } from "zod";
import { alexnetVariant } from "../../nn/models/alexnet_variant.ts";
import { crossEntropy } from "../../nn/losses/cross_entropy.ts";
import { buildPlan } from "../../nn/plan.ts";
import { sgd } from "../../nn/optimizers/sgd.ts";
import { defineStudy } from "../../train/experiment.ts";
import { expectations } from "./expect.ts";
import { memorize } from "./memorize.ts";

const config = z.strictObject({
  images: z.int().min(1).max(60_000)
    .describe("training images, drawn from the 60,000"),
  testImages: z.int().min(1).max(10_000)
    .describe("test images, the first ones of the set"),
  ratios: z.array(z.number().min(0).max(1)).min(1).max(20)
    .refine(
      (ratios) => ratios.every((ratio, i) => i === 0 || ratio > ratios[i - 1]!),
      "must ascend",
    )
    .describe("shares of the training labels that are random, ascending"),
  seeds: z.int().min(1).max(32)
    .describe(
      "networks per ratio, each with first weights and labels of its own",
    ),
  width: z.number().positive().max(1)
    .describe("share of the channels and hidden units of the full network"),
  dropout: z.number().min(0).max(0.9)
    .describe("probability of the dropout before the dense layers"),
  gain: z.number().positive().max(10)
    .describe(
      "factor on the first weights that PyTorch draws; √6 gives He's variance",
    ),
  batch: z.int().min(1).max(1024).describe("images per update"),
  learningRate: z.number().positive().max(10).describe("step size of SGD"),
  epochs: z.int().min(1).max(10_000).describe("epochs at most"),
  lookEvery: z.int().min(1).max(10_000)
    .describe("epochs between two measurements on the training images"),
  fitted: z.number().min(0).max(1)
    .describe(
      "training accuracy from which on a network has fitted its labels",
    ),
  stopWhenFitted: z.boolean()
    .describe("whether to end when every network has fitted its labels"),
  ratiosAtOnce: z.int().min(1).max(20)
    .describe(
      "ratios whose networks train side by side, the others after them; it divides their number",
    ),
}).refine(
  ({ batch, images }) => batch <= images,
  "batch must be at most images",
).refine(
  ({ ratios, ratiosAtOnce }) => ratios.length % ratiosAtOnce === 0,
  "ratiosAtOnce must divide the number of ratios",
);
export type Config = z.output<typeof config>;

const setting = {
  ratios: [0, 0.2, 0.4, 0.6, 0.8, 1],
  dropout: 0.5,
  epochs: 150,
  fitted: 0.99,
};

/** Takes the variance of PyTorch's first weights, 1 / (3 inputs), to He's, 2 / inputs. */
const HE_GAIN = Math.sqrt(6);

export default defineStudy({
  id: "label-memorization",
  question: "Can a network learn random labels?",
  config,
  presets: {
    smoke: {
      ...setting,
      ...{ images: 16, testImages: 250, ratios: [0, 1], seeds: 1 },
      ...{ width: 1 / 24, gain: HE_GAIN },
      ...{ batch: 8, learningRate: 0.05 },
      ...{ lookEvery: 2, stopWhenFitted: true, ratiosAtOnce: 2 },
    },
    // So narrow a network does not leave the plateau at log 10 within these
    // updates from PyTorch's own first weights.
    quick: {
      ...setting,
      ...{ images: 200, testImages: 2000, seeds: 2 },
      ...{ width: 1 / 16, gain: HE_GAIN },
      ...{ batch: 20, learningRate: 0.05 },
      ...{ lookEvery: 2, stopWhenFitted: true, ratiosAtOnce: 6 },
    },
    full: {
      ...setting,
      ...{ images: 6000, testImages: 10_000, seeds: 1 },
      ...{ width: 1, gain: 1 },
      ...{ batch: 64, learningRate: 0.1 },
      // Six networks have tensors that many adapters cannot bind.
      ...{ lookEvery: 1, stopWhenFitted: false, ratiosAtOnce: 3 },
    },
  },
  // The replicas are the ratios, and the seeds of each.
  maxReplicas: 1,
  plans({ config, target }) {
    const { width, dropout, batch, images, testImages } = config;
    const common = {
      model: alexnetVariant({ width, dropout }),
      loss: crossEntropy(),
      replicas: config.ratiosAtOnce * config.seeds,
      target,
    };
    const measuring = { ...common, gradients: false };
    return {
      training: buildPlan({
        name: "training",
        ...common,
        optimizer: sgd(),
        ownData: "target",
        batch,
      }),
      looking: buildPlan({
        name: "training images",
        ...measuring,
        ownData: "target",
        batch: Math.min(batch, images),
      }),
      testing: buildPlan({
        name: "test images",
        ...measuring,
        batch: Math.min(batch, testImages),
      }),
    };
  },
  steps({ config: { epochs, images, batch, ratios, ratiosAtOnce } }) {
    const fits = Math.ceil(ratios.length / ratiosAtOnce);
    const updates = fits * epochs * Math.ceil(images / batch);
    return { training: updates };
  },
  run: memorize,
  expect: expectations,
});
