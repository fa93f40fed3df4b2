import { z } from "zod";
import { batchSection } from "./sections/batch.ts";
import { descentSection } from "./sections/descent.ts";
import { misplacedFactor } from "./sections/erratum.ts";
import { recursionSection } from "./sections/recursion.ts";
import { regressionSection } from "./sections/regression.ts";
import { sigmoidSection } from "./sections/sigmoid.ts";
import { sweepSection } from "./sections/sweep.ts";
import { definePage } from "../../study/page.ts";
import { source } from "../support/sources.ts";

/** Is the hand-written backward pass right? */
export const backpropMlp = definePage<
  z.ZodObject,
  string,
  Record<string, unknown>,
  string
>({
  id: "backprop-mlp",
  question: "Is the hand-written backward pass right?",
  config: z.strictObject({}),
}, {
  title: "Backpropagation through an MLP",
  source: [
    source("000", "problem 1"),
    source("001", "section 1"),
    source("002", "section 1"),
  ],
  introduction: [
    "A multi-layer perceptron is a chain of affine maps and sigmoids. Its gradient is the chain rule read from the output to the input: one vector $\\delta_i$ per layer, passed down by a transposed matrix and damped by $\\sigma'$.",
    "Every line below is evaluated in float64 against reverse mode, which knows nothing of these formulas (an error of exactly 0 means that it happened to round alike); then the GPU kernel that carries the line out is compared with it. The experiment draws the exercise's network exactly as PyTorch does and must reproduce the printed gradients to every digit.",
  ],
  sections: [
    sigmoidSection,
    recursionSection,
    sweepSection,
    batchSection,
    regressionSection,
    descentSection,
  ],
  errata: [misplacedFactor],
  figures: [
    {
      id: "regression-loss",
      title: "The SGD loop on a small regression",
      caption:
        "Loss of the two-hidden-layer network, one drawn example per step, trained on the GPU with the update above.",
      kind: "lines",
      series: ["regression.loss"],
      names: ["training loss"],
      x: { label: "step", scale: "linear" },
      y: { label: "loss", scale: "log" },
    },
  ],
});
