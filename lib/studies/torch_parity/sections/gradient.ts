import { backward, type Var } from "../../../math/autodiff.ts";
import { add, matmul, relu, transpose } from "../../../math/operations.ts";
import { sgdStep as pytorchStep } from "../../../math/optimizers.ts";
import type { Random } from "../../../math/random.ts";
import {
  type Algebra,
  column,
  type Matrix,
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
  reluBackward,
  sgdStep,
  softmax,
} from "../../../study/derivation/kernels.ts";
import {
  draw,
  gradientOf,
  toVariable,
} from "../../../study/derivation/oracle.ts";
import { drawLogits, negativeLogLikelihood } from "./loss.ts";

const tex = String.raw;

const BATCH = 5;

/** The MLP of the program on a small scale, X [5, 4], four hidden units, three classes, one example per row. */
interface Draw {
  readonly x: Matrix;
  readonly target: Matrix;
  readonly W1: Matrix;
  readonly b1: Matrix;
  readonly W2: Matrix;
  readonly b2: Matrix;
}

/** Draws until no pre-activation of the hidden layer is near ReLU's kink. */
function drawClassifier(random: Random): Draw {
  for (;;) {
    const [x, W1] = [draw(random, [BATCH, 4]), draw(random, [4, 4])];
    const [b1, W2, b2] = [
      draw(random, [4, 1]),
      draw(random, [3, 4]),
      draw(random, [3, 1]),
    ];
    const { target } = drawLogits(random, [BATCH, 3]);
    const z = affine(toVariable(x), [toVariable(W1), toVariable(b1)]);
    if (z.value.every((entry) => Math.abs(entry) > 1e-3)) {
      return { x, target, W1, b1, W2, b2 };
    }
  }
}

function affine(x: Var, [W, b]: [Var, Var]): Var {
  const rows = toVariable(ones(x.shape[0]!));
  return add(matmul(x, transpose(W)), matmul(rows, transpose(b)));
}

/** Gradients of the four parameters and of the hidden pre-activation, by reverse mode. */
function reverseMode(at: Draw): Matrix[] {
  const [W1, b1, W2, b2] = [at.W1, at.b1, at.W2, at.b2].map(toVariable);
  const z = affine(toVariable(at.x), [W1!, b1!]);
  const logits = affine(relu(z), [W2!, b2!]);
  backward(negativeLogLikelihood(logits, at.target));
  return [W2!, b2!, z, W1!, b1!].map(gradientOf);
}

/** The same five by the formulas. */
function formulas(algebra: Algebra, at: Draw): Matrix[] {
  const { hadamard, minus, plus, product, relu, scale, step, transpose } =
    algebra;
  const rows = ones(BATCH);
  const layer = (x: Matrix, W: Matrix, b: Matrix) =>
    plus(product(x, transpose(W)), product(rows, transpose(b)));
  const z = layer(at.x, at.W1, at.b1);
  const h = relu(z);
  const p = softmax(algebra, layer(h, at.W2, at.b2));
  const d2 = scale(1 / BATCH, minus(p, at.target));
  const d1 = hadamard(product(d2, at.W2), step(z));
  return [
    product(transpose(d2), h),
    product(transpose(d2), rows),
    d1,
    product(transpose(d1), at.x),
    product(transpose(d1), rows),
  ];
}

const lines: Line[] = [
  {
    id: "network",
    tex:
      tex`Z_1 = X W_1^\top + \mathbf 1 b_1^\top, \qquad H = \operatorname{ReLU}(Z_1), \qquad Z_2 = H W_2^\top + \mathbf 1 b_2^\top`,
    reason:
      "Weights are stored [outputs, inputs] as PyTorch does, so a layer multiplies by the transpose.",
  },
  {
    id: "gradients",
    tex: tex`\begin{aligned}
\frac{\partial J}{\partial W_2} &= D_2^\top H, & \frac{\partial J}{\partial b_2} &= D_2^\top \mathbf 1, & D_2 &= \tfrac1B (P - E) \\
\frac{\partial J}{\partial W_1} &= D_1^\top X, & \frac{\partial J}{\partial b_1} &= D_1^\top \mathbf 1, & D_1 &= (D_2 W_2) \odot \Theta(Z_1)
\end{aligned}`,
    reason:
      "The batch form of backpropagation with the softmax's $D$ at the top and ReLU's slope $\\Theta$, 0 at 0.",
    check: equation({
      against: "reverse mode",
      given: drawClassifier,
      left: reverseMode,
      right: formulas,
    }),
    kernels: [denseForward, denseWeight, denseBias, denseInput, reluBackward],
  },
  {
    id: "update",
    tex: tex`\theta_{k+1} = \theta_k - \alpha\, g_k, \qquad \alpha = 0.1`,
    reason:
      "torch.optim.SGD without momentum and weight decay, as the MLP on MNIST and the AlexNet variant use it; its state stays empty.",
    check: equation({
      against: "definition",
      given: (random) => ({
        theta: draw(random, [7, 1]),
        gradient: draw(random, [7, 1]),
        rate: random.uniform(0.05, 0.5),
      }),
      left: ({ theta, gradient, rate }) => {
        const velocity = new Float64Array(7);
        const { parameters } = pytorchStep(
          { parameters: theta.data, velocity },
          gradient.data,
          { learningRate: rate },
        );
        return column(parameters);
      },
      right: ({ minus, scale }, { theta, gradient, rate }) =>
        minus(theta, scale(rate, gradient)),
    }),
    kernels: [sgdStep],
  },
  {
    id: "momentum",
    tex:
      tex`v_{k+1} = \mu\, v_k + g_k + \lambda\, \theta_k, \qquad \theta_{k+1} = \theta_k - \alpha\, v_{k+1}, \qquad v_0 = 0`,
    reason:
      "The same optimizer with momentum $\\mu$ and weight decay $\\lambda$: the CNN uses $\\mu = 0.9$, the MLP on CIFAR-10 $\\lambda = 5 \\cdot 10^{-4}$ besides.",
    check: equation({
      against: "definition",
      given: (random) => ({
        theta: draw(random, [7, 1]),
        velocity: draw(random, [7, 1]),
        gradient: draw(random, [7, 1]),
        rate: random.uniform(0.05, 0.5),
        mu: random.uniform(0.5, 0.95),
        lambda: random.uniform(0.05, 0.5),
      }),
      left: ({ theta, velocity, gradient, rate, mu, lambda }) => {
        const next = pytorchStep(
          { parameters: theta.data, velocity: velocity.data },
          gradient.data,
          { learningRate: rate, momentum: mu, weightDecay: lambda },
        );
        return [column(next.velocity), column(next.parameters)];
      },
      right: (
        { minus, plus, scale },
        { theta, velocity, gradient, rate, mu, lambda },
      ) => {
        const decayed = plus(gradient, scale(lambda, theta));
        const next = plus(scale(mu, velocity), decayed);
        return [next, minus(theta, scale(rate, next))];
      },
    }),
  },
];

/** Gradient of the MLP, and the updates. */
export const gradientSection: Section = {
  id: "gradient",
  title: "The same gradient and update",
  lines,
};
