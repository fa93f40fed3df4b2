import { z } from "zod";
import { definePage } from "../../study/page.ts";
import { dropoutSection } from "./sections/dropout.ts";
import { penaltySection } from "./sections/penalty.ts";
import { source } from "../support/sources.ts";

const ARMS = ["none", "dropout", "l2", "both"];
const NAMES = ["neither", "dropout", "L2", "both"];

const update = { label: "update", scale: "linear" } as const;

/** What do dropout and an L2 penalty do to overfitting? */
export const regularization = definePage<
  z.ZodObject,
  string,
  Record<string, unknown>,
  string
>({
  id: "regularization",
  question: "What do dropout and an L2 penalty do to overfitting?",
  config: z.strictObject({}),
}, {
  title: "Dropout and L2",
  source: [source("002", "section 2 (f)")],
  introduction: [
    "A network with many parameters and few examples fits all of them and errs on others: it overfits. Dropout multiplies hidden units by random zeros and ones in training, so that no unit can rely on another; an L2 penalty makes large parameters costly.",
    "The experiment draws thousands of masks on the GPU and compares their mean with what went in, follows SGD with weight decay beside SGD on the penalized cost, and trains networks on a few images of MNIST with neither, each and both. Every seed has images and first weights of its own, the same for all four, so that differences are taken seed by seed.",
  ],
  sections: [dropoutSection, penaltySection],
  errata: [],
  figures: [
    {
      id: "training-loss",
      title: "Loss on the training images",
      caption:
        "Measured in evaluation mode, without the penalty; mean and spread over the seeds. The penalty keeps it from going to 0, dropout only makes it slower.",
      kind: "lines",
      series: ARMS.map((arm) => `${arm}.train.loss`),
      names: NAMES,
      x: update,
      y: { label: "cross-entropy", scale: "log" },
    },
    {
      id: "test-loss",
      title: "Loss on the test images",
      caption:
        "Where the training loss goes to 0, the test loss turns and rises: the networks become surer of their mistakes. Dropout delays this, the penalty stops it.",
      kind: "lines",
      series: ARMS.map((arm) => `${arm}.test.loss`),
      names: NAMES,
      x: update,
      y: { label: "cross-entropy", scale: "linear" },
    },
    {
      id: "ends",
      title: "Training and test at the end",
      caption:
        "One small dot per seed, a large one for the mean. The gap is test loss less training loss.",
      kind: "scatter",
      series: ARMS.flatMap((arm) => [`end.${arm}.train`, `end.${arm}.test`]),
      names: NAMES,
      x: { label: "training loss", scale: "log" },
      y: { label: "test loss", scale: "linear" },
    },
    {
      id: "gains",
      title: "Gain in accuracy",
      caption:
        "Test accuracy at the end less that with neither, over that with neither: one small dot per seed, a large one for the mean. Those of neither lie on 0.",
      kind: "scatter",
      series: ARMS.flatMap((arm) => ["accuracy.none", `gain.${arm}`]),
      names: NAMES,
      x: { label: "test accuracy with neither", scale: "linear" },
      y: { label: "gain", scale: "linear" },
    },
    {
      id: "masks",
      title: "The mean over masks",
      caption:
        "Root mean square difference between the mean over $n$ masks and $h$. With the factor $1/q$ it falls as $\\sqrt{(1-q)/(q n)}$, the standard error; without it, it stops at $(1-q)\\, h$.",
      kind: "lines",
      series: ["masks.scaled", "masks.theory", "masks.unscaled"],
      names: ["R ⊙ h / q", "standard error", "R ⊙ h"],
      x: { label: "masks n", scale: "log" },
      y: { label: "difference from h", scale: "log" },
    },
  ],
  claims: [
    {
      sentence:
        "Inverted scaling keeps the expectation: over thousands of masks the mean is $h$ to within its standard error; without the factor it is not.",
      by: ["share of ones", "mean of R ⊙ h / q", "mean of R ⊙ h"],
    },
    {
      sentence:
        "SGD with weight decay $2\\lambda$ is SGD on $\\rho + \\lambda \\lVert\\theta\\rVert^2$.",
      by: ["weight decay"],
    },
    {
      sentence: "Without regularization the networks overfit.",
      by: ["overfitting without"],
    },
    {
      sentence:
        "L2 narrows the gap between training and test loss for good, with dropout or without: parameters stay small, and the training loss, which would go to 0, pays for it.",
      by: ["gap with L2", "gap with both", "weights with L2", "price"],
    },
    {
      sentence:
        "Dropout delays overfitting: a third of the way the gap is narrower in every seed. It does not prevent it: at the end these networks fit the images in spite of it and are as sure of their mistakes as without.",
      by: ["gap with dropout, a third of the way", "gap with dropout"],
    },
    {
      sentence:
        "Each lowers the smallest test loss of the run, and both together lower it most.",
      by: ["lowest test loss"],
    },
    {
      sentence:
        "The accuracy at the end changes by less than two percentage points with any of them.",
      by: ["accuracy with dropout", "accuracy with L2", "accuracy with both"],
    },
  ],
});
