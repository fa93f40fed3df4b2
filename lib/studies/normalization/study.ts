import { z } from "zod";
import { definePage, type FigureRef } from "../../study/page.ts";
import { backwardSection } from "./sections/backward.ts";
import { companySection } from "./sections/company.ts";
import { squareMissing } from "./sections/erratum.ts";
import { forwardSection } from "./sections/forward.ts";
import { layerSection } from "./sections/layer.ts";
import { runningSection } from "./sections/running.ts";
import { source } from "../support/sources.ts";

const KINDS = ["none", "batch", "layer"];
const NAMES = ["without", "batch normalization", "layer normalization"];

const update = { label: "update", scale: "linear" } as const;
const layer = { label: "layer i", scale: "linear" } as const;

/** The norm of every layer's gradient, before or after training. */
function gradients(when: "first" | "last", caption: string): FigureRef {
  return {
    id: `gradient-${when}`,
    title: `Gradients ${when === "first" ? "before" : "after"} training`,
    caption,
    kind: "lines",
    series: KINDS.map((kind) => `gradient.${when}.${kind}`),
    names: NAMES,
    x: layer,
    y: { label: "norm of the gradient", scale: "log" },
  };
}

/** What do batch and layer normalization compute? */
export const normalization = definePage<
  z.ZodObject,
  string,
  Record<string, unknown>,
  string
>({
  id: "normalization",
  question: "What do BatchNorm and LayerNorm compute?",
  config: z.strictObject({}),
}, {
  title: "Batch and layer normalization",
  source: [source("002", "section 4 (a)"), source("002", "section 4 (b)")],
  introduction: [
    "Both layers subtract a mean, divide by a standard deviation, and then scale and shift by two learned numbers per feature. They differ in what the mean is taken over: batch normalization takes it over the examples of a batch, one mean per feature; layer normalization takes it over the features, one mean per example.",
    "The experiment compares the kernels with float64 and with PyTorch's numbers, trains a deep sigmoid network on a small part of MNIST without and with each of them, and puts one image into many batches to see whether its output moves.",
  ],
  sections: [
    forwardSection,
    backwardSection,
    runningSection,
    layerSection,
    companySection,
  ],
  errata: [squareMissing],
  figures: [
    {
      id: "loss",
      title: "Training a deep sigmoid network",
      caption:
        "Loss over the training set, in evaluation mode; mean over the networks. Without normalization it stays at $\\log 10$, the loss of a network that knows nothing.",
      kind: "lines",
      series: KINDS.map((kind) => `${kind}.train.loss`),
      names: NAMES,
      x: update,
      y: { label: "cross-entropy", scale: "linear" },
    },
    {
      id: "accuracy",
      title: "Accuracy on the test set",
      caption:
        "In evaluation mode: batch normalization takes its running statistics, which begin at 0 and 1.",
      kind: "lines",
      series: KINDS.map((kind) => `${kind}.test.accuracy`),
      names: NAMES,
      x: update,
      y: { label: "share of right answers", scale: "linear" },
    },
    gradients(
      "first",
      "Norm of $\\partial \\ell / \\partial W_i$ on the first mini-batch, input layer first, output layer last. Without normalization every sigmoid passes on a fraction; batch normalization divides by the small deviation that the sigmoid left, which makes up for it. The first matrix stands out because it has 784 inputs.",
    ),
    gradients(
      "last",
      "The same on the last mini-batch of training. What has learned the training set has small gradients for another reason: there is little left to correct.",
    ),
    {
      id: "difference",
      title: "How different the examples are",
      caption:
        "Standard deviation over the examples of what goes into the sigmoids of layer $i$, before training. Sigmoid outputs lie around a pattern that all examples share. Batch normalization takes this pattern out and brings what is left to 1; the variance over the features that layer normalization divides by is mostly the pattern's, so that differences between examples shrink from layer to layer.",
      kind: "lines",
      series: KINDS.map((kind) => `difference.${kind}`),
      names: NAMES,
      x: layer,
      y: { label: "standard deviation", scale: "log" },
    },
    {
      id: "company",
      title: "One image in many batches",
      caption:
        "How far the logits of one image move when the rest of its batch is exchanged: root mean square over the batches, for trained networks. Batch normalization in training depends on the company, less in larger batches; in evaluation, and with layer normalization, the difference is exactly 0.",
      kind: "sizes",
      series: ["company.batch", "company.evaluation", "company.layer"],
      names: [
        "batch normalization, training",
        "batch normalization, evaluation",
        "layer normalization",
      ],
      x: { label: "images in the batch", scale: "linear" },
      y: { label: "spread of the logits", scale: "log" },
    },
  ],
  claims: [
    {
      sentence:
        "The gradients of networks with these kernels agree with float64, and each layer agrees with PyTorch.",
      by: ["gradients", "PyTorch"],
    },
    {
      sentence:
        "Without normalization the gradient of a deep sigmoid network vanishes towards the input, and training stands still.",
      by: ["gradients without", "sigmoid alone stands still"],
    },
    {
      sentence:
        "With batch normalization the gradient reaches the first layer, and the same network learns.",
      by: [
        "gradients with batch normalization",
        "with batch normalization it learns",
      ],
    },
    {
      sentence:
        "With layer normalization the gradient still falls towards the input, but less than without, and the network learns later.",
      by: [
        "gradients with layer normalization",
        "with layer normalization it learns later",
      ],
    },
    {
      sentence:
        "The reason is what they divide by: batch normalization keeps the examples apart, layer normalization lets them grow alike.",
      by: [
        "differences with batch normalization",
        "differences with layer normalization",
      ],
    },
    {
      sentence:
        "In training, batch normalization makes an output depend on the rest of the batch; in evaluation it does not, and layer normalization never does.",
      by: [
        "batch normalization in company",
        "batch normalization in evaluation",
        "layer normalization in company",
      ],
    },
  ],
});
