import { z } from "zod";
import { gradientOfTheResult, sameLength } from "./sections/errata.ts";
import { groundsSection } from "./sections/grounds.ts";
import { plateau, ravine } from "./sections/landscapes.ts";
import { stepsSection } from "./sections/steps.ts";
import { updateSection } from "./sections/update.ts";
import { definePage, type FigureRef } from "../../study/page.ts";
import { source } from "../support/sources.ts";

/** Methods in the order of the legends, by the names of their series. */
const METHODS = ["sgd", "sgdFast", "outside", "inside"];

const EPSILONS = ["RMSprop, ε outside (PyTorch)", "RMSprop, ε inside"];

/** Loss over the steps on one ground. */
function curves(ground: string, names: string[]): Omit<
  FigureRef,
  "id" | "title" | "caption"
> {
  return {
    kind: "lines",
    series: METHODS.map((method) => `${ground}.${method}.loss`),
    names: [...names, ...EPSILONS],
    x: { label: "step", scale: "linear" },
    y: { label: "loss", scale: "log" },
  };
}

/** Paths over the contours of one ground. */
function paths(ground: string, names: string[]): Omit<
  FigureRef,
  "id" | "title" | "caption" | "landscape"
> {
  return {
    kind: "contour",
    series: METHODS.flatMap((method) =>
      ["theta1", "theta2"].map((entry) => `${ground}.${method}.${entry}`)
    ),
    names: [...names, ...EPSILONS],
    x: { label: "θ₁", scale: "linear" },
    y: { label: "θ₂", scale: "linear" },
  };
}

const ON_RAVINE = ["SGD, just below 2/h", "SGD, just above 2/h"];
const ON_PLATEAU = ["SGD, the same rate", "SGD, rate 1"];

/** Steep and flat at once. */
export const rmsprop = definePage<
  z.ZodObject,
  string,
  Record<string, unknown>,
  string
>({
  id: "rmsprop",
  question:
    "What does RMSprop do where the ground is steep in one direction and flat in another?",
  config: z.strictObject({}),
}, {
  title: "RMSprop",
  source: [
    source("002", "section 3 (a)"),
    source("002", "section 3 (b)"),
  ],
  introduction: [
    "Gradient descent has one rate for all directions. A steep direction forbids a large one, and then a flat direction takes for ever. RMSprop divides each entry of the gradient by the root mean square of its recent values, so that every entry moves by about $\\alpha$ a step.",
    "The experiment runs the WGSL kernels on two functions of two parameters, a ravine $\\tfrac12(\\theta_1^2 + 1000\\,\\theta_2^2)$ and a plateau $\\tfrac12(\\tanh^2\\theta_1 + \\tanh^2\\theta_2)$, and repeats every step in float64. The source writes $\\varepsilon$ inside the root, PyTorch outside; both run, with $\\varepsilon = 10^{-5}$.",
  ],
  sections: [updateSection, stepsSection, groundsSection],
  errata: [gradientOfTheResult, sameLength],
  figures: [
    {
      id: "ravine-loss",
      title: "On the ravine",
      caption:
        "SGD at a rate just below $2/h_{\\max}$ creeps along the floor; just above that limit it climbs the walls. RMSprop walks along the floor, and in the end goes to and fro across it by $\\pm\\alpha/2$.",
      ...curves("ravine", ON_RAVINE),
    },
    {
      id: "ravine-paths",
      title: "Paths through the ravine",
      caption:
        "From the ring to the dot, over contours each half as high as the next. The vertical axis is stretched; a triangle on the frame marks where a path left.",
      ...paths("ravine", ON_RAVINE),
      landscape: ravine,
    },
    {
      id: "plateau-loss",
      title: "On the plateau",
      caption:
        "At the rate that the ravine allows SGD does not get off the plateau; a larger rate helps one entry and not the other. RMSprop walks at the same pace on the plateau as anywhere, unless $\\varepsilon$ inside the root is larger than the square of the gradient.",
      ...curves("plateau", ON_PLATEAU),
    },
    {
      id: "plateau-paths",
      title: "Paths over the plateau",
      caption:
        "RMSprop moves both entries alike, along the diagonal; SGD moves the one on the steeper side.",
      ...paths("plateau", ON_PLATEAU),
      landscape: plateau,
    },
  ],
  claims: [
    {
      sentence:
        "On the ravine RMSprop is down to a hundredth of the loss while SGD, at nearly the largest rate it can bear, has ten times as much and more.",
      by: ["ravine"],
    },
    {
      sentence: "Above $2/h_{\\max}$ SGD climbs.",
      by: ["overshoot"],
    },
    {
      sentence:
        "On the plateau SGD at the same rate has hardly moved when RMSprop has arrived.",
      by: ["plateau"],
    },
    {
      sentence:
        "With $\\varepsilon$ inside the root RMSprop is slower where gradients are small.",
      by: ["ε inside"],
    },
    {
      sentence: "RMSprop moves both entries at the same pace on the plateau.",
      by: ["same pace"],
    },
  ],
});
