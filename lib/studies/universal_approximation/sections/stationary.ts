import { backward, constant } from "../../../math/autodiff.ts";
import { meanSquaredError } from "../../../math/losses.ts";
import { add, matmul, relu } from "../../../math/operations.ts";
import type { Random } from "../../../math/random.ts";
import {
  type Matrix,
  matrix,
  ones,
  scalar,
} from "../../../study/derivation/algebra.ts";
import { equation } from "../../../study/derivation/check.ts";
import type { Line } from "../../../study/derivation/line.ts";
import type { Section } from "../../../study/page.ts";
import {
  draw,
  gradientOf,
  slopes,
  toVariable,
  valueOf,
} from "../../../study/derivation/oracle.ts";

const tex = String.raw;

/** A network of one input whose first units are off at every example, and its gradients. */
interface Point {
  readonly x: Matrix;
  readonly target: Matrix;
  readonly W: Matrix;
  readonly b: Matrix;
  readonly V: Matrix;
  /** Pre-activations, [examples, units]. */
  readonly z: Matrix;
  readonly dW: Matrix;
  readonly db: Matrix;
  readonly dV: Matrix;
  /** ∂L/∂y of every example. */
  readonly dY: Matrix;
  readonly loss: number;
}

/** `ReLU(x W + b) V`, one example a row, for examples in [−1, 1]. */
function forward(
  { x, target, W, b, V }: Pick<Point, "x" | "target" | "W" | "b" | "V">,
) {
  const [weight, bias, out] = [toVariable(W), toVariable(b), toVariable(V)];
  const input = constant(x.data, [x.rows, 1]);
  const z = add(matmul(input, weight), bias);
  const y = matmul(relu(z), out);
  const loss = meanSquaredError(y, constant(target.data, [target.rows, 1]));
  return { weight, bias, out, z, y, loss };
}

function drawPoint(random: Random): Point {
  const [examples, units] = [random.integer(4, 9), random.integer(2, 5)];
  const x = draw(random, [examples, 1]);
  const target = draw(random, [examples, 1]);
  const W = draw(random, [1, units]);
  // |W x| ≤ 1: a bias below −1 turns a unit off, one above 1 keeps it on.
  const b = matrix(
    1,
    units,
    Array.from(
      { length: units },
      (_, unit) => (unit === 0 ? 1 : -1) * random.uniform(1.1, 2),
    ),
  );
  const V = draw(random, [units, 1]);
  const { weight, bias, out, z, y, loss } = forward({ x, target, W, b, V });
  backward(loss);
  return {
    ...{ x, target, W, b, V },
    z: valueOf(z),
    dW: gradientOf(weight),
    db: gradientOf(bias),
    dV: gradientOf(out),
    dY: gradientOf(y),
    loss: loss.value[0]!,
  };
}

const lines: Line[] = [
  {
    id: "gradients",
    tex:
      tex`\frac{\partial \mathcal L}{\partial W} = x^\top\bigl[(\delta V^\top) \odot \Theta(z)\bigr], \qquad \frac{\partial \mathcal L}{\partial b} = \mathbf 1^\top\bigl[(\delta V^\top) \odot \Theta(z)\bigr], \qquad z = xW + b`,
    reason:
      "The chain rule through $\\operatorname{ReLU}(xW + b)\\,V$, with $\\delta = \\partial\\mathcal L/\\partial y$ and one example a row. A unit with $z < 0$ at every example gets a gradient of zero, whatever the error.",
    check: equation({
      against: "reverse mode",
      given: drawPoint,
      left: ({ dW, db }) => [dW, db],
      right: (algebra, { x, z, V, dY }) => {
        const { hadamard, product, step, transpose } = algebra;
        const dZ = hadamard(product(dY, transpose(V)), step(z));
        return [
          product(transpose(x), dZ),
          product(transpose(ones(x.rows)), dZ),
        ];
      },
    }),
  },
  {
    id: "outputs",
    tex:
      tex`\frac{\partial \mathcal L}{\partial V} = \operatorname{ReLU}(z)^\top \delta`,
    reason:
      "What a unit that is off sends out is zero, and so is the gradient of its outgoing weight: nothing moves it, ever.",
    check: equation({
      against: "reverse mode",
      given: drawPoint,
      left: ({ dV }) => dV,
      right: ({ product, relu, transpose }, { z, dY }) =>
        product(transpose(relu(z)), dY),
    }),
  },
  {
    id: "flat",
    tex:
      tex`\mathcal L(W, b + \beta, V) = \mathcal L(W, b, V) \quad\text{as long as } z + \beta < 0 \text{ for the units that are off}`,
    reason:
      "The loss is flat in the directions of the units that are off, so descent goes on with the others alone, towards what fewer units can do. The theorem speaks of the global minimum; gradient descent stops where its gradient does. Checked by differences of the loss, which are exactly zero for these units.",
    check: equation({
      against: "central differences",
      given: drawPoint,
      left: (at) => slopes(at.b, (b) => forward({ ...at, b }).loss.value[0]!),
      right: (algebra, { x, z, V, dY }) => {
        const { hadamard, product, step, transpose } = algebra;
        return product(
          transpose(ones(x.rows)),
          hadamard(product(dY, transpose(V)), step(z)),
        );
      },
    }),
  },
  {
    id: "all-off",
    tex:
      tex`\Theta(z) = 0 \;\Rightarrow\; y = 0, \quad \nabla\mathcal L = 0, \quad \mathcal L = \frac1n \sum_{i=1}^n t_i^2`,
    reason:
      "With every unit off and no output bias, training has ended before it began.",
    check: equation({
      against: "definition",
      given: drawPoint,
      left: (at) => {
        const b = matrix(1, at.b.columns, at.b.data.map((b) => -Math.abs(b)));
        const { loss } = forward({ ...at, b });
        return scalar(loss.value[0]!);
      },
      right: ({ product, scale, transpose }, { target }) =>
        scale(1 / target.rows, product(transpose(target), target)),
    }),
  },
];

/** Why descent need not reach it. */
export const stationarySection: Section = {
  id: "sgd",
  title: "SGD need not find it",
  prose: [
    "The theorem says that good parameters exist, not how to get there. The loss is not convex in the parameters, and SGD ends where its gradient does, or when its time is up.",
  ],
  lines,
  interactive: "live-training",
};

/** Training accuracy, and what it is good for. */
export const trainingSection: Section = {
  id: "training-accuracy",
  title: "Why not a perfect training accuracy?",
  answers: "003, question 13",
  prose: [
    "A network that fits every training example exists once it is wide enough. That a trained one does not fit them has three usual reasons: it is too narrow for these examples; the optimizer stopped, by its budget or at a stationary point, before the minimum; or something works against it on purpose, as augmentation, dropout and weight decay do. More units, more updates, a better step size or momentum, normalization and a better initialization raise the training accuracy.",
    "It is not all we need. Random labels can be fitted as well, as the study label-memorization shows, and then the test accuracy is that of guessing: what counts is the accuracy on examples that the network has not seen.",
  ],
  lines: [],
};
