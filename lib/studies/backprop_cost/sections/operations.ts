import {
  type Algebra,
  type Matrix,
  scalar,
} from "../../../study/derivation/algebra.ts";
import { equation } from "../../../study/derivation/check.ts";
import type { Line } from "../../../study/derivation/line.ts";
import type { Section, StudyTable } from "../../../study/page.ts";
import { type Counts, drawSetting, type Setting, sweep } from "./sweep.ts";

const tex = String.raw;

/** `IL + (K−1)L² + LO`, or without the first term. */
function productsOf(
  { plus, product }: Algebra,
  { inputs, hidden, units, outputs }: Setting,
  { first = true } = {},
): Matrix {
  const [L, K1] = [scalar(units), scalar(hidden - 1)];
  const rest = plus(
    product(K1, product(L, L)),
    product(L, scalar(outputs)),
  );
  return first ? plus(product(scalar(inputs), L), rest) : rest;
}

/** Counted by loops for one example on the left, a formula on the right. */
function counted(
  counts: (counts: Counts) => number[],
  right: (algebra: Algebra, setting: Setting) => Matrix[],
  { one = true } = {},
) {
  return equation({
    against: "definition",
    given: (random) => {
      const setting = drawSetting(random);
      return one ? { ...setting, batch: 1 } : setting;
    },
    left: (setting) => counts(sweep(setting)).map(scalar),
    right,
  });
}

const lines: Line[] = [
  {
    id: "forward-products",
    tex: tex`m_{\text{forward}} = 1 \cdot IL + (K-1) \cdot L^2 + 1 \cdot LO`,
    reason:
      "A product of an $i \\times j$ matrix and a vector takes $ij$ multiplications: one by $W_1$, $K - 1$ by $W_2, \\dots, W_K$, one by $W_{K+1}$.",
    check: counted(
      ({ forward }) => [forward],
      (algebra, setting) => [productsOf(algebra, setting)],
    ),
  },
  {
    id: "backward-products",
    tex: tex`\begin{aligned}
m_{\text{weights}} &= 1 \cdot IL + (K-1) \cdot L^2 + 1 \cdot LO && \delta_k h_{k-1}^\top \\
m_{\text{signals}} &= (K-1) \cdot L^2 + 1 \cdot LO && W_{k+1}^\top \delta_{k+1}
\end{aligned}`,
    reason:
      "Each weight meets its input and the signal above once more, and again when the signal is passed down, except in the first layer: nobody asks for $\\partial J / \\partial x$.",
    check: counted(
      ({ weightGradients, passedDown }) => [weightGradients, passedDown],
      (algebra, setting) => [
        productsOf(algebra, setting),
        productsOf(algebra, setting, { first: false }),
      ],
    ),
  },
  {
    id: "all-products",
    tex:
      tex`m = m_{\text{forward}} + m_{\text{weights}} + m_{\text{signals}} = 2 \cdot IL + 3 (K-1) \cdot L^2 + 3 \cdot LO`,
    reason:
      "The backward pass costs nearly twice the forward one: twice but for the first layer.",
    check: counted(
      ({ forward, weightGradients, passedDown }) => [
        forward + weightGradients + passedDown,
      ],
      ({ plus, product, scale }, { inputs, hidden, units, outputs }) => {
        const [I, L, O] = [inputs, units, outputs].map(scalar) as [
          Matrix,
          Matrix,
          Matrix,
        ];
        const squares = product(scalar(hidden - 1), product(L, L));
        return [plus(
          plus(scale(2, product(I, L)), scale(3, squares)),
          scale(3, product(L, O)),
        )];
      },
    ),
  },
  {
    id: "elementwise",
    tex: tex`a_\psi = K L, \qquad a_{\odot\psi'} = K L, \qquad a_e = 2\,O`,
    reason:
      "One evaluation of $\\psi$ and one product with $\\psi'$ for every hidden unit; one difference and one scaling for every output. All are of a lower order than the products.",
    check: counted(
      ({ activations, slopes, errors }) => [activations, slopes, errors],
      ({ product, scale }, { hidden, units, outputs }) => {
        const hiddenUnits = product(scalar(hidden), scalar(units));
        return [hiddenUnits, hiddenUnits, scale(2, scalar(outputs))];
      },
    ),
  },
];

const batchLines: Line[] = [
  {
    id: "batch-products",
    tex:
      tex`m(M) = M \bigl[ 2 \cdot IL + 3 (K-1) \cdot L^2 + 3 \cdot LO \bigr]`,
    reason:
      "Each example goes through both passes by itself; only the gradients of the parameters are added up over the batch. With the examples as rows, each count above becomes a product of two matrices, and time grows linearly in $M$.",
    check: counted(
      ({ forward, weightGradients, passedDown }) => [
        forward + weightGradients + passedDown,
      ],
      (algebra, setting) => {
        const { plus, product, scale } = algebra;
        const all = productsOf(algebra, setting);
        const rest = productsOf(algebra, setting, { first: false });
        return [product(scalar(setting.batch), plus(scale(2, all), rest))];
      },
      { one: false },
    ),
  },
  {
    id: "memory",
    tex:
      tex`\underbrace{P = (I+1)L + (K-1)(L+1)L + (L+1)O}_{\text{parameters, and as many gradients}}, \qquad \underbrace{M K L}_{\text{kept for the way back}}`,
    reason:
      "$\\partial J/\\partial W_{k+1}$ needs $h_k$, and $\\psi'(z_k)$ follows from $h_k$ for sigmoid, tanh and ReLU: so the outputs of all $K$ hidden layers must be kept. Memory is linear in $M$, with a part that does not depend on it.",
    check: counted(
      ({ parameters, kept }) => [parameters, kept],
      ({ plus, product }, { inputs, hidden, units, outputs, batch }) => {
        const [I1, L, L1, O] = [inputs + 1, units, units + 1, outputs]
          .map(scalar) as [Matrix, Matrix, Matrix, Matrix];
        const K = scalar(hidden);
        const within = product(scalar(hidden - 1), product(L1, L));
        return [
          plus(plus(product(I1, L), within), product(L1, O)),
          product(scalar(batch), product(K, L)),
        ];
      },
      { one: false },
    ),
  },
];

/** Which operation runs how often, as the exercise asks. */
const table: StudyTable = {
  id: "operations-of-one",
  caption: "Products of both passes for one example",
  columns: ["", "size", "forward", "backward", "in all"],
  rows: [
    ["first layer, $W_1$", "$IL$", "1", "1", "2"],
    [
      "between hidden layers, $W_2, \\dots, W_K$",
      "$L^2$",
      "$K-1$",
      "$2(K-1)$",
      "$3(K-1)$",
    ],
    ["output layer, $W_{K+1}$", "$LO$", "1", "2", "3"],
    ["activation", "$L$", "$K$", "$K$", "$2K$"],
  ],
};

/** How often each operation runs. */
export const operationsSection: Section = {
  id: "operations",
  title: "Operations of both passes",
  answers: "004, exercise 2 (c)",
  prose: [
    "A multiplication in a product of matrices goes with an addition, so that counting the former is enough. The left sides run both passes in loops and count.",
  ],
  lines,
  tables: [table],
};

/** What a batch costs, in operations and memory. */
export const batchSection: Section = {
  id: "batch",
  title: "A mini-batch",
  answers: "002, section 6 (b)",
  lines: batchLines,
  interactive: "operation-counter",
};
