import type { Random } from "../../../math/random.ts";
import {
  exact,
  type Matrix,
  matrix,
  ones,
} from "../../../study/derivation/algebra.ts";
import { equation } from "../../../study/derivation/check.ts";
import type { Line } from "../../../study/derivation/line.ts";
import type { Section } from "../../../study/page.ts";
import { sigmoid, sum } from "../../../math/operations.ts";
import { gradients } from "../../../study/derivation/oracle.ts";
import {
  differentiate,
  drawDeep,
  type Layer,
  type Parameters,
} from "./networks.ts";

const tex = String.raw;

/** A network and the same with A_j times ε and b_j such that ỹ_j stays; i < j < L. */
function drawShrunk(random: Random) {
  const parameters = drawDeep(random);
  const layers = differentiate(parameters);
  const j = random.integer(1, layers.length - 1);
  const i = random.integer(0, j);
  const factor = 10 ** -random.uniform(1, 4);
  return { layers, i, factor, shrunk: shrink(parameters, layers, j, factor) };
}

function shrink(
  { x, layers }: Parameters,
  before: readonly Layer[],
  j: number,
  factor: number,
): Parameters {
  const { minus, product, scale } = exact;
  return {
    x,
    layers: layers.map((layer, k) => {
      if (k !== j) return layer;
      const { z, below } = before[j]!;
      const A = scale(factor, layer.A);
      return { A, b: minus(z, product(A, below)) };
    }),
  };
}

/** A network whose pre-activations are all zero, where σ′ is largest. */
function drawSteepest(random: Random) {
  const { x, layers } = drawDeep(random);
  const { product, scale } = exact;
  let y = x;
  const balanced = layers.map(({ A }) => {
    const b = scale(-1, product(A, y));
    y = scale(1 / 2, ones(A.rows));
    return { A, b };
  });
  const i = random.integer(0, layers.length - 1);
  return { layers: differentiate({ x, layers: balanced }), i };
}

/** `σ′` at the entries of a column, by reverse mode. */
function slopeOf(z: Matrix): Matrix {
  return gradients([z], ([variable]) => sum(sigmoid(variable)))[0];
}

const lines: Line[] = [
  {
    id: "small-matrix",
    tex:
      tex`A_j \to \varepsilon A_j,\ \tilde y_j \text{ kept by } b_j: \qquad \frac{\partial y_L}{\partial b_i} \to \varepsilon\, \frac{\partial y_L}{\partial b_i}, \quad \frac{\partial y_L}{\partial A_i} \to \varepsilon\, \frac{\partial y_L}{\partial A_i}, \qquad i < j`,
    reason:
      "For $i < j$ the product contains $A_j$ exactly once and all other factors stay, so one small matrix makes every gradient below it small.",
    check: equation({
      against: "reverse mode",
      given: drawShrunk,
      left: ({ shrunk, i }) => {
        const { db, dA } = differentiate(shrunk)[i]!;
        return [db, dA];
      },
      right: ({ scale }, { layers, i, factor }) => [
        scale(factor, layers[i]!.db),
        scale(factor, layers[i]!.dA),
      ],
    }),
  },
  {
    id: "saturation",
    tex:
      tex`\sigma'(z) = \sigma'(-z) = \frac{e^{-\lvert z \rvert}}{(1 + e^{-\lvert z \rvert})^2} \le e^{-\lvert z \rvert}`,
    reason:
      "Once $\\lvert \\tilde y_j \\rvert$ is large in every entry, the factor $\\operatorname{diag}(\\sigma'(\\tilde y_j))$ is a small matrix, and all gradients of layers $i \\le j$ contain it. The same holds of tanh, with $4 e^{-2\\lvert z \\rvert}$.",
    check: equation({
      against: "reverse mode",
      // −|z| in [−8, 0).
      given: (random) => matrix(4, 1, random.array(4, { low: -8, high: 0 })),
      left: (negative) => [
        slopeOf(negative),
        slopeOf(exact.scale(-1, negative)),
      ],
      right: ({ exp, hadamard, plus, quotient }, negative) => {
        const e = exp(negative);
        const denominator = plus(ones(e.rows), e);
        const slope = quotient(e, hadamard(denominator, denominator));
        return [slope, slope];
      },
    }),
  },
  {
    id: "quarter",
    tex:
      tex`\sigma' \le \sigma'(0) = \tfrac14: \qquad \tilde y_i = \dots = \tilde y_{L-1} = 0 \implies \frac{\partial y_L}{\partial b_i} = 4^{-(L-i)} A_L A_{L-1} \cdots A_{i+1}`,
    reason:
      "Even at best a sigmoid layer passes on a quarter, so matrices that are not large leave at most $4^{-(L-i)}$ of the output's sensitivity: depth alone makes gradients vanish.",
    check: equation({
      against: "reverse mode",
      given: drawSteepest,
      left: ({ layers, i }) => layers[i]!.db,
      right: ({ product, scale, transpose }, { layers, i }) => {
        const above = layers.slice(i + 1).map(({ A }) => A);
        const row = above.reverse().reduce((left, A) => product(left, A));
        return transpose(scale(4 ** -(layers.length - 1 - i), row));
      },
    }),
  },
];

/** What makes the product small. */
export const smallSection: Section = {
  id: "small",
  title: "Three ways to make it small",
  answers: "000, problem 2",
  prose: [
    "One factor that is small, in a product of factors that are not large, makes the product small. The factor may be a weight matrix or a diagonal of slopes, and many factors a little below 1 do the same.",
  ],
  lines,
};
