import type { Random } from "../../../math/random.ts";
import { piecesOf } from "../../../math/kinks.ts";
import { outputAt, type ReluNetwork } from "../../../math/relu_network.ts";
import {
  type Algebra,
  column,
  exact,
  type Matrix,
  ones,
} from "../../../study/derivation/algebra.ts";
import { equation } from "../../../study/derivation/check.ts";
import type { Line } from "../../../study/derivation/line.ts";
import type { Section } from "../../../study/page.ts";
import { absolute } from "./network.ts";

const tex = String.raw;

/** A network of two layers of width 2 without biases. */
export function withoutBiases(
  w: [number, number],
  v: [number, number],
): ReluNetwork {
  return [
    { weight: w.map((value) => [value]), bias: [0, 0] },
    { weight: [v], bias: [0] },
  ];
}

/** `W₁ = (1, −1)ᵀ` with the `W₂` that makes the output x. */
export const identityNetwork = withoutBiases([1, -1], [1, -1]);

/** The same with the `W₂` that makes it |x|. */
export const absoluteNetwork = withoutBiases([1, -1], [1, 1]);

/** Two units that face opposite ways, so that neither side is flat. */
function draw(random: Random) {
  const w = [random.uniform(0.2, 2), random.uniform(-2, -0.2)];
  const v = random.normals(2);
  return {
    network: withoutBiases([w[0]!, w[1]!], [v[0]!, v[1]!]),
    w: column(w),
    v: column(v),
    x: column(random.array(7, { low: -5, high: 5 })),
  };
}

/** `f(±1) = W₂ ReLU(±W₁)`, 1×1. */
function ends({ product, relu, scale, transpose }: Algebra, { w, v }: {
  w: Matrix;
  v: Matrix;
}): { right: Matrix; left: Matrix } {
  return {
    right: product(transpose(v), relu(w)),
    left: product(transpose(v), relu(scale(-1, w))),
  };
}

const valuesOf = (network: ReluNetwork, x: Matrix) =>
  column(x.data.map((at) => outputAt(network, at)));

/** `W₂ ReLU(W₁x)` for a column of inputs. */
function formula(
  { product, relu, transpose }: Algebra,
  network: ReluNetwork,
  x: Matrix,
): Matrix {
  const w = column(network[0]!.weight.flat());
  const v = column(network[1]!.weight.flat());
  return product(relu(product(x, transpose(w))), v);
}

