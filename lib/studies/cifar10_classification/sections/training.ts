import { sgdStep } from "../../../math/optimizers.ts";
import type { Random } from "../../../math/random.ts";
import {
  column,
  type Matrix,
  matrix,
  scalar,
} from "../../../study/derivation/algebra.ts";
import { equation } from "../../../study/derivation/check.ts";
import type { Line } from "../../../study/derivation/line.ts";
import type { Section } from "../../../study/page.ts";
import { momentumStep } from "../../../study/derivation/kernels.ts";
import {
  draw,
  gradients,
  toVariable,
} from "../../../study/derivation/oracle.ts";
import {
  drawLogits,
  negativeLogLikelihood,
} from "../../torch_parity/sections/loss.ts";
import { affine } from "./linear.ts";
import { networkLine } from "./network.ts";

const tex = String.raw;

/** Softmax regression on examples, one per row. */
interface Regression {
  readonly x: Matrix;
  readonly target: Matrix;
  readonly W: Matrix;
  readonly b: Matrix;
}

/** Seven examples, and the batches 3, 3 and 1 that they make. */
function drawEpoch(random: Random) {
  const x = draw(random, [7, 4]);
  const { target } = drawLogits(random, [7, 3]);
  const rows = (a: Matrix, first: number, end: number) =>
    matrix(
      end - first,
      a.columns,
      a.data.subarray(first * a.columns, end * a.columns),
    );
  const W = draw(random, [3, 4]);
  const b = draw(random, [3, 1]);
  const ends = [[0, 3], [3, 6], [6, 7]] as const;
  const part = ([first, end]: readonly [number, number]) => ({
    x: rows(x, first, end),
    target: rows(target, first, end),
  });
  const losses = ends.map(part).map((part) => lossOf({ ...part, W, b }));
  return { x, target, W, b, batches: ends.map(part), losses };
}

function lossOf({ x, target, W, b }: Regression): number {
  const logits = affine(toVariable(x), [toVariable(W), toVariable(b)]);
  return negativeLogLikelihood(logits, target).value[0]!;
}

function gradientOf({ x, target, W, b }: Regression): Matrix {
  const [dW] = gradients(
    [W],
    ([W]) =>
      negativeLogLikelihood(affine(toVariable(x), [W, toVariable(b)]), target),
  );
  return dW;
}

const lines: Line[] = [
  networkLine,
  {
    id: "step",
    tex:
      tex`v \leftarrow \mu\, v + \frac{\partial L}{\partial \theta}, \qquad \theta \leftarrow \theta - \alpha\, v`,
    reason:
      "What train_epoch does with each batch: forward, backward, and one step of SGD with momentum $\\mu = 0.9$; $\\alpha = 0.01$.",
    check: equation({
      against: "definition",
      given: (random) => ({
        theta: draw(random, [6, 1]),
        velocity: draw(random, [6, 1]),
        gradient: draw(random, [6, 1]),
        rate: random.uniform(0.05, 0.5),
        mu: random.uniform(0.5, 0.95),
      }),
      left: ({ theta, velocity, gradient, rate, mu }) => {
        const next = sgdStep(
          { parameters: theta.data, velocity: velocity.data },
          gradient.data,
          { learningRate: rate, momentum: mu },
        );
        return [column(next.velocity), column(next.parameters)];
      },
      right: (
        { minus, plus, scale },
        { theta, velocity, gradient, rate, mu },
      ) => {
        const next = plus(scale(mu, velocity), gradient);
        return [next, minus(theta, scale(rate, next))];
      },
    }),
    kernels: [momentumStep],
  },
  {
    id: "epoch",
    tex:
      tex`\sum_{i} \frac{B_i}{N}\, \nabla L_i = \nabla L, \qquad \sum_i B_i = N`,
    reason:
      "An epoch takes every example once, in an order drawn anew. At fixed parameters the gradients of its batches, weighted by their sizes, average to that of the whole set, so a step of a batch goes down the loss of the set on average.",
    check: equation({
      against: "reverse mode",
      given: drawEpoch,
      left: (all) => gradientOf(all),
      right: ({ plus, scale }, { batches, W, b }) =>
        batches.map((batch) =>
          scale(batch.x.rows / 7, gradientOf({ ...batch, W, b }))
        ).reduce(plus),
    }),
  },
  {
    id: "evaluate",
    tex:
      tex`L = \frac1N \sum_i B_i L_i, \qquad \text{accuracy} = \frac1N \sum_i \sum_{b \in \text{batch } i} \bigl[\operatorname{arg\,max}_k z_{bk} = c_b\bigr]`,
    reason:
      "What evaluate returns, without any step: sums over examples, as the mean of the batches' means is another number where the last batch is smaller.",
    check: equation({
      against: "definition",
      given: drawEpoch,
      left: (all) => scalar(lossOf(all)),
      right: ({ product, scale }, { losses }) =>
        scale(1 / 7, product(matrix(1, 3, [3, 3, 1]), column(losses))),
    }),
  },
];

/** The gradient of the whole network, an epoch and an evaluation. */
export const trainingSection: Section = {
  id: "training",
  title: "The training loop",
  answers: "003, question 11",
  lines,
};
