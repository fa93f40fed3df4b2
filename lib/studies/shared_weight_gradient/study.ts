import { z } from "zod";
import { graphSection } from "./sections/graph.ts";
import { indexSection } from "./sections/indices.ts";
import { matrixSection } from "./sections/matrices.ts";
import { slipOfTheRelation } from "./sections/erratum.ts";
import { definePage } from "../../study/page.ts";
import { source } from "../support/sources.ts";

/** What if one matrix is used twice? */
export const sharedWeightGradient = definePage<
  z.ZodObject,
  string,
  Record<string, unknown>,
  string
>({
  id: "shared-weight-gradient",
  question: "What is the gradient of a weight that a network uses twice?",
  config: z.strictObject({}),
}, {
  title: "One matrix, used twice",
  source: [source("003", "question 8")],
  introduction: [
    "A matrix $W$ acts on the input and once more on the hidden vector: $y = Wx$, $u = \\operatorname{ReLU}(y)$, $v = u + Wu$, and the loss is $\\mathcal L = \\tfrac12 \\lVert v \\rVert^2$. The product rule gives one term per use.",
    "The experiment runs the same graph on the GPU with a shared parameter for $d = 2, 8, 64$ and compares the accumulated gradient with the formula, with reverse mode and with central differences.",
  ],
  sections: [indexSection, matrixSection, graphSection],
  errata: [slipOfTheRelation],
  figures: [
    {
      id: "shared-weight-error",
      title: "The GPU against three witnesses",
      caption:
        "Largest error of $\\partial\\mathcal L / \\partial W$ on the GPU relative to its largest entry, against the formula, reverse mode and central differences in float64, by dimension $d$.",
      kind: "lines",
      series: ["error.formula", "error.reverse", "error.central"],
      names: ["formula", "reverse mode", "central differences"],
      x: { label: "dimension d", scale: "log" },
      y: { label: "relative error", scale: "log" },
    },
  ],
});
