import type { Random } from "../../../math/random.ts";
import { column, scalar } from "../../../study/derivation/algebra.ts";
import { equation } from "../../../study/derivation/check.ts";
import type { Line } from "../../../study/derivation/line.ts";
import type { Section } from "../../../study/page.ts";
import {
  denseForward,
  reluForward,
} from "../../../study/derivation/kernels.ts";
import { gaussianMean, unitOf } from "./gaussian.ts";

const tex = String.raw;

/** Inputs of the unit and the deviation σ of its weights. */
function drawUnit(random: Random): { inputs: number; deviation: number } {
  return { inputs: random.integer(2, 4), deviation: random.uniform(0.3, 0.9) };
}

type Unit = ReturnType<typeof drawUnit>;

/** `E f(z)` of the pre-activation of a unit whose inputs and weights are normal. */
function meanOver(
  { inputs, deviation }: Unit,
  f: (preActivation: number) => number,
): number {
  return gaussianMean(2 * inputs, (z) => {
    const y = z.subarray(0, inputs);
    return f(unitOf(z, { from: inputs, unit: 0, deviation, y }));
  });
}

const lines: Line[] = [
  {
    id: "neuron-moments",
    tex:
      tex`z = \sum_{m=1}^M w_m x_m, \qquad \mathbb E z = 0, \qquad \operatorname{Var} z = \mathbb E z^2 = M \sigma^2`,
    reason:
      "$w_m$ and $x_m$ are independent with mean 0, so every product has mean 0 and second moment $\\sigma^2 \\cdot 1$, and products of different $m$ are uncorrelated.",
    check: equation({
      against: "definition",
      given: drawUnit,
      left: (unit) =>
        column([meanOver(unit, (z) => z), meanOver(unit, (z) => z * z)]),
      right: ({ product, scale }, { inputs, deviation }) => {
        const variance = product(scalar(deviation), scalar(deviation));
        return product(column([0, 1]), scale(inputs, variance));
      },
    }),
    kernels: [denseForward],
  },
  {
    id: "relu-second-moment",
    tex:
      tex`\mathbb E \operatorname{ReLU}(z)^2 = \tfrac12\, \mathbb E z^2 = \tfrac12 M \sigma^2`,
    reason:
      "Turning the sign of all weights turns that of $z$ and changes no probability, so $z^2$ is split evenly between $z > 0$ and $z < 0$, and ReLU keeps one half.",
    check: equation({
      against: "definition",
      given: drawUnit,
      left: (unit) => scalar(meanOver(unit, (z) => Math.max(z, 0) ** 2)),
      right: ({ product, scale }, { inputs, deviation }) =>
        scale(inputs / 2, product(scalar(deviation), scalar(deviation))),
    }),
    kernels: [reluForward],
  },
];

/** Mean and variance of one unit, before and after the rectifier. */
export const neuronSection: Section = {
  id: "neuron",
  title: "One neuron",
  answers: "004, exercise 3 (a), (b)",
  prose: [
    "The unit has $M$ inputs $x_m \\sim \\mathcal N(0, 1)$, weights $w_m \\sim \\mathcal N(0, \\sigma^2)$, all independent, and no bias. Left sides are means over all of them, by Gauss quadrature, which is exact here.",
  ],
  lines,
};
