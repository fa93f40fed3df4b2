import { orGate } from "../../../math/gates.ts";
import {
  type Algebra,
  type Matrix,
  matrix,
} from "../../../study/derivation/algebra.ts";
import { equation } from "../../../study/derivation/check.ts";
import type { Line } from "../../../study/derivation/line.ts";
import type { Section } from "../../../study/page.ts";
import { drawPoints, grid, outputsOf, truthOf } from "./grid.ts";

const tex = String.raw;

/** The row of x₁ or of x₂. */
export function coordinate({ columns, data }: Matrix, i: 0 | 1): Matrix {
  return matrix(1, columns, data.subarray(i * columns, (i + 1) * columns));
}

/** `ReLU(x₁) + ReLU(x₂)`. */
function or({ plus, relu }: Algebra, x: Matrix): Matrix {
  return plus(relu(coordinate(x, 0)), relu(coordinate(x, 1)));
}

const lines: Line[] = [
  {
    id: "or-weights",
    tex:
      tex`\begin{gathered} W_1 = \begin{pmatrix} 1 & 0 \\ 0 & 1 \end{pmatrix}, \quad b_1 = \begin{pmatrix} 0 \\ 0 \end{pmatrix}, \quad W_2 = \begin{pmatrix} 1 & 1 \end{pmatrix}, \quad b_2 = 0: \\ f(x) = \operatorname{ReLU}(x_1) + \operatorname{ReLU}(x_2) \end{gathered}`,
    reason:
      "Part (a), two layers of width 2: unit $i$ is positive where $x_i > 0$ and zero elsewhere.",
    check: equation({
      against: "definition",
      given: (random) => drawPoints(random, 9),
      left: (x) => outputsOf(orGate.network, x),
      right: or,
    }),
  },
  {
    id: "or-holds",
    tex: tex`f(x) > 0 \iff x_1 > 0 \;\text{ or }\; x_2 > 0`,
    reason:
      "A sum of two numbers that are not negative is positive where one of them is. The check takes every point of a grid that holds both axes: there $f$ is 0 unless the other input is positive.",
    check: equation({
      against: "definition",
      given: () => grid,
      left: (x) => truthOf(x, orGate.truth),
      right: (algebra, x) => algebra.step(or(algebra, x)),
    }),
  },
];

/** OR. */
export const orSection: Section = {
  id: "or",
  title: "OR",
  answers: "003, question 7 (a)",
  lines,
};
