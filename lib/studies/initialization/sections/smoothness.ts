import type { Random } from "../../../math/random.ts";
import {
  type Algebra,
  type Matrix,
  matrix,
  ones,
  scalar,
} from "../../../study/derivation/algebra.ts";
import { equation } from "../../../study/derivation/check.ts";
import type { Line } from "../../../study/derivation/line.ts";
import type { Section } from "../../../study/page.ts";
import { sigmoidSlope } from "../../../study/derivation/kernels.ts";
import { draw, slopes } from "../../../study/derivation/oracle.ts";
import { gaussianMean } from "./gaussian.ts";

const tex = String.raw;

/** A scalar network with five hidden units and a point; w and v are rows. */
function drawScalar(random: Random): { w: Matrix; v: Matrix; x: Matrix } {
  return {
    w: draw(random, [1, 5]),
    v: draw(random, [1, 5]),
    x: draw(random, [1, 1]),
  };
}

type Scalar = ReturnType<typeof drawScalar>;

/** `f(x) = Σ_m v_m tanh(w_m x)`, by the definition. */
function output({ w, v }: Pick<Scalar, "w" | "v">, x: number): number {
  return w.data.reduce((sum, wm, m) => sum + v.data[m]! * Math.tanh(wm * x), 0);
}

/** tanh of `w x`, [1, units], by the algebra's operations: `2σ(2z) − 1`. */
function hidden(algebra: Algebra, { w, x }: Pick<Scalar, "w" | "x">) {
  const { minus, product, scale, sigmoid } = algebra;
  const twice = scale(2, sigmoid(scale(2, product(x, w))));
  return minus(twice, ones(1, w.columns));
}

const lines: Line[] = [
  {
    id: "slope",
    tex:
      tex`f(x) = \sum_{m=1}^M v_m \tanh(w_m x), \qquad f'(x) = \sum_{m=1}^M v_m w_m \bigl(1 - \tanh^2(w_m x)\bigr)`,
    reason: "The chain rule brings down one factor $w_m$ per derivative.",
    check: equation({
      against: "central differences",
      given: drawScalar,
      left: ({ x, ...network }) =>
        slopes(x, ({ data }) => output(network, data[0]!)),
      right: (algebra, { w, v, x }) => {
        const { hadamard, plus, product, scale, transpose } = algebra;
        // 1 − tanh²(z) = 4σ′(2z).
        const bend = sigmoidSlope(algebra, product(plus(x, x), w));
        return scale(4, product(hadamard(v, w), transpose(bend)));
      },
    }),
  },
  {
    id: "curvature",
    tex:
      tex`f''(x) = -2 \sum_{m=1}^M v_m w_m^2 \tanh(w_m x) \bigl(1 - \tanh^2(w_m x)\bigr)`,
    reason:
      "Once more: a second factor $w_m$, and $\\tanh'' = -2 \\tanh (1 - \\tanh^2)$.",
    check: equation({
      against: "central differences",
      // Differences of the slope, whose own formula the line above has checked.
      given: drawScalar,
      left: ({ w, v, x }) =>
        slopes(
          x,
          ({ data }) =>
            w.data.reduce((sum, wm, m) =>
              sum + v.data[m]! * wm / Math.cosh(wm * data[0]!) ** 2, 0),
        ),
      right: (algebra, network) => {
        const { hadamard, minus, product, scale, transpose } = algebra;
        const { v, w } = network;
        const t = hidden(algebra, network);
        const bend = minus(ones(1, t.columns), hadamard(t, t));
        const weights = hadamard(v, hadamard(w, w));
        return scale(-2, product(weights, transpose(hadamard(t, bend))));
      },
    }),
  },
  {
    id: "taylor",
    tex:
      tex`f(x) = c_1 x + c_3 x^3 + O(x^5), \qquad c_1 = \sum_m v_m w_m, \qquad c_3 = -\tfrac13 \sum_m v_m w_m^3`,
    reason:
      "$\\tanh z = z - \\tfrac13 z^3 + \\dots$: the term of order $k$ has $k$ factors $w_m$. The check takes $|x| \\le 0.01$, where the rest is below $10^{-6}$ of the whole.",
    check: equation({
      against: "definition",
      tolerance: 1e-6,
      given: (random) => ({
        // Of one sign, so that the sum does not cancel, and away from 0.
        w: matrix(1, 5, random.array(5, { low: 3, high: 4 })),
        v: matrix(1, 5, random.array(5, { low: 0.5, high: 1 })),
        x: scalar(random.uniform(0.005, 0.01)),
      }),
      left: (network) => scalar(output(network, network.x.data[0]!)),
      right: ({ hadamard, plus, product, scale, transpose }, { w, v, x }) => {
        const first = product(v, transpose(w));
        const cubes = hadamard(hadamard(w, w), w);
        const third = scale(-1 / 3, product(v, transpose(cubes)));
        return product(plus(first, product(third, product(x, x))), x);
      },
    }),
  },
  {
    id: "taylor-variance",
    tex:
      tex`\operatorname{Var} c_1 = M \sigma^4, \qquad \operatorname{Var} c_3 = \tfrac{15}{9} M \sigma^8, \qquad \frac{\operatorname{Var} c_3}{\operatorname{Var} c_1} = \tfrac53 \sigma^4`,
    reason:
      "$\\mathbb E v^2 = \\sigma^2$, $\\mathbb E w^2 = \\sigma^2$, $\\mathbb E w^6 = 15\\sigma^6$, and different $m$ are independent. The linear term carries the least power of $\\sigma$: the smaller $\\sigma^2$, the more nearly linear, that is the smoother, the first function; a large $\\sigma^2$ makes it steep and bent.",
    check: equation({
      against: "definition",
      given: (random) => random.uniform(0.3, 0.9),
      left: (deviation) => {
        const units = 2;
        const variance = (f: (w: number) => number) =>
          scalar(gaussianMean(2 * units, (z) => {
            let c = 0;
            for (let m = 0; m < units; m++) {
              c += deviation * z[m]! * f(deviation * z[units + m]!);
            }
            return c * c;
          }));
        return [variance((w) => w), variance((w) => -(w ** 3) / 3)];
      },
      right: ({ product, scale }, deviation) => {
        const squared = product(scalar(deviation), scalar(deviation));
        const first = scale(2, product(squared, squared));
        const ratio = scale(5 / 3, product(squared, squared));
        return [first, product(first, ratio)];
      },
    }),
  },
];

/** How bent the first function is. */
export const smoothnessSection: Section = {
  id: "smoothness",
  title: "How smooth the first function is",
  answers: "004, exercise 3 (e)",
  prose: [
    "A scalar network with one hidden layer of $M$ tanh units, no biases, $v_m, w_m \\sim \\mathcal N(0, \\sigma^2)$. The same argument holds for every smooth activation; a ReLU has no second derivative to speak of.",
  ],
  lines,
};
