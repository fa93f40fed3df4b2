import { z } from "zod";
import { definePage } from "../../study/page.ts";
import { decaySection } from "./sections/decay.ts";
import { modifiedSection } from "./sections/modified.ts";
import { normsSection } from "./sections/norms.ts";
import { source } from "../support/sources.ts";

const rate = { label: "learning rate μ", scale: "log" } as const;
const norm = { label: "squared norm", scale: "log" } as const;

/** Does SGD prefer flat solutions? */
export const implicitRegularization = definePage<
  z.ZodObject,
  string,
  Record<string, unknown>,
  string
>({
  id: "implicit-regularization",
  question: "Does SGD prefer flat solutions?",
  config: z.strictObject({}),
}, {
  title: "Implicit regularization of SGD",
  source: [source("004", "computer assignment 2")],
  introduction: [
    "An overparameterized network has many solutions with a training loss of zero, and which of them SGD finds depends on its learning rate $\\mu$. Analysis says that finite steps penalize large gradients of the mini-batches, the more the larger $\\mu$ is.",
    "The experiment trains five hidden ReLU layers of 50 units on 100 noisy examples in mini-batches of 20, several learning rates from the same first weights, and several strengths of weight decay beside them. What the run concludes stands among its results, in words made from its numbers.",
  ],
  sections: [normsSection, modifiedSection, decaySection],
  errata: [],
  figures: [
    {
      id: "convergence",
      title: "Convergence",
      caption:
        "Training loss, averaged over the last 50 or so mini-batches. Small learning rates need proportionally more updates.",
      kind: "lines",
      series: [
        "rate0.08.loss",
        "rate0.16.loss",
        "rate0.32.loss",
        "rate0.64.loss",
      ],
      names: ["μ = 0.08", "μ = 0.16", "μ = 0.32", "μ = 0.64"],
      x: { label: "updates", scale: "log" },
      y: { label: "training loss", scale: "log" },
    },
    {
      id: "norms",
      title: "Final gradient norms against the learning rate",
      caption:
        "A dot per training set. Both norms fall with the training loss, so part of the slope is that larger rates got further.",
      kind: "scatter",
      series: ["rate.value", "rate.gradient", "rate.value", "rate.variation"],
      names: ["‖∇J‖²", "variation over mini-batches"],
      x: rate,
      y: norm,
    },
    {
      id: "flatness",
      title: "Variation per unit of training loss",
      caption:
        "What is left when the training loss is divided out: a measure of curvature, which the penalty should lower as $\\mu$ grows.",
      kind: "scatter",
      series: ["rate.value", "rate.flatness"],
      names: ["variation / training loss"],
      x: rate,
      y: { label: "quotient", scale: "log" },
    },
    {
      id: "test-loss",
      title: "Test loss against the final gradient norms",
      caption:
        "The same ends; a line joins the means of the learning rates in the order of the norm.",
      kind: "scatter",
      series: ["rate.gradient", "rate.test", "rate.variation", "rate.test"],
      names: ["‖∇J‖²", "variation over mini-batches"],
      x: norm,
      y: { label: "test loss", scale: "linear" },
    },
    {
      id: "decay",
      title: "Weight decay",
      caption:
        "Explicit regularization costs training loss; the upper curve shows what it gains in test loss. The strength is chosen on other examples.",
      kind: "scatter",
      series: ["decay.value", "decay.test", "decay.value", "decay.train"],
      names: ["test loss", "training loss"],
      x: { label: "weight decay λ", scale: "log" },
      y: { label: "mean squared error", scale: "linear" },
      marks: [
        { axis: "y", result: "optimalTestError", label: "optimal test error" },
      ],
    },
  ],
});
