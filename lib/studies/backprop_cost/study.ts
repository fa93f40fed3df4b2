import { z } from "zod";
import {
  formulaSection,
  memoryErratum,
  operationsFormula,
} from "./sections/formula.ts";
import { batchSection, operationsSection } from "./sections/operations.ts";
import { passesSection } from "./sections/passes.ts";
import { definePage, type FigureRef } from "../../study/page.ts";
import { source } from "../support/sources.ts";

/** The time of a step over one size, the others fixed. */
function timeOver(
  id: string,
  x: FigureRef["x"],
  words: Pick<FigureRef, "title" | "caption">,
): FigureRef {
  return {
    id: `time-${id}`,
    ...words,
    kind: "lines",
    series: [`${id}.time`, `${id}.line.time`],
    names: ["measured", "line of least squares"],
    x,
    y: { label: "time of a step (ms)", scale: "linear" },
  };
}

/** What does a step cost? */
export const backpropCost = definePage<
  z.ZodObject,
  string,
  Record<string, unknown>,
  string
>({
  id: "backprop-cost",
  question:
    "How many operations, how much memory and how much time does a step take, forward and backward, and how do they grow with the network and the batch?",
  config: z.strictObject({}),
}, {
  title: "What a step of backpropagation costs",
  source: [source("004", "exercise 2"), source("002", "section 6 (b)")],
  introduction: [
    "A fully connected network has three products of matrices per layer in a step: one forward, one for the gradient of the weights, one to pass the signal down. Counting them is all there is to the cost of backpropagation.",
    "The formulas are checked against loops that count as they run, then against the plans that the GPU carries out, for fifty random networks, to the last product. Time is measured over the batch $M$, the depth $K$ and the width $L$.",
  ],
  sections: [passesSection, operationsSection, batchSection, formulaSection],
  errata: [operationsFormula, memoryErratum],
  figures: [
    timeOver("batch", { label: "examples M", scale: "linear" }, {
      title: "Time over the batch",
      caption:
        "Forward and backward pass on the GPU, best of several samples, and the line of least squares through them.",
    }),
    timeOver("depth", { label: "hidden layers K", scale: "linear" }, {
      title: "Time over the depth",
      caption: "Linear in $K$ too: every hidden layer adds $3 M L^2$ products.",
    }),
    {
      id: "time-products",
      title: "Time over products",
      caption:
        "All steps that were timed, over their products of both passes; quadratic growth with the width $L$ is linear here. Small steps pay for starting their dispatches, and rates differ with the shapes of the matrices.",
      kind: "scatter",
      series: [
        "batch.products",
        "batch.time",
        "depth.products",
        "depth.time",
        "width.products",
        "width.time",
      ],
      names: ["batch M varies", "depth K varies", "width L varies"],
      x: { label: "products (millions)", scale: "log" },
      y: { label: "time of a step (ms)", scale: "log" },
    },
  ],
  claims: [
    {
      sentence:
        "The formulas are exact: the plans of random networks take just as many products, forward and backward, and hold as many numbers.",
      by: ["derived = counted"],
    },
    {
      sentence: "Time is linear in the batch $M$.",
      by: ["time over M"],
    },
    {
      sentence:
        "The printed formula of 002 holds only where it must, at $d = 2 d_H$; the corrected one always.",
      by: ["the formula of 002"],
    },
  ],
});
