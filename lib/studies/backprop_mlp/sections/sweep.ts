import {
  type Algebra,
  exact,
  type Matrix,
} from "../../../study/derivation/algebra.ts";
import { equation } from "../../../study/derivation/check.ts";
import type { Line } from "../../../study/derivation/line.ts";
import type { Section } from "../../../study/page.ts";
import { sigmoidSlope } from "../../../study/derivation/kernels.ts";
import {
  drawHidden,
  drawMlp,
  drawParameters,
  evaluate,
  type Parameters,
} from "../../../study/derivation/networks.ts";
import { slopes } from "../../../study/derivation/oracle.ts";
import { printedGradients, seedZeroNetwork } from "./printed.ts";

const tex = String.raw;

/** The sweep of the derivation: each layer's input on the way up, its δ on the way down. */
function sweep(
  algebra: Algebra,
  { x, target, layers }: Parameters,
): { delta: Matrix; below: Matrix }[] {
  const { hadamard, minus, plus, product, sigmoid, transpose } = algebra;
  const below: Matrix[] = [];
  const z: Matrix[] = [];
  layers.forEach(({ A, b }, i) => {
    below.push(i === 0 ? x : sigmoid(z[i - 1]!));
    z.push(plus(product(A, below[i]!), b));
  });
  let delta = minus(z.at(-1)!, target);
  const swept = [{ delta, below: below.at(-1)! }];
  for (let i = layers.length - 2; i >= 0; i--) {
    const dy = product(transpose(layers[i + 1]!.A), delta);
    delta = hadamard(dy, sigmoidSlope(algebra, z[i]!));
    swept.unshift({ delta, below: below[i]! });
  }
  return swept;
}

/** `dA` and `db` of one layer. */
function gradientsOf(
  { product, transpose }: Algebra,
  { delta, below }: { delta: Matrix; below: Matrix },
): [Matrix, Matrix] {
  return [product(delta, transpose(below)), delta];
}

/** The loss `½(y_L − Y)²` with layer `i` replaced. */
function lossWith(
  { x, target, layers }: Parameters,
  { i, A, b }: { i: number; A: Matrix; b: Matrix },
): number {
  const output = layers.with(i, { A, b }).reduce(
    (y, layer, at) => {
      const z = exact.plus(exact.product(layer.A, y), layer.b);
      return at < layers.length - 1 ? exact.sigmoid(z) : z;
    },
    x,
  );
  return 0.5 * (output.data[0]! - target.data[0]!) ** 2;
}

