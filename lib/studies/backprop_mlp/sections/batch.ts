import {
  type Matrix,
  matrix,
  ones,
} from "../../../study/derivation/algebra.ts";
import { equation } from "../../../study/derivation/check.ts";
import type { Line } from "../../../study/derivation/line.ts";
import type { Section } from "../../../study/page.ts";
import {
  denseBias,
  denseForward,
  denseInput,
  denseWeight,
} from "../../../study/derivation/kernels.ts";
import { drawBatch } from "../../../study/derivation/networks.ts";

const tex = String.raw;

const lines: Line[] = [
  {
    id: "batch-forward",
    tex:
      tex`\tilde Y_i = Y_{i-1} A_i^\top + \mathbf 1\, b_i^\top \in \mathbb R^{B \times n_i}, \qquad Y_i = \sigma(\tilde Y_i)`,
    reason:
      "Stack $B$ examples as rows; row $r$ is the transpose of $A_i y_{i-1} + b_i$ for example $r$.",
    check: equation({
      against: "definition",
      given: (random) => drawBatch(random).hidden,
      left: ({ A, b, below, z }) => perExample(below, { A, b }, z.columns),
      right: ({ plus, product, transpose }, { A, b, below }) =>
        plus(
          product(below, transpose(A)),
          product(ones(below.rows), transpose(b)),
        ),
    }),
    kernels: [denseForward],
  },
  {
    id: "batch-delta-output",
    tex:
      tex`J = \frac1{2B} \lVert Y_L - T \rVert_F^2, \qquad D_L := \frac{\partial J}{\partial \tilde Y_L} = \frac1B (Y_L - T)`,
    reason:
      "The mean over the batch divides every example's $\\delta_L$ by $B$.",
    check: equation({
      against: "reverse mode",
      given: drawBatch,
      left: ({ top }) => top.dz,
      right: ({ minus, scale }, { top, target, batch }) =>
        scale(1 / batch, minus(top.y, target)),
    }),
  },
  {
    id: "batch-weight-gradient",
    tex: tex`\frac{\partial J}{\partial A_i} = D_i^\top Y_{i-1}`,
    reason:
      "$\\sum_r \\delta_i^{(r)} (y_{i-1}^{(r)})^\\top$ is one matrix product over the rows.",
    check: equation({
      against: "reverse mode",
      given: (random) => drawBatch(random).hidden,
      left: ({ dA }) => dA,
      right: ({ product, transpose }, { dz, below }) =>
        product(transpose(dz), below),
    }),
    kernels: [denseWeight],
  },
  {
    id: "batch-bias-gradient",
    tex: tex`\frac{\partial J}{\partial b_i} = D_i^\top \mathbf 1`,
    reason: "Every row uses the same bias, so their gradients add up.",
    check: equation({
      against: "reverse mode",
      given: (random) => drawBatch(random).hidden,
      left: ({ db }) => db,
      right: ({ product, transpose }, { dz }) =>
        product(transpose(dz), ones(dz.rows)),
    }),
    kernels: [denseBias],
  },
  {
    id: "batch-input-gradient",
    tex: tex`\frac{\partial J}{\partial Y_{i-1}} = D_i A_i`,
    reason: "Row by row this is $A_i^\\top \\delta_i$, transposed.",
    check: equation({
      against: "reverse mode",
      given: (random) => drawBatch(random).top,
      left: ({ dBelow }) => dBelow,
      right: ({ product }, { A, dz }) => product(dz, A),
    }),
    kernels: [denseInput],
  },
  {
    id: "batch-delta-recursion",
    tex:
      tex`D_{i-1} = (D_i A_i) \odot \sigma'(\tilde Y_{i-1}) = (D_i A_i) \odot Y_{i-1} \odot (\mathbf 1 - Y_{i-1})`,
    reason:
      "The recursion on every row; the outputs that were kept are all it needs.",
    check: equation({
      against: "reverse mode",
      given: drawBatch,
      left: ({ hidden }) => hidden.dz,
      right: ({ hadamard, minus, product }, { hidden: { y }, top }) =>
        hadamard(
          hadamard(product(top.dz, top.A), y),
          minus(ones(y.rows, y.columns), y),
        ),
    }),
  },
];

/** The batch's pre-activations by the definition: example by example, sum by sum. */
function perExample(
  below: Matrix,
  { A, b }: { A: Matrix; b: Matrix },
  units: number,
): Matrix {
  const result = matrix(
    below.rows,
    units,
    new Float64Array(below.rows * units),
  );
  for (let row = 0; row < below.rows; row++) {
    for (let unit = 0; unit < units; unit++) {
      let sum = b.data[unit]!;
      for (let k = 0; k < A.columns; k++) {
        sum += A.data[unit * A.columns + k]! *
          below.data[row * A.columns + k]!;
      }
      result.data[row * units + unit] = sum;
    }
  }
  return result;
}

/** The same gradients for a batch, one example per row: three matrix products. */
export const batchSection: Section = {
  id: "batch",
  title: "A batch at once",
  prose: [
    "With one example per row, forward and backward of a layer are the three matrix products of the GPU kernel: $XW^\\top$ (NT), $DW$ (NN) and $D^\\top X$ (TN).",
  ],
  lines,
};