const lines: Line[] = [
  {
    id: "homogeneous",
    tex:
      tex`\begin{aligned} f(x) &= W_2 \operatorname{ReLU}(W_1 x) = f(1) \operatorname{ReLU}(x) + f(-1) \operatorname{ReLU}(-x) \\ f(\pm 1) &= W_2 \operatorname{ReLU}(\pm W_1) \end{aligned}`,
    reason:
      "$\\operatorname{ReLU}(cz) = c \\operatorname{ReLU}(z)$ for $c > 0$, so without biases $f(cx) = c f(x)$: one line through the origin for positive inputs and one for negative ones, whatever the width.",
    check: equation({
      against: "definition",
      given: draw,
      left: ({ network, x }) => valuesOf(network, x),
      right: (algebra, { w, v, x }) => {
        const { plus, product, relu, scale } = algebra;
        const { left, right } = ends(algebra, { w, v });
        return plus(
          product(relu(x), right),
          product(relu(scale(-1, x)), left),
        );
      },
    }),
  },
  {
    id: "identity",
    tex:
      tex`W_1 = \begin{pmatrix} 1 \\ -1 \end{pmatrix}, \quad W_2 = \begin{pmatrix} 1 & -1 \end{pmatrix}: \qquad f(x) = x`,
    reason: "Part (a), linear: possible. It needs $f(1) = -f(-1)$.",
    check: equation({
      against: "definition",
      given: (random) => draw(random).x,
      left: (x) => x,
      right: (algebra, x) => formula(algebra, identityNetwork, x),
    }),
  },
  {
    id: "one-kink",
    tex:
      tex`f'(x) = -f(-1) \;\text{ for } x < 0, \qquad f'(x) = f(1) \;\text{ for } x > 0`,
    reason:
      "Part (b), two kinks: impossible. A unit without bias switches at $-b/w = 0$, so every kink is at 0 and there is one at most. The check compares with the slopes of all pieces, counted exactly.",
    check: equation({
      against: "definition",
      given: draw,
      left: ({ network }) =>
        column(piecesOf(network).pieces.map(({ slope }) => slope)),
      right: (algebra, { w, v }) => {
        const { minus, product } = algebra;
        const { left, right } = ends(algebra, { w, v });
        return minus(
          product(column([0, 1]), right),
          product(column([1, 0]), left),
        );
      },
    }),
  },
  {
    id: "convex-weights",
    tex:
      tex`W_1 = \begin{pmatrix} 1 \\ -1 \end{pmatrix}, \quad W_2 = \begin{pmatrix} 1 & 1 \end{pmatrix}: \qquad f(x) = \lvert x \rvert`,
    reason:
      "Part (c), convex and not linear: possible. It needs $f(1) + f(-1) > 0$.",
    check: equation({
      against: "definition",
      given: (random) => draw(random).x,
      left: (x) => column(x.data.map(Math.abs)),
      right: (algebra, x) => formula(algebra, absoluteNetwork, x),
    }),
  },
  {
    id: "one-sign",
    tex:
      tex`\tfrac12\bigl(f(x + h) + f(x - h)\bigr) - f(x) = \tfrac12 \bigl(f(1) + f(-1)\bigr) \operatorname{ReLU}\bigl(h - \lvert x \rvert\bigr)`,
    reason:
      "Part (d), neither convex nor concave: impossible. The second factor is never negative, so the left side has the sign of $f(1) + f(-1)$ everywhere: $f$ is convex or concave, or both.",
    check: equation({
      against: "definition",
      given: (random) => {
        // Where f(1) + f(−1) nearly cancels, so do the digits of both sides.
        for (;;) {
          const drawn = draw(random);
          const { data: [right, left] } = valuesOf(
            drawn.network,
            column([1, -1]),
          );
          if (Math.abs(right! + left!) > 0.05) return { ...drawn, h: 4 };
        }
      },
      left: ({ network, x, h }) => {
        const at = (by: number) =>
          valuesOf(network, column(x.data.map((at) => at + by))).data;
        const [far, near, here] = [at(h), at(-h), at(0)];
        return column(
          here.map((value, i) => (far[i]! + near[i]!) / 2 - value),
        );
      },
      right: (algebra, { w, v, x, h }) => {
        const { minus, plus, product, relu, scale } = algebra;
        const { left, right } = ends(algebra, { w, v });
        const hat = relu(
          minus(exact.scale(h, ones(x.rows)), absolute(algebra, x)),
        );
        return scale(0.5, product(hat, plus(right, left)));
      },
    }),
  },
];

/** Width 2 without biases. */
export const noBiasSection: Section = {
  id: "no-bias",
  title: "Two units without biases",
  answers: "003, question 5",
  prose: [
    "Two layers, two hidden units, no biases. Which of these can the output be, for which weights? The figure above draws them, and the measurements show the two that exist on $[-5, 5]$.",
  ],
  predictions: [
    {
      question: "(a) Linear.",
      answer: "Possible: $W_1 = (1, -1)^\\top$, $W_2 = (1, -1)$ give $x$.",
    },
    {
      question: "(b) With two kinks.",
      answer:
        "Impossible: without a bias every unit has its kink at 0, and there is one kink at most.",
    },
    {
      question: "(c) Convex and not linear.",
      answer:
        "Possible: $W_1 = (1, -1)^\\top$, $W_2 = (1, 1)$ give $\\lvert x \\rvert$.",
    },
    {
      question: "(d) Neither convex nor concave.",
      answer:
        "Impossible: one kink bends either upwards or downwards, and that decides for all inputs.",
    },
  ],
  lines,
};
