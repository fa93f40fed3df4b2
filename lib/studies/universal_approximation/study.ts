import { z } from "zod";
import { interpolationSection, jumpSection } from "./sections/interpolation.ts";
import { stationarySection, trainingSection } from "./sections/stationary.ts";
import { definePage, type FigureRef } from "../../study/page.ts";
import { source } from "../support/sources.ts";

/** Error against width for one target. */
function errors(
  target: string,
  { title, caption }: { title: string; caption: string },
): FigureRef {
  return {
    id: `approximation-${target}`,
    ...{ title, caption },
    kind: "lines",
    series: [`constructed.rms.${target}`, `trained.rms.${target}`],
    names: ["constructed", "trained by SGD"],
    x: { label: "hidden units k", scale: "log" },
    y: { label: "root mean square error", scale: "log" },
  };
}

/** A good network exists: does SGD find it? */
export const universalApproximation = definePage<
  z.ZodObject,
  string,
  Record<string, unknown>,
  string
>({
  id: "universal-approximation",
  question:
    "A wide enough network can approximate any continuous function: does SGD find it?",
  config: z.strictObject({}),
}, {
  title: "What exists and what SGD finds",
  source: [
    source("002", "section 2 (b)"),
    source("003", "question 13"),
  ],
  introduction: [
    "One hidden layer of ReLU units comes as close to a continuous function as one likes. The proof in one dimension is a recipe: straight lines between points of the function, one unit a line. It says nothing about what training finds.",
    "The experiment does both. For four functions on $[-1, 1]$ and widths from 2 to 64 it writes the weights of the recipe into the GPU's memory, and it trains networks of the same size by SGD with momentum from PyTorch's initialization, several seeds side by side, on 256 points without noise.",
  ],
  sections: [
    interpolationSection,
    jumpSection,
    stationarySection,
    trainingSection,
  ],
  errata: [],
  figures: [
    errors("sine", {
      title: "sin 2πx",
      caption:
        "The constructed network's error falls as $k^{-2}$. SGD's falls as well, more slowly, and stays an order of magnitude behind once there are units enough.",
    }),
    errors("chirp", {
      title: "sin 6πx²",
      caption:
        "With 64 units the constructed network is close; SGD learns the slow middle and hardly begins with the fast ends in its time.",
    }),
    errors("absolute", {
      title: "|x|",
      caption:
        "Two units represent it exactly, and equal pieces with a knot at 0 do, up to rounding. Of the narrow networks that SGD trains some arrive, and others are stuck with a unit that is off or points the wrong way: the band spans both.",
    }),
    errors("step", {
      title: "The step",
      caption:
        "No continuous function is uniformly close to it, and equal pieces get closer as $k^{-1/2}$ in the mean square. SGD does better at most widths: it may move its kinks to the jump.",
    }),
    {
      id: "approximation-curves",
      title: "sin 6πx² and three networks of 32 units",
      caption:
        "The target, the network that interpolates it, and the best and the worst of the trained ones. Abscissa: places of an even grid from $x = -1$ to $x = 1$.",
      kind: "lines",
      series: [
        "curve.target",
        "curve.constructed",
        "curve.best",
        "curve.worst",
      ],
      names: ["target", "constructed", "best seed", "worst seed"],
      x: { label: "200 (x + 1)", scale: "linear" },
      y: { label: "output", scale: "linear" },
    },
  ],
  claims: [
    {
      sentence:
        "The constructed networks keep the bound $h^2/8 \\cdot \\max|f''|$, and their error falls as $k^{-2}$.",
      by: ["existence", "rate"],
    },
    {
      sentence:
        "SGD does not find what exists: at the largest width even its best network is at least twice as far from a smooth target as one that can be written down.",
      by: ["gap"],
    },
    {
      sentence:
        "Two units represent $|x|$, and some runs of SGD find such a network while others end far from it.",
      by: ["stuck"],
    },
    {
      sentence:
        "SGD can also do better than the recipe, where it moves its kinks to the place that needs them.",
      by: ["kinks move"],
    },
  ],
});
