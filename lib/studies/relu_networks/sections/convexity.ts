import type { Random } from "../../../math/random.ts";
import { piecesOf } from "../../../math/kinks.ts";
import type { ReluNetwork } from "../../../math/relu_network.ts";
import {
  column,
  exact,
  matrix,
  ones,
} from "../../../study/derivation/algebra.ts";
import { equation } from "../../../study/derivation/check.ts";
import type { Line } from "../../../study/derivation/line.ts";
import type { Section } from "../../../study/page.ts";
import {
  absolute,
  drawInputs,
  drawNetwork,
  drawUnits,
  outputs,
} from "./network.ts";

const tex = String.raw;

/** `½ (f(x + h) + f(x − h)) − f(x)` by evaluating f; at least 0 for all x and h where f is convex. */
function gap(network: ReluNetwork, x: number, h: number): number {
  const { data: [left, middle, right] } = outputs(
    network,
    matrix(1, 3, [x - h, x, x + h]),
  );
  return (left! + right!) / 2 - middle!;
}

/** A triangle: `ReLU(x + 1) − 2 ReLU(x) + ReLU(x − 1)`. */
const triangle: ReluNetwork = [
  { weight: [[1], [1], [1]], bias: [1, 0, -1] },
  { weight: [[1, -2, 1]], bias: [0] },
];

const draw = (random: Random) => ({
  ...drawUnits(random, 5),
  x: drawInputs(random, 6),
  h: 2.5,
});

/** Distances of neighbouring kinks. */
const gapsOf = (kinks: readonly number[]) =>
  kinks.slice(1).map((t, i) => t - kinks[i]!);

/** Three layers, no weight of the last two below zero, with kinks near zero that are not too near each other to tell apart. */
function drawConvex(random: Random): ReluNetwork {
  for (;;) {
    const network = drawNetwork(random, 4, 3).map(({ weight, bias }, i) => ({
      weight: i === 0 ? weight : weight.map((row) => row.map(Math.abs)),
      bias,
    }));
    const { kinks } = piecesOf(network);
    if (kinks.length < 2 || Math.min(...gapsOf(kinks)) < 0.05) continue;
    // Far out the outputs are large, and their differences lose digits.
    if (Math.max(...kinks.map(Math.abs)) < 10) return network;
  }
}

const lines: Line[] = [
  {
    id: "bends",
    tex:
      tex`f'(t_i^+) - f'(t_i^-) = W_{2,i}\, \lvert W_{1,i} \rvert, \qquad t_i = -\frac{b_{1,i}}{W_{1,i}}`,
    reason:
      "A unit switches on or off at $t_i$; either way the slope of $\\operatorname{ReLU}(W_{1,i} x + b_{1,i})$ grows by $\\lvert W_{1,i} \\rvert$ from left to right. So the sign of $W_{2,i}$ says which way $f$ bends there.",
    check: equation({
      against: "definition",
      given: draw,
      left: ({ network }) => {
        const slopes = piecesOf(network).pieces.map(({ slope }) => slope);
        return column(slopes.slice(1).map((slope, i) => slope - slopes[i]!));
      },
      right: (algebra, { units: { w, v } }) =>
        algebra.hadamard(v, absolute(algebra, w)),
    }),
  },
  {
    id: "midpoints",
    tex:
      tex`\tfrac12\bigl(f(x + h) + f(x - h)\bigr) - f(x) = \tfrac12 \sum_{i=1}^k W_{2,i}\, \lvert W_{1,i} \rvert \operatorname{ReLU}\bigl(h - \lvert x - t_i \rvert\bigr)`,
    reason:
      "Convex means that the left side is never negative, concave that it is never positive. Every $W_{2,i} \\ge 0$ makes $f$ convex and every $W_{2,i} \\le 0$ concave; both signs at different kinks make it neither.",
    check: equation({
      against: "definition",
      given: draw,
      left: ({ network, x, h }) =>
        matrix(1, x.columns, x.data.map((at) => gap(network, at, h))),
      right: (algebra, { units: { w, b, v }, x, h }) => {
        const { hadamard, plus, product, relu, scale, transpose } = algebra;
        const { rows } = w;
        const { columns } = x;
        const [down, across] = [ones(rows), ones(1, columns)];
        const kinks = scale(-1, algebra.quotient(b, w));
        // Not in the algebra: their distance is the same the other way round.
        const apart = exact.minus(
          exact.product(down, x),
          exact.product(kinks, across),
        );
        const hats = relu(
          plus(
            exact.scale(h, ones(rows, columns)),
            scale(-1, absolute(algebra, apart)),
          ),
        );
        const bends = hadamard(v, absolute(algebra, w));
        return scale(0.5, product(transpose(bends), hats));
      },
    }),
  },
  {
    id: "neither",
    tex:
      tex`\begin{gathered} f(x) = \operatorname{ReLU}(x + 1) - 2 \operatorname{ReLU}(x) + \operatorname{ReLU}(x - 1) \\ \tfrac12\bigl(f(-1) + f(1)\bigr) - f(0) = -1, \qquad \tfrac12\bigl(f(0) + f(2)\bigr) - f(1) = \tfrac12 \end{gathered}`,
    reason:
      "Question 3: no, and no. Three units make a triangle that is neither; a deeper network can compute the same function.",
    check: equation({
      against: "definition",
      given: () => null,
      left: () => column([gap(triangle, 0, 1), gap(triangle, 1, 1)]),
      right: ({ scale }) => scale(0.5, column([-2, 1])),
    }),
  },
  {
    id: "kept",
    tex:
      tex`W_2, \dots, W_l \ge 0 \text{ entry by entry} \quad\Longrightarrow\quad f \text{ is convex}`,
    reason:
      "Sums with weights that are not negative and $\\operatorname{ReLU}$, convex and never falling, keep convexity layer by layer: every bend is upwards. Such networks are the exception.",
    check: equation({
      against: "definition",
      // Second differences over 2h ≥ 0.05 of outputs up to 10³.
      tolerance: 1e-8,
      given: drawConvex,
      left: (network) => {
        const slopes = piecesOf(network).pieces.map(({ slope }) => slope);
        return column(slopes.slice(1).map((slope, i) => slope - slopes[i]!));
      },
      right: (algebra, network) => {
        const { kinks } = piecesOf(network);
        // Near enough for no other kink to be in between.
        const h = Math.min(1, ...gapsOf(kinks)) / 2;
        const bends = column(kinks.map((t) => gap(network, t, h)));
        return algebra.scale(2 / h, absolute(algebra, bends));
      },
    }),
  },
];

/** Whether the output is convex or concave. */
export const convexitySection: Section = {
  id: "convexity",
  title: "Convex or concave?",
  answers: "003, question 3",
  predictions: [
    {
      question:
        "With $l \\ge 2$ layers, is the output in general a convex function of the input?",
      answer:
        "No. A unit with a negative output weight bends the output downwards at its kink.",
    },
    {
      question: "Is it in general concave?",
      answer:
        "No. A unit with a positive output weight bends it upwards; with both signs the output is neither.",
    },
  ],
  lines,
};
