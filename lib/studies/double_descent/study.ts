import { setting } from "./config.ts";
import { definePage } from "../../study/page.ts";
import { optimumSection } from "./sections/optimum.ts";
import { peakSection } from "./sections/peak.ts";
import { movingThreshold, thresholdSection } from "./sections/threshold.ts";
import { source } from "../support/sources.ts";

/** When does more data or more parameters hurt? */
export const doubleDescent = definePage(setting, {
  title: "Double descent",
  source: [source("004", "computer assignment 1")],
  introduction: [
    "A network with too few parameters cannot fit its examples, and one with more can fit their noise. So the test loss falls, then rises with the width $M$. But it rises only up to the width at which the examples are just fitted; beyond, it falls again.",
    "The experiment learns $g : \\mathbb R^8 \\to \\mathbb R^8$ from $N$ noisy examples with two hidden ReLU layers of $M$ units, for several teachers $g$ side by side: Adam on all examples at once, learning rate 0.01 with cosine decay.",
  ],
  sections: [optimumSection, thresholdSection, peakSection],
  errata: [movingThreshold],
  figures: [
    {
      id: "double-descent",
      title: "Final loss against width",
      caption:
        "Each point is the end of {steps} full-batch updates, mean and spread over {teachers} teachers. To the left of the threshold, fitting more of the noise costs more and more; to the right, the training loss is zero to rounding and the test loss falls, towards the optimum $\\sigma^2$.",
      kind: "lines",
      series: ["final.test.loss", "final.train.loss"],
      names: ["test loss", "training loss"],
      x: { label: "width M", scale: "log" },
      y: { label: "mean squared error", scale: "linear" },
      marks: [
        {
          axis: "x",
          result: "thresholdWidth",
          label: "parameters = equations",
        },
        { axis: "y", result: "optimalTestError", label: "optimal test error" },
      ],
    },
    {
      id: "training",
      title: "Training loss of three widths",
      caption:
        "Wider networks need fewer updates, and a network below the threshold never reaches $10^{-3}$.",
      kind: "lines",
      series: ["M10.loss", "M50.loss", "M100.loss"],
      names: ["M = 10", "M = 50", "M = 100"],
      x: { label: "updates", scale: "log" },
      y: { label: "training loss", scale: "log" },
    },
    {
      id: "interpolation",
      title: "Updates until the training loss is below 10⁻³",
      caption:
        "Means over the teachers whose networks got there; widths at which none did are absent, and a mark at the frame stands for a single one that did not.",
      kind: "lines",
      series: ["interpolation.steps"],
      names: ["updates"],
      x: { label: "width M", scale: "log" },
      y: { label: "updates", scale: "log" },
    },
    {
      id: "more-data",
      title: "More data",
      caption:
        "The test loss for {moreExamples} examples, of which {examples} are those of the other curve. The peak moves to the threshold of the larger sample; between the two thresholds and a little beyond, the expectations below say where more data hurt.",
      kind: "lines",
      series: ["final.test.loss", "more.test.loss"],
      names: ["{examples} examples", "{moreExamples} examples"],
      x: { label: "width M", scale: "log" },
      y: { label: "test loss", scale: "linear" },
      marks: [
        {
          axis: "x",
          result: "thresholdWidth",
          label: "threshold of the smaller sample",
        },
        {
          axis: "x",
          result: "largerThresholdWidth",
          label: "of the larger",
        },
      ],
    },
  ],
});
