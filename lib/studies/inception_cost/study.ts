import { z } from "zod";
import { definePage } from "../../study/page.ts";
import { convolutionSection } from "./sections/convolution.ts";
import { activationsInText, operationsInText } from "./sections/erratum.ts";
import {
  operationSection,
  parameterSection,
  savingSection,
} from "./sections/totals.ts";
import { source } from "../support/sources.ts";

/** What does the bottleneck save? */
export const inceptionCost = definePage<
  z.ZodObject,
  string,
  Record<string, unknown>,
  string
>({
  id: "inception-cost",
  question:
    "What do the 1 × 1 bottlenecks of an inception module save, in parameters, operations and time?",
  config: z.strictObject({}),
}, {
  title: "What an inception module costs",
  source: [source("000", "problem 5"), source("001", "section 5")],
  introduction: [
    "An inception module sends one image through convolutions of 1 × 1, 3 × 3 and 5 × 5 and a pooling, side by side. The naive module does so directly; the other one first narrows the image by convolutions of 1 × 1, the bottlenecks.",
    "Every number is obtained three times: by formula, by counting the loops of the definition at small sizes, and from the plan that the GPU carries out. The run below must find every cell of both tables in its plans, and measures the time of each convolution beside it.",
  ],
  sections: [
    convolutionSection,
    parameterSection,
    operationSection,
    savingSection,
  ],
  errata: [activationsInText, operationsInText],
  figures: [
    {
      id: "inception-time",
      title: "Time against arithmetic",
      caption:
        "One point per convolution: the time of its forward pass, activation included, best of several samples, over its multiplications for the whole batch. On a line through the origin, time would follow arithmetic exactly.",
      kind: "scatter",
      series: [
        "naive.multiplications",
        "naive.time",
        "bottleneck.multiplications",
        "bottleneck.time",
      ],
      names: ["naive module", "bottleneck module"],
      x: { label: "multiplications (millions)", scale: "log" },
      y: { label: "time (ms)", scale: "log" },
    },
  ],
  claims: [
    {
      sentence:
        "Formulas and plans agree in every cell, and both tables of the source are right.",
      by: [
        "naive: derived = counted",
        "bottleneck: derived = counted",
        "the printed tables",
      ],
    },
    {
      sentence: "The bottleneck saves time as well, not only operations.",
      by: ["time saved"],
    },
  ],
});
