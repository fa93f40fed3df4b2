import { z } from "zod";
import { definePage, type FigureRef } from "../../study/page.ts";
import { source } from "../support/sources.ts";
import { outputFactor } from "./sections/erratum.ts";
import { jacobianSection } from "./sections/jacobians.ts";
import { smallSection } from "./sections/small.ts";

const KINDS = ["sigmoid", "tanh", "relu", "residual"];
const NAMES = ["sigmoid", "tanh", "ReLU", "tanh with residual connections"];

/** Layers of the deepest network that a preset trains; a run with fewer leaves the rest out. */
const LAYERS = Array.from({ length: 32 }, (_, i) => String(i + 1));

const layer = { label: "layer i", scale: "linear" } as const;
const update = { label: "update", scale: "linear" } as const;

/** Gradients over training as shades. */
function heat(kind: string, name: string): FigureRef {
  return {
    id: `heat-${kind}`,
    title: `Gradients over training: ${name}`,
    caption:
      "Norm of $\\partial\\rho/\\partial A_i$, mean over the networks, one row per layer, the input's at the bottom. The scale is logarithmic, with ends of its own in every figure.",
    kind: "heat",
    series: LAYERS.map((i) => `heat.${kind}.${i}`),
    names: LAYERS,
    x: update,
    y: { label: "layer", scale: "log" },
  };
}

/** When do gradients die? */
export const vanishingGradients = definePage<
  z.ZodObject,
  string,
  Record<string, unknown>,
  string
>({
  id: "vanishing-gradients",
  question: "When do gradients die?",
  config: z.strictObject({}),
}, {
  title: "Vanishing gradients",
  source: [
    source("000", "problem 2"),
    source("001", "section 2"),
    source("002", "section 2 (c)"),
  ],
  introduction: [
    "The derivative of the output by a parameter of layer $i$ is a product with two factors for each layer above: a weight matrix and a diagonal of slopes. One small factor is enough to make all gradients below it small, and with a sigmoid every factor of slopes is at most a quarter.",
    "The experiment measures the gradient of every layer of networks of 2 to 32 layers on the GPU, for sigmoid, tanh, ReLU and residual blocks; shrinks one matrix and saturates one layer of the deepest; and trains all four kinds on the same data.",
  ],
  sections: [jacobianSection, smallSection],
  errata: [outputFactor],
  figures: [
    {
      id: "start",
      title: "Layer by layer, before training",
      caption:
        "Norm of $\\partial y_L/\\partial A_i$ in the deepest networks: Xavier weights for sigmoid, tanh and residual blocks, He for ReLU.",
      kind: "theory",
      series: KINDS.map((kind) => `start.${kind}`),
      names: NAMES,
      x: layer,
      y: { label: "norm of the gradient", scale: "log" },
    },
    {
      id: "depth",
      title: "First layer against last",
      caption:
        "Ratio of the norms of $\\partial y_L/\\partial b_1$ and $\\partial y_L/\\partial b_{L-1}$ over the depth $L$.",
      kind: "theory",
      series: KINDS.map((kind) => `ratio.${kind}`),
      names: NAMES,
      x: { label: "layers L", scale: "linear" },
      y: { label: "ratio", scale: "log" },
    },
    ...[["sigmoid", "a sigmoid network"], ["relu", "a ReLU network"]].map((
      [kind, name],
    ): FigureRef => ({
      id: `changed-${kind}`,
      title: `One layer of ${name} changed`,
      caption:
        "The middle layer $j$ with $A_j$ times the small factor, its pre-activations kept; then with its pre-activations moved up, then down. Every gradient below it falls; of the ReLU network not where layer $j$ moves up, but to exactly 0 where it moves down: then nothing gets through, and with biases of zero the layers above get no signal either.",
      kind: "theory",
      series: ["none", "small", "up", "down"].map((change) =>
        `changed.${kind}.${change}`
      ),
      names: ["as drawn", "small A_j", "ỹ_j moved up", "ỹ_j moved down"],
      x: layer,
      y: { label: "norm of the gradient", scale: "log" },
    })),
    {
      id: "loss",
      title: "Loss in training",
      caption:
        "The same data, mini-batch and step size for all kinds. The deep sigmoid network stays at the loss of the best constant.",
      kind: "lines",
      series: KINDS.map((kind) => `${kind}.loss`),
      names: NAMES,
      x: update,
      y: { label: "mean squared error", scale: "log" },
    },
    {
      id: "saturated",
      title: "Dead and saturated units",
      caption:
        "Share of hidden units, over all examples and layers, whose slope is below 1 % of its largest value; of ReLU, those at slope 0 for the example.",
      kind: "lines",
      series: KINDS.map((kind) => `${kind}.saturated`),
      names: NAMES,
      x: update,
      y: { label: "share", scale: "linear" },
    },
    ...KINDS.map((kind, i) => heat(kind, NAMES[i]!)),
  ],
});
