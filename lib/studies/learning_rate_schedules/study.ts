import { z } from "zod";
import { conditionsSection } from "./sections/conditions.ts";
import { notRequired } from "./sections/erratum.ts";
import { limitsSection } from "./sections/limits.ts";
import { problemSection } from "./sections/problem.ts";
import { definePage, type FigureRef } from "../../study/page.ts";
import { source } from "../support/sources.ts";

/** One curve for each schedule. */
function perSchedule(quantity: string): Pick<FigureRef, "series" | "names"> {
  return {
    series: ["constant", "inverse", "slow", "fast"]
      .map((name) => `${quantity}.${name}`),
    names: ["constant ½", "1 / (2 + k)", "½ (k + 1)⁻⁰·⁴", "½ (k + 1)⁻²"],
  };
}

/** Which α_k converge? */
export const learningRateSchedules = definePage<
  z.ZodObject,
  string,
  Record<string, unknown>,
  string
>({
  id: "learning-rate-schedules",
  question: "Which sequences of learning rates $\\alpha_k$ converge?",
  config: z.strictObject({}),
}, {
  title: "Learning rates that converge",
  source: [source("002", "section 2 (e)")],
  introduction: [
    "With one sample per step the gradient is noisy at the optimum too. A rate that stays keeps the noise; a rate that falls too fast stops on the way. Between the two lies what Robbins and Monro asked for in 1951: $\\sum \\alpha_k = \\infty$ and $\\sum \\alpha_k^2 < \\infty$.",
    "The experiment runs four schedules on one problem, each with hundreds of seeds side by side in the same dispatches of the GPU: a constant rate, $C_0/(C_1 + k)$, $k^{-0.4}$ and $k^{-2}$. All start at the same rate and see the same samples.",
  ],
  sections: [problemSection, conditionsSection, limitsSection],
  errata: [notRequired],
  figures: [
    {
      id: "distance",
      title: "Distance to the optimum",
      caption:
        "$\\lVert \\theta^k - \\mu \\rVert$ over the steps, mean and standard deviation over the seeds. A straight line is a power of $k$: $k^{-1/2}$ for $C_0/(C_1 + k)$, $k^{-0.2}$ for $k^{-0.4}$.",
      kind: "lines",
      ...perSchedule("distance"),
      x: { label: "step k", scale: "log" },
      y: { label: "distance to the optimum", scale: "log" },
    },
    {
      id: "sum-of-rates",
      title: "The first condition: the sum of the rates",
      caption:
        "Partial sums of $\\alpha_k$. Three grow without end and forget the start; that of $k^{-2}$ ends at $\\pi^2/12$.",
      kind: "lines",
      ...perSchedule("sum"),
      x: { label: "step k", scale: "log" },
      y: { label: "sum of the rates", scale: "log" },
    },
    {
      id: "sum-of-squares",
      title: "The second condition: the sum of the squares",
      caption:
        "Partial sums of $\\alpha_k^2$. They end for $C_0/(C_1 + k)$ and $k^{-2}$, and grow for the constant and $k^{-0.4}$, which converges all the same.",
      kind: "lines",
      ...perSchedule("squares"),
      x: { label: "step k", scale: "log" },
      y: { label: "sum of the squared rates", scale: "log" },
    },
    {
      id: "theory",
      title: "Measured over derived",
      caption:
        "Mean of $\\lVert \\theta^k - \\mu \\rVert^2$ over the seeds divided by the exact $m_k$; what is left is the chance of the sample.",
      kind: "lines",
      ...perSchedule("ratio"),
      x: { label: "step k", scale: "log" },
      y: { label: "mean square, measured / derived", scale: "linear" },
    },
  ],
  claims: [
    {
      sentence:
        "$C_0/(C_1 + k)$, which meets both conditions, goes on towards the optimum.",
      by: ["inverse converges"],
    },
    {
      sentence:
        "So does $k^{-0.4}$, more slowly, although its squares add up to infinity: the second condition is not necessary.",
      by: ["slow converges"],
    },
    {
      sentence: "The constant rate stalls at the level of its noise.",
      by: ["constant stalls"],
    },
    {
      sentence:
        "$k^{-2}$ stalls on the way: it keeps 0.358 of the start for ever.",
      by: ["fast stalls", "start kept"],
    },
    {
      sentence:
        "All four follow the exact recursion of the mean square within the chance of the sample.",
      by: [
        "theory, constant",
        "theory, inverse",
        "theory, slow",
        "theory, fast",
      ],
    },
  ],
});
