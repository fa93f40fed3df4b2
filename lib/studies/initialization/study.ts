import { z } from "zod";
import { definePage } from "../../study/page.ts";
import { outputBiasMoves } from "./sections/erratum.ts";
import { layersSection } from "./sections/layers.ts";
import { neuronSection } from "./sections/neuron.ts";
import { smoothnessSection } from "./sections/smoothness.ts";
import { zeroSection } from "./sections/zero.ts";
import { source } from "../support/sources.ts";

/** How large should the first weights be? */
export const initialization = definePage<
  z.ZodObject,
  string,
  Record<string, unknown>,
  string
>({
  id: "initialization",
  question: "How large should the first weights be?",
  config: z.strictObject({}),
}, {
  title: "The first weights",
  source: [
    source("004", "exercise 3 (a) to (e)"),
    source("002", "section 4 (c)"),
    source("002", "section 4 (d)"),
  ],
  introduction: [
    "A layer multiplies the variance of its signal by a factor that the variance $\\sigma^2$ of its weights decides. Fifty layers take that factor to the fiftieth power. The one choice that keeps it at 1 behind ReLUs is $\\sigma^2 = 2/M$, with $M$ inputs per unit.",
    "The derivation needs no limit of wide layers; the means over all weights are exact at every width. The experiment draws hundreds of deep networks on the GPU and compares the mean square of every layer with the formula, measures how steep and bent scalar networks start, and trains one network from all zeros.",
  ],
  sections: [neuronSection, layersSection, smoothnessSection, zeroSection],
  errata: [outputBiasMoves],
  figures: [
    {
      id: "variance",
      title: "Variance, layer by layer",
      caption:
        "Mean square of the pre-activations over many networks (dots, bars of three standard errors) and theory (lines), for $\\sigma^2$ below, at and above the threshold $2/M$ of ReLU layers, and for Xavier's choice in linear layers.",
      kind: "theory",
      series: [
        ...["variance.below", "theory.below", "variance.at", "theory.at"],
        ...["variance.above", "theory.above"],
        ...["variance.xavier", "theory.xavier"],
      ],
      names: [
        ...["ReLU, σ² = 1/M", "2⁻⁽ˡ⁻¹⁾", "ReLU, σ² = 2/M", "2"],
        ...["ReLU, σ² = 4/M", "4 · 2ˡ⁻¹", "linear, σ² = 1/M", "1"],
      ],
      x: { label: "layer l", scale: "linear" },
      y: { label: "mean square of z", scale: "log" },
    },
    {
      id: "relative",
      title: "Measured over theory",
      caption:
        "The same means divided by theory, with bars of three standard errors. The three choices for ReLU scale the same random numbers, so that they share one curve. Networks scatter by $(1 + 5/M)^{\\ell}$, which is why the bars grow with depth.",
      kind: "theory",
      series: ["relative.at", "relative.theory", "relative.xavier"],
      names: ["ReLU", "theory", "linear"],
      x: { label: "layer l", scale: "linear" },
      y: { label: "mean square / theory", scale: "linear" },
    },
    {
      id: "smoothness",
      title: "Slope and curvature of the first function",
      caption:
        "Mean of $f'^2$ and $f''^2$ over $[-1, 1]$ and many scalar tanh networks (dots, bars of three standard errors), and the integral that theory gives (lines). At small $\\sigma^2$ the curvature falls as $\\sigma^8$, the slope as $\\sigma^4$: the function is nearly linear.",
      kind: "theory",
      series: [
        ...["smoothness.slope", "smoothness.theory.slope"],
        ...["smoothness.curvature", "smoothness.theory.curvature"],
      ],
      names: ["f′²", "theory of f′²", "f″²", "theory of f″²"],
      x: { label: "1000 σ²", scale: "log" },
      y: { label: "mean square", scale: "log" },
    },
    {
      id: "zero",
      title: "From all zeros",
      caption:
        "Largest number of each parameter tensor while a ReLU network trains from all zeros: $b^2$ goes to the mean of the targets, the other three stay exactly 0.",
      kind: "lines",
      series: ["zero.b2", "zero.W", "zero.b1", "zero.C"],
      names: ["b²", "W", "b¹", "C"],
      x: { label: "update", scale: "linear" },
      y: { label: "largest |number|", scale: "linear" },
    },
  ],
});
