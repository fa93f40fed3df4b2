import {
  type Algebra,
  identity,
  type Matrix,
} from "../../../study/derivation/algebra.ts";
import { equation } from "../../../study/derivation/check.ts";
import type { Line } from "../../../study/derivation/line.ts";
import type { Section } from "../../../study/page.ts";
import {
  denseInput,
  denseWeight,
  reluBackward,
  sigmoidBackward,
  sigmoidSlope,
} from "../../../study/derivation/kernels.ts";
import { drawAt, type Layer } from "./networks.ts";

const tex = String.raw;

/** `A_L diag(σ′(ỹ_{L−1})) A_{L−1} ⋯ diag(σ′(ỹ_{i+1})) A_{i+1} diag(σ′(ỹ_i))`, a row. */
export function productBelow(
  algebra: Algebra,
  layers: readonly Layer[],
  i: number,
): Matrix {
  const { diagonal, product } = algebra;
  let row = layers.at(-1)!.A;
  for (let k = layers.length - 2; k >= i; k--) {
    row = product(row, diagonal(sigmoidSlope(algebra, layers[k]!.z)));
    if (k > i) row = product(row, layers[k]!.A);
  }
  return row;
}

const lines: Line[] = [
  {
    id: "forward",
    tex:
      tex`\tilde y_i = A_i y_{i-1} + b_i, \qquad y_i = \sigma(\tilde y_i) \ \ (i < L), \qquad y_L = \tilde y_L \in \mathbb R`,
    reason: "This is the network; the last layer is linear.",
  },
  {
    id: "bias-product",
    tex:
      tex`\frac{\partial y_L}{\partial b_i} = A_L \operatorname{diag}\bigl(\sigma'(\tilde y_{L-1})\bigr) A_{L-1} \cdots \operatorname{diag}\bigl(\sigma'(\tilde y_{i+1})\bigr) A_{i+1} \operatorname{diag}\bigl(\sigma'(\tilde y_i)\bigr)`,
    reason:
      "$\\partial y_k / \\partial y_{k-1} = \\operatorname{diag}(\\sigma'(\\tilde y_k)) A_k$ for $k < L$, $\\partial y_L / \\partial y_{L-1} = A_L$, and $\\partial y_i / \\partial b_i = \\operatorname{diag}(\\sigma'(\\tilde y_i))$; the chain rule multiplies them.",
    check: equation({
      against: "reverse mode",
      given: drawAt,
      left: ({ layers, i }) => layers[i]!.db,
      right: (algebra, { layers, i }) =>
        algebra.transpose(productBelow(algebra, layers, i)),
    }),
    kernels: [denseInput, sigmoidBackward],
  },
  {
    id: "weight-product",
    tex:
      tex`\frac{\partial y_L}{\partial A_i} = \Bigl(\frac{\partial y_L}{\partial b_i}\Bigr)^{\!\top} y_{i-1}^\top`,
    reason:
      "$A_i$ acts through $\\tilde y_i = A_i y_{i-1} + b_i$ alone, entry $(r, c)$ as $b_i$'s entry $r$ does, times $(y_{i-1})_c$.",
    check: equation({
      against: "reverse mode",
      given: drawAt,
      left: ({ layers, i }) => layers[i]!.dA,
      right: ({ product, transpose }, { layers, i }) =>
        product(layers[i]!.db, transpose(layers[i]!.below)),
    }),
    kernels: [denseWeight],
  },
  {
    id: "relu-product",
    tex:
      tex`\text{ReLU:} \quad \frac{\partial y_L}{\partial b_i} = A_L \operatorname{diag}\bigl(\Theta(\tilde y_{L-1})\bigr) A_{L-1} \cdots A_{i+1} \operatorname{diag}\bigl(\Theta(\tilde y_i)\bigr)`,
    reason:
      "The slope of ReLU is 1 for positive arguments, however large, and 0 for negative ones: it dies on one side only, but there at once and wholly.",
    check: equation({
      against: "reverse mode",
      given: (random) => {
        // At least one unit of every layer passes something on.
        let drawn;
        do drawn = drawAt(random, "relu"); while (
          drawn.layers[0]!.db.data.every((d) => d === 0)
        );
        return drawn;
      },
      left: ({ layers, i }) => layers[i]!.db,
      right: ({ hadamard, product, step, transpose }, { layers, i }) => {
        let delta = transpose(layers.at(-1)!.A);
        for (let k = layers.length - 2; k >= i; k--) {
          delta = hadamard(delta, step(layers[k]!.z));
          if (k > i) delta = product(transpose(layers[k]!.A), delta);
        }
        return delta;
      },
    }),
    kernels: [reluBackward],
  },
  {
    id: "residual-product",
    tex:
      tex`y_k = y_{k-1} + \sigma(\tilde y_k): \quad \frac{\partial y_L}{\partial b_i} = A_L \prod_{k=L-1}^{i+1} \Bigl(I + \operatorname{diag}\bigl(\sigma'(\tilde y_k)\bigr) A_k\Bigr) \operatorname{diag}\bigl(\sigma'(\tilde y_i)\bigr)`,
    reason:
      "The connection around the block adds the identity to its Jacobian; multiplied out, one term is $A_L \\operatorname{diag}(\\sigma'(\\tilde y_i))$, which no depth makes small.",
    check: equation({
      against: "reverse mode",
      given: (random) => drawAt(random, "residual"),
      left: ({ layers, i }) => layers[i]!.db,
      right: (algebra, { layers, i }) => {
        const { diagonal, plus, product, transpose } = algebra;
        const slope = (k: number) =>
          diagonal(sigmoidSlope(algebra, layers[k]!.z));
        let row = layers.at(-1)!.A;
        for (let k = layers.length - 2; k > i; k--) {
          const { A } = layers[k]!;
          row = product(row, plus(identity(A.rows), product(slope(k), A)));
        }
        return transpose(product(row, slope(i)));
      },
    }),
  },
];

/** The gradient as a product over the layers above. */
export const jacobianSection: Section = {
  id: "jacobians",
  title: "A product of Jacobians",
  answers: "000, problem 2; 002, section 2 (c)",
  lines,
};
