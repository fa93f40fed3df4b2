import { claimedCost } from "../../../math/network_cost.ts";
import {
  type Algebra,
  type Matrix,
  scalar,
} from "../../../study/derivation/algebra.ts";
import { equation } from "../../../study/derivation/check.ts";
import type { Line } from "../../../study/derivation/line.ts";
import type { Erratum, Section } from "../../../study/page.ts";
import { source } from "../../support/sources.ts";
import { type Counts, drawSetting, type Setting, sweep } from "./sweep.ts";

const tex = String.raw;

/** What the formula means to count: products, one per hidden unit with ψ′, two per output for the error. */
const meant = (counts: Counts) =>
  counts.forward + counts.weightGradients + counts.passedDown +
  counts.slopes + counts.errors;

const against = {
  against: "definition",
  given: drawSetting,
  left: (setting: Setting) => scalar(meant(sweep(setting))),
} as const;

/** `M[(L−1)(3d_H²+d_H) + d_H(first + 3K + 1) + 2K]` with 002's letters. */
function formula(
  { plus, product, scale }: Algebra,
  { inputs, hidden, units, outputs, batch }: Setting,
  first: (units: Matrix, inputs: Matrix) => Matrix,
): Matrix {
  const [d, h, K] = [inputs, units, outputs].map(scalar) as [
    Matrix,
    Matrix,
    Matrix,
  ];
  const within = plus(scale(3, product(h, h)), h);
  const ends = plus(plus(first(h, d), scale(3, K)), scalar(1));
  return product(
    scalar(batch),
    plus(
      plus(product(scalar(hidden - 1), within), product(h, ends)),
      scale(2, K),
    ),
  );
}

const lines: Line[] = [
  {
    id: "corrected-formula",
    tex: tex`M \bigl[ (L-1)(3 d_H^2 + d_H) + d_H (2d + 3K + 1) + 2K \bigr]`,
    reason:
      "The formula that the source must mean, in its letters: $d$ inputs, $L$ hidden layers of $d_H$ units, $K$ outputs. It counts the products of both passes, one product with $\\sigma'$ per hidden unit, and two operations per output for the error $2(f - y)$.",
    check: equation({
      ...against,
      right: (algebra, setting) =>
        formula(algebra, setting, (_, d) => algebra.scale(2, d)),
    }),
  },
  {
    id: "where-it-holds",
    tex:
      tex`d_H (2 d_H + d) = d_H \cdot 2d \quad\Longleftrightarrow\quad d = 2 d_H`,
    reason:
      "The printed formula has $2 d_H + d$ in place of $2d$. Under its own convention it gives the right number for networks with exactly twice as many inputs as hidden units, and for no others.",
    check: equation({
      against: "definition",
      given: drawSetting,
      left: (setting) => {
        // Both sides are linear in d, so that two values give the crossing.
        const gap = (inputs: number) => {
          const moved = { ...setting, inputs };
          return claimedCost(moved, setting.batch) - meant(sweep(moved));
        };
        return scalar(1 + gap(1) / (gap(1) - gap(2)));
      },
      right: ({ scale }, { units }) => scale(2, scalar(units)),
    }),
  },
  {
    id: "one-hidden-layer",
    tex:
      tex`L = 1: \qquad M \bigl[ 2 d\, d_H + (3K + 1)\, d_H + 2K \bigr] \quad\text{against}\quad M \bigl[ 2 d_H^2 + d\, d_H + (3K + 1)\, d_H + 2K \bigr]`,
    reason:
      "The count on the left is checked; on the right stands what the printed formula says. With one hidden layer no matrix of the network has $d_H \\times d_H$ numbers, so every way of counting is linear in $d_H$. Nor does $2 d_H^2$ count one more hidden layer, which adds $3 d_H^2$. No convention saves the formula.",
    check: equation({
      ...against,
      given: (random) => ({ ...drawSetting(random), hidden: 1 }),
      right: ({ plus, product, scale }, setting) => {
        const { inputs, units, outputs, batch } = setting;
        const [d, h, K] = [inputs, units, outputs].map(scalar) as [
          Matrix,
          Matrix,
          Matrix,
        ];
        const perUnit = plus(plus(scale(2, d), scale(3, K)), scalar(1));
        return product(
          scalar(batch),
          plus(product(h, perUnit), scale(2, K)),
        );
      },
    }),
  },
];

/** Which of 002's formula holds, and under which convention. */
export const formulaSection: Section = {
  id: "formula",
  title: "The formula of 002",
  answers: "002, section 6 (b), its formulas",
  prose: [
    "The source states without a derivation that a step costs $M[(L-1)(3d_H^2+d_H)+d_H(2d_H+d+3K+1)+2K]$ and takes $(L-1)(d_H^2+d_H)+d_H(d+K)+K+2Md_H$ numbers of memory. That both are linear in $M$ is right.",
  ],
  lines,
};

/** The printed count of operations. */
export const operationsFormula: Erratum = {
  claim: "$M[(L-1)(3d_H^2+d_H)+d_H(2d_H+d+3K+1)+2K]$",
  correct:
    "$M[(L-1)(3d_H^2+d_H)+d_H(2d+3K+1)+2K]$: the first layer takes $d\\,d_H$ products forward and as many for its gradient, and no $d_H^2$.",
  number:
    "On random networks the printed formula misses the counted operations by a relative error of up to 0.174; the corrected one is exact.",
  source: source("002", "section 6 (b)"),
  evidence: {
    claimed: equation({
      ...against,
      right: (algebra, setting) =>
        formula(
          algebra,
          setting,
          (h, d) => algebra.plus(algebra.scale(2, h), d),
        ),
    }),
    correct: equation({
      ...against,
      right: (algebra, setting) =>
        formula(algebra, setting, (_, d) => algebra.scale(2, d)),
    }),
  },
};

/** Numbers of memory: parameters and what is kept. */
const memory = {
  against: "definition",
  given: drawSetting,
  left: (setting: Setting) => {
    const { parameters, kept } = sweep(setting);
    return scalar(parameters + kept);
  },
} as const;

const memoryFormula = (
  { inputs, hidden, units, outputs }: Setting,
  { bias, kept }: { bias: number; kept: number },
) =>
  scalar(
    (hidden - 1) * (units ** 2 + units) +
      units * (inputs + outputs + bias) + outputs + kept,
  );

/** The printed count of memory. */
export const memoryErratum: Erratum = {
  claim: "Memory is $(L-1)(d_H^2+d_H)+d_H(d+K)+K+2Md_H$.",
  correct:
    "$(L-1)(d_H^2+d_H)+d_H(d+K+1)+K+LMd_H$: the first hidden layer has biases too, and the way back needs the outputs of all $L$ hidden layers, not of two. Gradients take as much again as the parameters.",
  number:
    "On random networks the printed formula misses the numbers that a step holds by a relative error of up to 0.277.",
  source: source("002", "section 6 (b)"),
  evidence: {
    claimed: equation({
      ...memory,
      right: (_, setting) =>
        memoryFormula(setting, {
          bias: 0,
          kept: 2 * setting.batch * setting.units,
        }),
    }),
    correct: equation({
      ...memory,
      right: (_, setting) =>
        memoryFormula(setting, {
          bias: 1,
          kept: setting.hidden * setting.batch * setting.units,
        }),
    }),
  },
};