const lines: Line[] = [
  {
    id: "loop-body",
    tex:
      tex`\begin{aligned} \mathtt{db} &= \mathtt{dy} \odot S'(A\,y + b) \\ \mathtt{dA} &= \mathtt{db}\; y^\top \\ \mathtt{dy} &\leftarrow A^\top\, \mathtt{db} \end{aligned}`,
    reason:
      "These are the three blanks of the loop: $y$ is the layer's input, $S' = \\sigma'$ below the top and $S' = 1$ there, and $\\mathtt{dy}$ starts at $y_L - Y$. (With $\\mathtt{dy}$ kept as a row, transpose all three.)",
    check: equation({
      against: "reverse mode",
      given: drawHidden,
      left: ({ at }) => [at.db, at.dA, at.dBelow],
      right: (algebra, { at: { A, b, below, dy } }) => {
        const { hadamard, plus, product, transpose } = algebra;
        const db = hadamard(
          dy,
          sigmoidSlope(algebra, plus(product(A, below), b)),
        );
        return [
          db,
          product(db, transpose(below)),
          product(transpose(A), db),
        ];
      },
    }),
  },
  {
    id: "unrolled",
    tex:
      tex`\delta_i^\top = (y_L - Y)\, A_L \operatorname{diag}\sigma'(\tilde y_{L-1})\, A_{L-1} \cdots A_{i+1} \operatorname{diag}\sigma'(\tilde y_i)`,
    reason:
      "Iterate the recursion; each $\\sigma' \\le \\tfrac14$, which is why the first layer's gradients below are of order $10^{-5}$.",
    check: equation({
      against: "reverse mode",
      given: drawMlp,
      left: ({ layers }) => layers[0]!.dz,
      right: (algebra, { layers, output, target }) => {
        const { diagonal, minus, product, transpose } = algebra;
        const row = layers.slice(1).reduceRight(
          (row, { A }, i) =>
            product(
              product(row, A),
              diagonal(sigmoidSlope(algebra, layers[i]!.z)),
            ),
          minus(output, target),
        );
        return transpose(row);
      },
    }),
  },
  {
    id: "whole-pass",
    tex:
      tex`\Bigl(\frac{\partial \ell}{\partial A_1}, \frac{\partial \ell}{\partial b_1}, \dots, \frac{\partial \ell}{\partial A_L}, \frac{\partial \ell}{\partial b_L}\Bigr) \text{ by one sweep } i = L, \dots, 1`,
    reason:
      "The three lines of the loop body, run once down a network of $L = 6$ layers of width 4, give all twelve gradients.",
    check: equation({
      against: "reverse mode",
      given: (random) => drawParameters(random, [4, 4, 4, 4, 4, 4, 1]),
      left: (parameters) =>
        evaluate(parameters).layers.flatMap(({ dA, db }) => [dA, db]),
      right: (algebra, parameters) =>
        sweep(algebra, parameters)
          .flatMap((layer) => gradientsOf(algebra, layer)),
    }),
  },
  {
    id: "whole-pass-differences",
    tex:
      tex`\frac{\partial \ell}{\partial \theta_k} = \frac{\ell(\theta + h e_k) - \ell(\theta - h e_k)}{2h} + O(h^2)`,
    reason:
      "An independent witness: differences of the loss see the forward pass only, entry by entry of every $A_i$ and $b_i$.",
    check: equation({
      against: "central differences",
      given: (random) => drawParameters(random, [3, 4, 4, 1]),
      left: (parameters) =>
        parameters.layers.flatMap(({ A, b }, i) => [
          slopes(A, (A) => lossWith(parameters, { i, A, b })),
          slopes(b, (b) => lossWith(parameters, { i, A, b })),
        ]),
      right: (algebra, parameters) =>
        sweep(algebra, parameters)
          .flatMap((layer) => gradientsOf(algebra, layer)),
    }),
  },
  {
    id: "printed",
    tex:
      tex`\frac{\partial \ell}{\partial A_1} = 10^{-5} \begin{pmatrix} 2.3943 & 3.7064 & 0.42687 & 0.63700 \\ 3.4104 & 5.2794 & 0.60804 & 0.90735 \\ 2.4438 & 3.7831 & 0.43571 & 0.65019 \\ 2.0187 & 3.1250 & 0.35991 & 0.53707 \end{pmatrix}, \qquad \frac{\partial \ell}{\partial b_1} = 10^{-5} \begin{pmatrix} 4.8247 \\ 6.8722 \\ 4.9245 \\ 4.0678 \end{pmatrix}`,
    reason:
      "The same sweep on the network that PyTorch draws with seed 0, against the digits PyTorch prints; half a unit of the last digit is granted.",
    check: equation({
      against: "printed by PyTorch",
      given: () => ({
        parameters: seedZeroNetwork(),
        ...printedGradients,
      }),
      left: ({ dA, db }) => [dA, db],
      right: (algebra, { parameters }) =>
        gradientsOf(algebra, sweep(algebra, parameters)[0]!),
    }),
  },
];

/** The recursion as the loop of a program, and the digits it must reproduce. */
export const sweepSection: Section = {
  id: "sweep",
  title: "The backward loop",
  answers: "000, problem 1; 001, section 1",
  prose: [
    "A program keeps every layer's input on the way up and needs three assignments per layer on the way down.",
  ],
  lines,
};
