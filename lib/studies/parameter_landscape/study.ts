import { z } from "zod";
import { lineSection } from "./sections/line.ts";
import { neitherSection } from "./sections/neither.ts";
import { definePage } from "../../study/page.ts";
import { source } from "../support/sources.ts";

/** The output as a function of the parameters. */
export const parameterLandscape = definePage<
  z.ZodObject,
  string,
  Record<string, unknown>,
  string
>({
  id: "parameter-landscape",
  question:
    "With the input fixed, is the output of a two-layer network a convex or concave function of its parameters?",
  config: z.strictObject({}),
}, {
  title: "Not convex in the parameters",
  source: [source("003", "question 6")],
  introduction: [
    "Linear regression is convex in its parameters; a network with a hidden layer is not. A plot along one straight line in parameter space shows it: a function is convex only if it is convex along every line.",
    "The experiment evaluates the output along the lines of this page and along random ones on the GPU, one network per point of a line, side by side.",
  ],
  sections: [lineSection, neitherSection],
  errata: [],
  figures: [
    {
      id: "ramp-plot",
      title: "The output along the ramp",
      caption:
        "Question 6: the input is fixed at $x = 1$, the two input weights move together; computed on the GPU, one network per point.",
      kind: "scatter",
      series: ["line.t", "line.ramp"],
      names: ["ReLU(t + 1) − ReLU(t − 1)"],
      x: { label: "t", scale: "linear" },
      y: { label: "output", scale: "linear" },
    },
    {
      id: "lines",
      title: "Two more lines",
      caption:
        "The product, whose one unit bends the output both ways, and the first random line through networks of two units.",
      kind: "scatter",
      series: ["line.t", "line.product", "line.t", "line.random2"],
      names: ["t ReLU(1 + t)", "random, width 2"],
      x: { label: "t", scale: "linear" },
      y: { label: "output", scale: "linear" },
    },
    {
      id: "share",
      title: "How rare are lines that bend one way?",
      caption:
        "Share of random lines, through networks with standard normal parameters in a standard normal direction, on which the output bends both ways for $t$ between $-4$ and 4.",
      kind: "lines",
      series: ["share.neither"],
      names: ["neither convex nor concave"],
      x: { label: "hidden units", scale: "log" },
      y: { label: "share of lines", scale: "linear" },
    },
  ],
  claims: [
    {
      sentence:
        "Along the ramp, one chord lies above the graph and one below: the output is neither convex nor concave in the parameters.",
      by: ["ramp"],
    },
    {
      sentence: "One hidden unit is enough.",
      by: ["one unit"],
    },
    {
      sentence:
        "It is the rule, not the exception: from 8 hidden units on, nearly every random line bends both ways.",
      by: ["random lines"],
    },
  ],
});
