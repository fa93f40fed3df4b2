import { tanhSlope } from "../../../study/derivation/formulas.ts";
import {
  column,
  type Matrix,
  matrix,
  ones,
} from "../../../study/derivation/algebra.ts";
import { equation } from "../../../study/derivation/check.ts";
import type { Line } from "../../../study/derivation/line.ts";
import type { Section } from "../../../study/page.ts";
import { tanhBackward } from "../../../study/derivation/kernels.ts";
import { slopes } from "../../../study/derivation/oracle.ts";
import { drawUnits } from "./network.ts";

const tex = String.raw;

const lines: Line[] = [
  {
    id: "tanh",
    tex:
      tex`\begin{aligned} f(x) &= W_2 \tanh(W_1 x + b_1) + b_2 \\ f'(x) &= W_2 \bigl(\tanh'(W_1 x + b_1) \odot W_1\bigr), \qquad \tanh' = 1 - \tanh^2 \end{aligned}`,
    reason:
      "Part (d): yes. $\\tanh$ has derivatives of every order everywhere, and so has a composition with affine maps, for every $l$: there are no kinks at all. The check takes its differences where the ReLU network with the same weights has its kinks.",
    check: equation({
      against: "central differences",
      given: (random) => {
        const { units } = drawUnits(random, 4);
        const { w, b } = units;
        return { units, t: column(w.data.map((w, i) => -b.data[i]! / w)) };
      },
      left: ({ units: { w, b, v }, t }) =>
        slopes(t, ({ data }) =>
          data.reduce(
            (sum, x) =>
              sum + w.data.reduce(
                (inner, w, i) =>
                  inner + v.data[i]! * Math.tanh(w * x + b.data[i]!),
                0,
              ),
            0,
          )),
      right: (algebra, { units: { w, b, v }, t }) => {
        const { hadamard, plus, product, transpose } = algebra;
        const across = ones(1, t.rows);
        const z = plus(product(w, transpose(t)), product(b, across));
        const inner = hadamard(tanhSlope(algebra, z), widened(w, t.rows));
        return product(transpose(inner), v);
      },
    }),
    kernels: [tanhBackward],
  },
];

/** A column repeated `count` times, [n, 1] → [n, count]. */
function widened({ rows, data }: Matrix, count: number): Matrix {
  return matrix(
    rows,
    count,
    Array.from(data, (value) => Array<number>(count).fill(value)).flat(),
  );
}

/** The same with tanh. */
export const smoothSection: Section = {
  id: "tanh",
  title: "The same with tanh",
  answers: "003, question 4 (d)",
  predictions: [
    {
      question: "Does the answer change with tanh instead of ReLU?",
      answer:
        "Yes: the output then has derivatives of every order at every input, for any number of layers and units.",
    },
  ],
  lines,
};
