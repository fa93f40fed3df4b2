import { z } from "zod";
import { definePage, type FigureRef } from "../../study/page.ts";
import { capacitySection } from "./sections/capacity.ts";
import { chanceSection } from "./sections/chance.ts";
import { subsetTargets } from "./sections/erratum.ts";
import { firstWeightsSection } from "./sections/first_weights.ts";
import { testErrorSection } from "./sections/test_error.ts";
import { source } from "../support/sources.ts";

const PERCENTAGES = [0, 20, 40, 60, 80, 100];

/** A quantity at every share of random labels. */
function everyRatio(quantity: string): Pick<FigureRef, "series" | "names"> {
  return {
    series: PERCENTAGES.map((percent) => `random${percent}.${quantity}`),
    names: PERCENTAGES.map((percent) => `${percent} % random`),
  };
}

const epochs = { label: "epoch", scale: "linear" } as const;
const share = { label: "random labels (%)", scale: "linear" } as const;
const atChance = {
  axis: "y",
  result: "chanceLoss",
  label: "log 10",
} as const;

/** Can a network learn random labels? */
export const labelMemorization = definePage<
  z.ZodObject,
  string,
  Record<string, unknown>,
  string
>({
  id: "label-memorization",
  question: "Can a network learn random labels?",
  config: z.strictObject({}),
}, {
  title: "Learning random labels by heart",
  source: [source("000", "problem 6"), source("001", "section 6")],
  introduction: [
    "Zhang et al. 2017 gave images random labels, drawn once, and trained on them as on true ones: the networks learned every label by heart. What they learned then says nothing about new images, so it is no lack of capacity that keeps such networks from overfitting on true labels.",
    "The experiment trains a variant of AlexNet on MNIST digits of which 0, 20, 40, 60, 80 and 100 % have random labels, side by side, from the same first weights and in the same order of images: SGD on the cross-entropy, dropout before the linear layers. The preset full is that of the source: 6,000 images, 8,925,738 parameters, learning rate 0.1, batches of 64, 150 epochs, and meant for a GPU.",
    "The default preset quick trains the same layers with a sixteenth of the channels, 37,478 parameters, on 200 images with two networks per ratio, batches of 20, learning rate 0.05 and larger first weights; it ends when every network has fitted its labels, and tests on the first 2,000 test images.",
  ],
  sections: [
    capacitySection,
    chanceSection,
    firstWeightsSection,
    testErrorSection,
  ],
  errata: [subsetTargets],
  figures: [
    {
      id: "loss",
      title: "Training loss",
      caption:
        "Mean over the updates of each epoch, with dropout, so that it stays above zero; at 0, the loss of the first batch. Random labels keep the network near $\\log 10$ for longer, and then it learns them too.",
      kind: "lines",
      ...everyRatio("loss"),
      x: epochs,
      y: { label: "cross-entropy (nats)", scale: "linear" },
      marks: [atChance],
    },
    {
      id: "accuracy",
      title: "Training accuracy",
      caption:
        "Share of the training images that get the label they were given, measured after the epoch and without dropout.",
      kind: "lines",
      ...everyRatio("accuracy"),
      x: epochs,
      y: { label: "training accuracy", scale: "linear" },
    },
    {
      id: "all-random",
      title: "All labels random",
      caption:
        "Loss in nats and accuracy as a fraction, of the networks with 100 % random labels alone.",
      kind: "lines",
      series: ["random100.loss", "random100.accuracy"],
      names: ["training loss (nats)", "training accuracy (fraction)"],
      x: epochs,
      y: { label: "loss and accuracy", scale: "linear" },
    },
    {
      id: "epochs-to-fit",
      title: "Epochs until the labels are fitted",
      caption:
        "First measurement with a training accuracy of 99 % or more. An update takes the same time whatever its labels are, so the time to fit, in the result “ratios”, goes with the epochs; the time of a fixed number of epochs, as figure 4 (d) of 001 shows it, says nothing about the labels.",
      kind: "lines",
      series: ["fit.epochs"],
      names: ["epochs"],
      x: share,
      y: { label: "epochs", scale: "linear" },
    },
    {
      id: "test-error",
      title: "Error on new images",
      caption:
        "After the last epoch, on test images with their true labels; beside it the error of a network that copies the label of one training image, which is known from the error without random labels.",
      kind: "lines",
      series: ["final.test.error", "copied.test.error"],
      names: ["test error", "copying one label"],
      x: share,
      y: { label: "test error", scale: "linear" },
      marks: [{ axis: "y", result: "chance", label: "guessing" }],
    },
  ],
  pictures: [
    {
      id: "labels-shown",
      title: "What is learned by heart",
      caption:
        "The first training images with the labels that a network at the largest share of random labels is trained on.",
      result: "labels",
    },
  ],
  claims: [
    {
      sentence:
        "Labels that say nothing about the images are learned by heart.",
      by: ["random labels are fitted", "every ratio is fitted"],
    },
    {
      sentence: "Random labels take more epochs than true ones.",
      by: ["random labels take longer"],
    },
    {
      sentence: "The more labels are random, the more test images are wrong.",
      by: ["test error rises"],
    },
    {
      sentence:
        "With all labels random the test error is that of guessing, 90 %.",
      by: ["test error of chance"],
    },
    {
      sentence:
        "On new images a network that has learned random labels loses more than one that knows nothing: it is sure, and wrong.",
      by: ["worse than knowing nothing"],
    },
  ],
});
