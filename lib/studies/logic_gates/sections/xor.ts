import { andGate, shortXorGate, xorGate } from "../../../math/gates.ts";
import type { Algebra, Matrix } from "../../../study/derivation/algebra.ts";
import { equation } from "../../../study/derivation/check.ts";
import type { Line } from "../../../study/derivation/line.ts";
import type { Section } from "../../../study/page.ts";
import { drawPoints, grid, outputsOf, rowOf, truthOf } from "./grid.ts";
import { coordinate } from "./or.ts";

const tex = String.raw;

/** `min(a, b) = a − ReLU(a − b)`. */
function least({ minus, relu }: Algebra, a: Matrix, b: Matrix): Matrix {
  return minus(a, relu(minus(a, b)));
}

/** `min(ReLU(±x₁), ReLU(±x₂))`. */
function bothSides(
  algebra: Algebra,
  x: Matrix,
  [first, second]: [number, number],
): Matrix {
  const { relu, scale } = algebra;
  const side = (i: 0 | 1, sign: number) => {
    const row = coordinate(x, i);
    return relu(sign > 0 ? row : scale(-1, row));
  };
  return least(algebra, side(0, first), side(1, second));
}

function xor(algebra: Algebra, x: Matrix): Matrix {
  return algebra.plus(
    bothSides(algebra, x, [-1, 1]),
    bothSides(algebra, x, [1, -1]),
  );
}

/** `ReLU(x₁) + ReLU(x₂) − ReLU(x₁ + x₂)`. */
function short({ minus, plus, relu }: Algebra, x: Matrix): Matrix {
  const [x1, x2] = [coordinate(x, 0), coordinate(x, 1)];
  return minus(plus(relu(x1), relu(x2)), relu(plus(x1, x2)));
}

const lines: Line[] = [
  {
    id: "minimum",
    tex: tex`\min(a, b) = a - \operatorname{ReLU}(a - b)`,
    reason: "What $a$ has more than $b$ is taken away.",
    check: equation({
      against: "definition",
      given: (random) => drawPoints(random, 12),
      left: (x) => rowOf(x, Math.min),
      right: (algebra, x) => least(algebra, coordinate(x, 0), coordinate(x, 1)),
    }),
  },
  {
    id: "and-holds",
    tex:
      tex`\min\bigl(\operatorname{ReLU}(x_1), \operatorname{ReLU}(x_2)\bigr) > 0 \iff x_1 > 0 \;\text{ and }\; x_2 > 0`,
    reason:
      "The hint: AND in three layers of width 2, since the smaller of two numbers is positive where both are. The check takes the sign on every point of the grid, and the output of the network.",
    check: equation({
      against: "definition",
      given: () => grid,
      left: (x) => [truthOf(x, andGate.truth), outputsOf(andGate.network, x)],
      right: (algebra, x) => {
        const f = bothSides(algebra, x, [1, 1]);
        return [algebra.step(f), f];
      },
    }),
  },
  {
    id: "xor-weights",
    tex: tex`\begin{gathered}
W_1 = \begin{pmatrix} 1 & 0 \\ -1 & 0 \\ 0 & 1 \\ 0 & -1 \end{pmatrix}, \quad
W_2 = \begin{pmatrix} 0 & 1 & 0 & 0 \\ 0 & 1 & -1 & 0 \\ 1 & 0 & 0 & 0 \\ 1 & 0 & 0 & -1 \end{pmatrix}, \\[1ex]
W_3 = \begin{pmatrix} 1 & -1 & 1 & -1 \end{pmatrix}, \quad b_1 = b_2 = \begin{pmatrix} 0 & 0 & 0 & 0 \end{pmatrix}^\top, \quad b_3 = 0: \\[1ex]
f(x) = \min\bigl(\operatorname{ReLU}(-x_1), \operatorname{ReLU}(x_2)\bigr) + \min\bigl(\operatorname{ReLU}(x_1), \operatorname{ReLU}(-x_2)\bigr)
\end{gathered}`,
    reason:
      "Part (b), three layers of width 4: the first hidden layer holds both signs of both inputs, the second the two numbers of each minimum. The check runs the network and compares it with the formula.",
    check: equation({
      against: "definition",
      given: (random) => drawPoints(random, 12),
      left: (x) => outputsOf(xorGate.network, x),
      right: xor,
    }),
  },
  {
    id: "xor-holds",
    tex:
      tex`f(x) > 0 \iff (x_1 < 0 \text{ and } x_2 > 0) \;\text{ or }\; (x_1 > 0 \text{ and } x_2 < 0)`,
    reason:
      "The OR of two ANDs, none of them negative. On the axes both minima are 0, and so is $f$, as demanded.",
    check: equation({
      against: "definition",
      given: () => grid,
      left: (x) => truthOf(x, xorGate.truth),
      right: (algebra, x) => algebra.step(xor(algebra, x)),
    }),
  },
  {
    id: "xor-short",
    tex:
      tex`f(x) = \operatorname{ReLU}(x_1) + \operatorname{ReLU}(x_2) - \operatorname{ReLU}(x_1 + x_2)`,
    reason:
      "The same function needs two layers of width 3 only: where the signs agree the terms cancel, where they differ the smaller size is left. The check compares with the output of the three layers.",
    check: equation({
      against: "definition",
      given: (random) => drawPoints(random, 12),
      left: (x) => outputsOf(xorGate.network, x),
      right: short,
    }),
  },
  {
    id: "xor-short-holds",
    tex:
      tex`\operatorname{ReLU}(x_1) + \operatorname{ReLU}(x_2) - \operatorname{ReLU}(x_1 + x_2) > 0 \iff x_1 x_2 < 0`,
    reason:
      "On the grid, whose sums are exact. In floating point $x_1 + x_2$ is rounded: at $(1, -2^{-60})$ it is 1 and $f$ is 0. The three layers round likewise, as their minima contain such differences.",
    check: equation({
      against: "definition",
      given: () => grid,
      left: (x) => truthOf(x, shortXorGate.truth),
      right: (algebra, x) => algebra.step(short(algebra, x)),
    }),
  },
];

/** AND and XOR. */
export const xorSection: Section = {
  id: "xor",
  title: "AND and XOR",
  answers: "003, question 7 (b)",
  lines,
  interactive: "decision-map",
};
