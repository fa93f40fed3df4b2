import { z } from "zod";
import { cropsSection } from "./sections/crops.ts";
import { curvesSection } from "./sections/curves.ts";
import { fittingSection } from "./sections/fitting.ts";
import { linearSection } from "./sections/linear.ts";
import { lossSection } from "./sections/loss.ts";
import { reluSection } from "./sections/relu.ts";
import { trainingSection } from "./sections/training.ts";
import { definePage, type FigureRef } from "../../study/page.ts";
import { source } from "../support/sources.ts";

/** Series of the four curves with and without crops, training before validation. */
function curves(
  quantity: "loss" | "accuracy",
): Pick<FigureRef, "series" | "names"> {
  return {
    series: ["plain", "cropped"].flatMap((arm) =>
      ["train", "validation"].map((set) => `${arm}.${set}.${quantity}`)
    ),
    names: [
      "training, without crops",
      "validation, without crops",
      "training, with crops",
      "validation, with crops",
    ],
  };
}

const epochs = { label: "epoch", scale: "linear" } as const;

/** How well do simple networks recognize pictures? */
export const cifar10Classification = definePage<
  z.ZodObject,
  string,
  Record<string, unknown>,
  string
>({
  id: "cifar10-classification",
  question:
    "How well do simple networks recognize pictures, and what do random crops change?",
  config: z.strictObject({}),
}, {
  title: "A first real classifier",
  source: [source("003", "questions 10–15")],
  introduction: [
    "CIFAR-10 has 60,000 colour pictures of 32×32 pixels in ten classes. The first sections derive every module of a multilayer perceptron forward and backward; the run trains it for 30 epochs, with and without random crops of the training pictures, from the same first parameters and in the same order of examples.",
    "Beside it the run trains the same network on a few pictures alone, until it knows them by heart, and a small convolutional network. The validation pictures are those of the data set's test set; nothing is chosen by them. The preset full takes a wider network and trains the CNN for 30 epochs as well.",
  ],
  sections: [
    linearSection,
    reluSection,
    lossSection,
    trainingSection,
    curvesSection,
    fittingSection,
    cropsSection,
  ],
  errata: [],
  figures: [
    {
      id: "accuracy",
      title: "Accuracy of the MLP",
      caption:
        "After every epoch, at the same parameters: on the first training pictures, as they are, and on the validation pictures.",
      kind: "lines",
      ...curves("accuracy"),
      x: epochs,
      y: { label: "accuracy", scale: "linear" },
    },
    {
      id: "loss",
      title: "Loss of the MLP",
      caption:
        "The same epochs; before the first step every loss is near $\\log 10 = 2.30$.",
      kind: "lines",
      ...curves("loss"),
      x: epochs,
      y: { label: "cross-entropy (nats)", scale: "linear" },
    },
    {
      id: "by-heart",
      title: "Few pictures, learned by heart",
      caption:
        "The same network without crops on a few of the training pictures, for more epochs.",
      kind: "lines",
      series: ["few.train.accuracy", "few.validation.accuracy"],
      names: ["training", "validation"],
      x: epochs,
      y: { label: "accuracy", scale: "linear" },
    },
    {
      id: "cnn",
      title: "A small CNN beside the MLP",
      caption:
        "Two convolutions of 3×3 with ReLU and pooling, then one dense layer, without crops. The result “networks” says how many parameters each has.",
      kind: "lines",
      series: [
        "cnn.train.accuracy",
        "cnn.validation.accuracy",
        "plain.validation.accuracy",
      ],
      names: ["CNN, training", "CNN, validation", "MLP, validation"],
      x: epochs,
      y: { label: "accuracy", scale: "linear" },
    },
  ],
  pictures: [
    {
      id: "crops-shown",
      title: "What a crop does",
      caption:
        "Training pictures as they are, each followed by three random crops of it.",
      result: "crops",
    },
    {
      id: "mistakes",
      title: "What the MLP takes for something else",
      caption:
        "The first validation pictures that the network trained with crops names wrong, and how sure it is.",
      result: "mistakes",
    },
    {
      id: "filters-mlp",
      title: "First-layer weights of the MLP",
      caption:
        "The eight hidden units that weigh most in the network trained without crops (first row) and the same units, from the same first weights, with crops (second row). Grey is 0; each picture has its own scale.",
      result: "filters.mlp",
    },
    {
      id: "filters-cnn",
      title: "First-layer filters of the CNN",
      caption: "Windows of 3×3 pixels, in the same colours.",
      result: "filters.cnn",
    },
  ],
  claims: [
    {
      sentence:
        "The MLP names half of the validation pictures right, five times as many as by chance.",
      by: ["validation accuracy of the MLP"],
    },
    {
      sentence:
        "Question 12: without crops both accuracies rise fast at first; then the training accuracy runs ahead, and the validation accuracy follows less and less.",
      by: ["learns", "gap without crops"],
    },
    {
      sentence:
        "Question 13: after the last epoch the training accuracy is not perfect, and it still rises: the network has not been trained to its end.",
      by: ["not perfect", "still rising"],
    },
    {
      sentence:
        "Question 13: the same network names every one of few pictures right when it sees them often enough.",
      by: ["learned by heart"],
    },
    {
      sentence:
        "Question 13: perfect training accuracy is not all one needs: that network recognizes fewer validation pictures than the one that makes mistakes on its training pictures.",
      by: ["by heart is not enough"],
    },
    {
      sentence:
        "Question 15: with random crops the training accuracy is lower and the gap to the validation accuracy narrower.",
      by: ["crops make training harder", "crops narrow the gap"],
    },
    {
      sentence:
        "A small CNN is better than the MLP after as few epochs, with a fraction of the parameters.",
      by: ["CNN"],
    },
  ],
});
