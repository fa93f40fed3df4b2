import { z } from "zod";
import { convexitySection } from "./sections/convexity.ts";
import { depthSection } from "./sections/depth.ts";
import { kinksSection } from "./sections/kinks.ts";
import { noBiasSection } from "./sections/no_bias.ts";
import { shapesSection } from "./sections/shapes.ts";
import { smoothSection } from "./sections/smooth.ts";
import { trainingSection } from "./sections/training.ts";
import { definePage } from "../../study/page.ts";
import { source } from "../support/sources.ts";

/** What ReLU networks with one input can be. */
export const reluNetworks = definePage<
  z.ZodObject,
  string,
  Record<string, unknown>,
  string
>({
  id: "relu-networks",
  question:
    "Which functions of one input can a ReLU network with $l$ layers of width $k$ compute, and how many kinks can they have?",
  config: z.strictObject({}),
}, {
  title: "Kinks of ReLU networks",
  source: [
    source("003", "question 1"),
    source("003", "question 2"),
    source("003", "question 3"),
    source("003", "question 4"),
    source("003", "question 5"),
  ],
  introduction: [
    "A ReLU network with one input draws a line that bends. Where it bends and how often depends on the weights; how often at most, on the layers and their widths. $l$ counts affine maps: $l$ layers have $l - 1$ hidden ones, of $k$ units each.",
    "The experiment counts the kinks of networks as they are drawn at random and after training on the GPU, deep ones against wide ones with the same number of hidden units. What can be represented and what training finds are different things.",
  ],
  sections: [
    shapesSection,
    convexitySection,
    kinksSection,
    depthSection,
    smoothSection,
    noBiasSection,
    trainingSection,
  ],
  errata: [],
  figures: [
    {
      id: "bound",
      title: "The most kinks, deep against wide",
      caption:
        "A sawtooth of three units per layer, its kinks counted in what the GPU computes, and one of the same number of units in one layer, counted from its weights.",
      kind: "lines",
      series: ["kinks.deep", "kinks.wide"],
      names: ["layers of three units", "all units in one layer"],
      x: { label: "hidden layers of the deep one", scale: "linear" },
      y: { label: "kinks", scale: "log" },
    },
    {
      id: "found",
      title: "Kinks at random and after training",
      caption:
        "Networks with the same number of hidden units, spread over one layer and more, as PyTorch draws them and after training on a triangle wave; mean and standard deviation over the networks.",
      kind: "lines",
      series: ["kinks.random", "kinks.trained"],
      names: ["at random", "after training"],
      x: { label: "hidden layers", scale: "linear" },
      y: { label: "kinks", scale: "linear" },
    },
    {
      id: "loss",
      title: "Who fits the wave",
      caption:
        "Loss after training; mean and standard deviation over the networks of a shape.",
      kind: "lines",
      series: ["final.loss"],
      names: ["mean squared error"],
      x: { label: "hidden layers", scale: "linear" },
      y: { label: "mean squared error", scale: "linear" },
    },
    {
      id: "fits",
      title: "The best fits",
      caption:
        "The target and, of one, two and three hidden layers, the network with the least loss.",
      kind: "scatter",
      series: [
        ...["fit.x", "fit.target", "fit.x", "fit.best1"],
        ...["fit.x", "fit.best2", "fit.x", "fit.best3"],
      ],
      names: [
        "target",
        "one hidden layer",
        "two hidden layers",
        "three hidden layers",
      ],
      x: { label: "x", scale: "linear" },
      y: { label: "output", scale: "linear" },
    },
    {
      id: "no-bias-plots",
      title: "Two units without biases",
      caption:
        "Question 5 (a) and (c) on $[-5, 5]$, computed on the GPU: $W_1 = (1, -1)^\\top$ with $W_2 = (1, -1)$ and with $W_2 = (1, 1)$.",
      kind: "scatter",
      series: ["noBias.x", "noBias.linear", "noBias.x", "noBias.convex"],
      names: ["linear", "convex"],
      x: { label: "x", scale: "linear" },
      y: { label: "f(x)", scale: "linear" },
    },
  ],
  claims: [
    {
      sentence:
        "The sawtooth attains the bound: $4^{l-1} - 1$ kinks from $3(l - 1)$ units, counted from the weights and in the outputs of the GPU.",
      by: ["bound attained"],
    },
    {
      sentence:
        "With two layers, no network has more kinks than hidden units, before or after training.",
      by: ["at most k kinks"],
    },
    {
      sentence:
        "At random, a network has about as many kinks as hidden units, however they are spread over layers.",
      by: ["as many as units, at random"],
    },
    {
      sentence:
        "Training does not raise it: the exponential number is possible, but it is not what is found.",
      by: ["as many as units, trained", "far below the bound"],
    },
    {
      sentence:
        "Even so, on a wave with many kinks the best deep fit is closer than the best wide one of the same number of units.",
      by: ["best of the deep"],
    },
    {
      sentence: "Two units without biases compute $x$ and $\\lvert x \\rvert$.",
      by: ["linear and convex"],
    },
  ],
});
