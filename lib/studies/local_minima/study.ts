import { z } from "zod";
import { averagingSection } from "./sections/averaging.ts";
import { betweenSection } from "./sections/between.ts";
import { notOnlyMinima } from "./sections/erratum.ts";
import { symmetrySection } from "./sections/symmetry.ts";
import { definePage } from "../../study/page.ts";
import { source } from "../support/sources.ts";

/** Two runs, same loss, different θ. */
export const localMinima = definePage<
  z.ZodObject,
  string,
  Record<string, unknown>,
  string
>({
  id: "local-minima",
  question:
    "Two runs end with the same loss and different parameters: how can that be, and what lies between them?",
  config: z.strictObject({}),
}, {
  title: "Same loss, other parameters",
  source: [
    source("002", "section 2 (a)"),
    source("002", "section 2 (b)"),
    source("002", "section 4 (e)"),
  ],
  introduction: [
    "The order of the hidden units is no part of the function, and neither are their signs: the same function has $H!\\, 2^H$ parameters $\\theta$, and different runs find different ones. Between them the loss is high, and an average of their parameters is no average of their functions.",
    "The experiment trains many networks of four tanh units side by side on what a teacher of the same kind says, with plain SGD and momentum. Most arrive at a loss near the rounding of float32; some stay behind. Those that arrived are compared: distance, function, the straight line between them, averages; then once more after their units were aligned.",
  ],
  sections: [symmetrySection, betweenSection, averagingSection],
  errata: [notOnlyMinima],
  figures: [
    {
      id: "line",
      title: "The loss along a straight line",
      caption:
        "From one run to the next, from a run to its own copy with units exchanged and signs turned, and from one run to the next after aligning its units; mean and standard deviation over the pairs, on points that no run has seen.",
      kind: "lines",
      series: ["line.apart", "line.copy", "line.aligned"],
      names: [
        "between two runs",
        "between a run and its copy",
        "between two runs, units aligned",
      ],
      x: { label: "percent of the way", scale: "linear" },
      y: { label: "mean squared error", scale: "log" },
    },
    {
      id: "averages",
      title: "Averaging runs",
      caption:
        "Loss of the average of the first $M$ runs: of their parameters, of their outputs, and of their parameters after aligning them with the first.",
      kind: "lines",
      series: [
        "average.parameters",
        "average.outputs",
        "average.aligned",
      ],
      names: [
        "parameters averaged",
        "outputs averaged",
        "parameters averaged, units aligned",
      ],
      x: { label: "runs M", scale: "linear" },
      y: { label: "mean squared error", scale: "log" },
    },
    {
      id: "curves",
      title: "How they got there",
      caption:
        "Loss on a batch over the steps: the two runs that are compared first, and one that stays behind.",
      kind: "lines",
      series: ["curve.first", "curve.second", "curve.behind"],
      names: ["first run", "second run", "a run that stays behind"],
      x: { label: "step", scale: "linear" },
      y: { label: "mean squared error", scale: "log" },
    },
  ],
  claims: [
    {
      sentence:
        "Runs that arrive at the same loss have other parameters and the same function.",
      by: ["same loss", "other parameters", "same function"],
    },
    {
      sentence:
        "A run and its rearranged copy differ by rounding as functions and are far apart as parameters.",
      by: ["rearranged copy"],
    },
    {
      sentence: "On the straight line between two runs the loss is high.",
      by: ["barrier"],
    },
    {
      sentence:
        "Aligning the units removes the barrier: the runs had found the same units in another order.",
      by: ["aligned"],
    },
    {
      sentence:
        "An ensemble averages outputs: averaging parameters fails, unless the units are aligned first.",
      by: [
        "average of parameters",
        "average of outputs",
        "average of aligned parameters",
      ],
    },
    {
      sentence: "Not every run of SGD reaches the best loss; some stay behind.",
      by: ["left behind"],
    },
  ],
});
