import { equation } from "../../../study/derivation/check.ts";
import type { Line } from "../../../study/derivation/line.ts";
import type { Section } from "../../../study/page.ts";
import {
  halfSquaredErrorBackward,
  sigmoidSlope,
} from "../../../study/derivation/kernels.ts";
import { drawHidden, drawMlp } from "../../../study/derivation/networks.ts";

const tex = String.raw;

const lines: Line[] = [
  {
    id: "forward",
    tex:
      tex`y_0 = x, \qquad \tilde y_i = A_i y_{i-1} + b_i, \qquad y_i = \sigma(\tilde y_i) \ \ (i < L), \qquad y_L = \tilde y_L = f_\theta(x)`,
    reason:
      "This is the network; $\\tilde y_i$ names what goes into the activation.",
  },
  {
    id: "delta",
    tex:
      tex`\delta_i := \Bigl(\frac{\partial \ell}{\partial \tilde y_i}\Bigr)^{\!\top} \in \mathbb R^{n_i}, \qquad \ell(\theta) = \tfrac12 (y_L - Y)^2`,
    reason:
      "Everything below $\\tilde y_i$ acts on the loss through $\\tilde y_i$ alone, so one vector per layer carries the chain rule.",
  },
  {
    id: "delta-output",
    tex: tex`\delta_L = y_L - Y`,
    reason: "The last layer is linear and the factor ½ cancels the square's 2.",
    check: equation({
      against: "reverse mode",
      given: drawMlp,
      left: ({ layers }) => layers.at(-1)!.dz,
      right: ({ minus }, { output, target }) => minus(output, target),
    }),
    kernels: [halfSquaredErrorBackward],
  },
  {
    id: "delta-recursion",
    tex:
      tex`\delta_i = \bigl(A_{i+1}^\top \delta_{i+1}\bigr) \odot \sigma'(\tilde y_i), \qquad i = L-1, \dots, 1`,
    reason:
      "$\\tilde y_{i+1} = A_{i+1}\\sigma(\\tilde y_i) + b_{i+1}$ has Jacobian $A_{i+1}\\operatorname{diag}\\sigma'(\\tilde y_i)$, and a gradient is pulled back by the transpose.",
    check: equation({
      against: "reverse mode",
      given: drawHidden,
      left: ({ at }) => at.dz,
      right: (algebra, { at, above }) => {
        const { hadamard, product, transpose } = algebra;
        return hadamard(
          product(transpose(above.A), above.dz),
          sigmoidSlope(algebra, at.z),
        );
      },
    }),
  },
  {
    id: "bias-gradient",
    tex: tex`\frac{\partial \ell}{\partial b_i} = \delta_i`,
    reason: "$b_i$ enters $\\tilde y_i$ with the identity as its Jacobian.",
    check: equation({
      against: "reverse mode",
      given: drawHidden,
      left: ({ at }) => at.db,
      right: (algebra, { at, above }) =>
        algebra.hadamard(
          algebra.product(algebra.transpose(above.A), above.dz),
          sigmoidSlope(algebra, at.z),
        ),
    }),
  },
  {
    id: "weight-gradient",
    tex: tex`\frac{\partial \ell}{\partial A_i} = \delta_i\, y_{i-1}^\top`,
    reason:
      "Entry $(j, k)$ of $A_i$ reaches $\\tilde y_i$ only in row $j$, with factor $(y_{i-1})_k$.",
    check: equation({
      against: "reverse mode",
      given: drawHidden,
      left: ({ at }) => at.dA,
      right: ({ product, transpose }, { at }) =>
        product(at.dz, transpose(at.below)),
    }),
  },
  {
    id: "activation-gradient",
    tex:
      tex`\Bigl(\frac{\partial \ell}{\partial y_{i-1}}\Bigr)^{\!\top} = A_i^\top \delta_i`,
    reason: "$\\tilde y_i$ is linear in $y_{i-1}$ with Jacobian $A_i$.",
    check: equation({
      against: "reverse mode",
      given: drawHidden,
      left: ({ at }) => at.dBelow,
      right: ({ product, transpose }, { at }) =>
        product(transpose(at.A), at.dz),
    }),
  },
];

/** The δ recursion of an MLP with one linear output. */
export const recursionSection: Section = {
  id: "recursion",
  title: "The δ recursion",
  answers: "000, problem 1; 001, section 1",
  prose: [
    "The network has $L$ layers with sizes $n_0, \\dots, n_L$, $n_L = 1$, and one training pair $(x, Y)$. Vectors are columns. Each check below draws a network of two to six layers and a layer of it at random; the left side is reverse mode on the whole network, the right side is the formula on the same numbers.",
  ],
  lines,
};
