import { batchSection } from "./backprop_mlp/batch.ts";
import { descentSection } from "./backprop_mlp/descent.ts";
import { misplacedFactor } from "./backprop_mlp/erratum.ts";
import { recursionSection } from "./backprop_mlp/recursion.ts";
import { regressionSection } from "./backprop_mlp/regression.ts";
import { sigmoidSection } from "./backprop_mlp/sigmoid.ts";
import { sweepSection } from "./backprop_mlp/sweep.ts";
import type { Study } from "./derivation.ts";
import { source } from "./sources.ts";

/** Is the hand-written backward pass right? */
export const backpropMlp: Study = {
  id: "backprop-mlp",
  title: "Backpropagation through an MLP",
  question: "Is the hand-written backward pass right?",
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
  command: "deno task experiment backprop-mlp",
};
