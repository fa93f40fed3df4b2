import { backward } from "../../../math/autodiff.ts";
import { meanSquaredError } from "../../../math/losses.ts";
import { add, matmul, tanh } from "../../../math/operations.ts";
import type { Random } from "../../../math/random.ts";
import {
  type Algebra,
  type Matrix,
  ones,
} from "../../../study/derivation/algebra.ts";
import { equation } from "../../../study/derivation/check.ts";
import type { Line } from "../../../study/derivation/line.ts";
import type { Section } from "../../../study/page.ts";
import {
  drawParameters,
  type Parameters,
} from "../../../study/derivation/networks.ts";
import {
  gradientOf,
  toVariable,
  valueOf,
} from "../../../study/derivation/oracle.ts";

const tex = String.raw;

/** Two hidden layers; ψ = tanh. */
const drawNetwork = (random: Random) => drawParameters(random, [3, 4, 4, 2]);

/** The network by reverse mode: its output and the gradients of its loss, layer by layer. */
function reverse({ x, target, layers }: Parameters) {
  const parameters = layers.map(({ A, b }) => ({
    A: toVariable(A),
    b: toVariable(b),
  }));
  const output = parameters.reduce((h, { A, b }, i) => {
    const z = add(matmul(A, h), b);
    return i < layers.length - 1 ? tanh(z) : z;
  }, toVariable(x));
  backward(meanSquaredError(output, toVariable(target)));
  return {
    output: valueOf(output),
    gradients: parameters.flatMap(({ A, b }) => [gradientOf(A), gradientOf(b)]),
  };
}

/** Outputs of every layer, the input first. */
function forward(
  { plus, product, tanh }: Algebra,
  { x, layers }: Parameters,
): Matrix[] {
  const outputs = [x];
  layers.forEach(({ A, b }, i) => {
    const z = plus(product(A, outputs[i]!), b);
    outputs.push(i < layers.length - 1 ? tanh(z) : z);
  });
  return outputs;
}

const lines: Line[] = [
  {
    id: "forward-pass",
    tex: tex`\begin{aligned}
h_0 &= x \in \mathbb R^I \\
z_1 &= W_1 h_0 + b_1, \quad h_1 = \psi(z_1) & W_1 &\in \mathbb R^{L \times I}, \quad b_1, z_1, h_1 \in \mathbb R^L \\
z_k &= W_k h_{k-1} + b_k, \quad h_k = \psi(z_k) & W_k &\in \mathbb R^{L \times L}, \quad b_k, z_k, h_k \in \mathbb R^L, \quad k = 2, \dots, K \\
\hat y &= W_{K+1} h_K + b_{K+1} & W_{K+1} &\in \mathbb R^{O \times L}, \quad b_{K+1}, \hat y \in \mathbb R^O
\end{aligned}`,
    reason:
      "$K$ affine maps with $\\psi$ entry by entry, and a linear one on top. Checked with $\\psi = \\tanh$ and $K = 2$.",
    check: equation({
      against: "definition",
      given: drawNetwork,
      left: (network) => reverse(network).output,
      right: (algebra, network) => forward(algebra, network).at(-1)!,
    }),
  },
  {
    id: "backward-pass",
    tex: tex`\begin{aligned}
J &= \tfrac1O \lVert e \rVert^2, \quad e = \hat y - y \in \mathbb R^O, & \delta_{K+1} &= \tfrac2O\, e \in \mathbb R^O \\
\frac{\partial J}{\partial W_k} &= \delta_k h_{k-1}^\top, \quad \frac{\partial J}{\partial b_k} = \delta_k, & k &= K+1, \dots, 1 \\
\delta_k &= (W_{k+1}^\top \delta_{k+1}) \odot \psi'(z_k) \in \mathbb R^L, & k &= K, \dots, 1
\end{aligned}`,
    reason:
      "The chain rule from the output down; the study backprop-mlp derives each line. The first layer passes nothing on.",
    check: equation({
      against: "reverse mode",
      given: drawNetwork,
      left: (network) => reverse(network).gradients,
      right: (algebra, network) => {
        const { hadamard, minus, product, scale, transpose } = algebra;
        const { layers, target } = network;
        const outputs = forward(algebra, network);
        const e = minus(outputs.at(-1)!, target);
        let delta = scale(2 / target.rows, e);
        const gradients: Matrix[] = [];
        for (let k = layers.length - 1; k >= 0; k--) {
          const h = outputs[k]!;
          gradients.unshift(product(delta, transpose(h)), delta);
          if (k === 0) break;
          const slope = minus(ones(h.rows), hadamard(h, h));
          delta = hadamard(product(transpose(layers[k]!.A), delta), slope);
        }
        return gradients;
      },
    }),
  },
];

/** The passes whose operations are counted. */
export const passesSection: Section = {
  id: "passes",
  title: "The two passes for one example",
  answers: "004, exercise 2 (a) and (b)",
  prose: [
    "From $I$ inputs through $K$ hidden layers of $L$ units to $O$ outputs; the loss is the mean squared error.",
  ],
  lines,
};
