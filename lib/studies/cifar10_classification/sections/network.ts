import { backward } from "../../../math/autodiff.ts";
import { relu } from "../../../math/operations.ts";
import type { Random } from "../../../math/random.ts";
import {
  type Algebra,
  type Matrix,
  ones,
} from "../../../study/derivation/algebra.ts";
import { equation } from "../../../study/derivation/check.ts";
import type { Line } from "../../../study/derivation/line.ts";
import { softmax } from "../../../study/derivation/kernels.ts";
import {
  draw,
  gradientOf,
  toVariable,
} from "../../../study/derivation/oracle.ts";
import {
  drawLogits,
  negativeLogLikelihood,
} from "../../torch_parity/sections/loss.ts";
import { affine } from "./linear.ts";

const tex = String.raw;

const BATCH = 4;

/** The MLP of the run on a small scale: 4 inputs, two hidden layers of 3 units, 3 classes. */
interface Mlp {
  readonly x: Matrix;
  readonly target: Matrix;
  readonly weights: readonly [Matrix, Matrix, Matrix];
  readonly biases: readonly [Matrix, Matrix, Matrix];
}

/** Weights, pre-activations of the hidden layers, and logits on the tape. */
function forward({ x, weights, biases }: Mlp) {
  const variables = weights.map(toVariable);
  let y = toVariable(x);
  const [Z1, Z2, logits] = variables.map((W, i) => {
    const z = affine(y, [W, toVariable(biases[i]!)]);
    y = relu(z);
    return z;
  });
  return { weights: variables, hidden: [Z1!, Z2!], logits: logits! };
}

/** Draws until no pre-activation is near ReLU's kink. */
function drawMlp(random: Random): Mlp {
  for (;;) {
    const of = (rows: number, columns: number) => draw(random, [rows, columns]);
    const at: Mlp = {
      x: of(BATCH, 4),
      target: drawLogits(random, [BATCH, 3]).target,
      weights: [of(3, 4), of(3, 3), of(3, 3)],
      biases: [of(3, 1), of(3, 1), of(3, 1)],
    };
    const hidden = forward(at).hidden.flatMap(({ value }) => [...value]);
    const active = hidden.filter((z) => z > 0).length;
    if (active < hidden.length / 3 || active === hidden.length) continue;
    if (hidden.every((z) => Math.abs(z) > 1e-3)) return at;
  }
}

/** Gradients of the three weights, last layer first, by the formulas. */
function weightGradients(
  algebra: Algebra,
  { x, target, weights: [W1, W2, W3], biases: [b1, b2, b3] }: Mlp,
): Matrix[] {
  const { hadamard, minus, plus, product, relu, scale, step, transpose } =
    algebra;
  const layer = (x: Matrix, W: Matrix, b: Matrix) =>
    plus(product(x, transpose(W)), product(ones(BATCH), transpose(b)));
  const Z1 = layer(x, W1, b1);
  const H1 = relu(Z1);
  const Z2 = layer(H1, W2, b2);
  const H2 = relu(Z2);
  const P = softmax(algebra, layer(H2, W3, b3));
  const D3 = scale(1 / BATCH, minus(P, target));
  const D2 = hadamard(product(D3, W3), step(Z2));
  const D1 = hadamard(product(D2, W2), step(Z1));
  return [[D3, H2], [D2, H1], [D1, x]].map(([D, X]) =>
    product(transpose(D!), X!)
  );
}

/** The backward passes of all layers, one after the other. */
export const networkLine: Line = {
  id: "mlp-gradient",
  tex: tex`\begin{aligned}
D_3 &= \tfrac1B (P - E), & D_l &= (D_{l+1} W_{l+1}) \odot \Theta(Z_l), \\
\frac{\partial L}{\partial W_l} &= D_l^\top H_{l-1}, & H_0 &= X, \quad H_l = \operatorname{ReLU}(Z_l)
\end{aligned}`,
  reason:
    "The backward passes of the sections above, one after the other from the loss to the first layer, which needs no $\\partial L / \\partial X$.",
  check: equation({
    against: "reverse mode",
    given: drawMlp,
    left: (at) => {
      const { weights, logits } = forward(at);
      backward(negativeLogLikelihood(logits, at.target));
      return weights.map(gradientOf).reverse();
    },
    right: weightGradients,
  }),
};
