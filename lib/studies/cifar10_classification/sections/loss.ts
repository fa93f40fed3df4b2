import { backward } from "../../../math/autodiff.ts";
import { mul, sum } from "../../../math/operations.ts";
import {
  type Matrix,
  matrix,
  scalar,
} from "../../../study/derivation/algebra.ts";
import { equation } from "../../../study/derivation/check.ts";
import type { Line } from "../../../study/derivation/line.ts";
import type { Section } from "../../../study/page.ts";
import {
  crossEntropy,
  crossEntropyBackward,
  crossEntropyForward,
  softmax,
} from "../../../study/derivation/kernels.ts";
import {
  gradientOf,
  gradients,
  slopes,
  toVariable,
} from "../../../study/derivation/oracle.ts";
import {
  drawLogits,
  negativeLogLikelihood,
  softmaxOf,
} from "../../torch_parity/sections/loss.ts";

const tex = String.raw;

const CLASSES = 4;

/** `∂p/∂z` of one row of logits, by reverse mode row by row. */
function softmaxJacobian(logits: Matrix): Matrix {
  const rows = Array.from({ length: CLASSES }, (_, k) => {
    const z = toVariable(logits);
    const unit = matrix(1, CLASSES, [0, 1, 2, 3].map((j) => j === k ? 1 : 0));
    backward(sum(mul(softmaxOf(z), toVariable(unit))));
    return [...gradientOf(z).data];
  });
  return matrix(CLASSES, CLASSES, rows.flat());
}

const lines: Line[] = [
  {
    id: "loss-forward",
    tex:
      tex`L = -\frac1B \sum_{b=1}^B \log p_{b, c_b} = \frac1B \sum_{b=1}^B \Bigl(\log \sum_k e^{z_{bk}} - z_{b, c_b}\Bigr), \qquad p_{bk} = \frac{e^{z_{bk}}}{\sum_l e^{z_{bl}}}`,
    reason:
      "The negative logarithm of the probability that the network gives the right class $c_b$. The kernel subtracts each row's largest logit first, which changes no $p$ and lets no power overflow.",
    check: equation({
      against: "definition",
      given: (random) => drawLogits(random),
      left: ({ logits, target }) =>
        scalar(
          negativeLogLikelihood(toVariable(logits), target).value[0]!,
        ),
      right: crossEntropy,
    }),
    kernels: [crossEntropyForward],
  },
  {
    id: "softmax-slope",
    tex:
      tex`\frac{\partial p_k}{\partial z_j} = p_k \bigl([k = j] - p_j\bigr), \qquad \frac{\partial p}{\partial z} = \operatorname{diag}(p) - p\, p^\top`,
    reason:
      "The quotient rule: the numerator $e^{z_k}$ depends on $z_k$ alone, the denominator on every $z_j$ with slope $e^{z_j}$.",
    check: equation({
      against: "reverse mode",
      given: (random) => drawLogits(random, [1, CLASSES]).logits,
      left: softmaxJacobian,
      right: (algebra, logits) => {
        const { diagonal, minus, product, transpose } = algebra;
        const p = softmax(algebra, logits);
        return minus(diagonal(transpose(p)), product(transpose(p), p));
      },
    }),
  },
  {
    id: "row-slope",
    tex:
      tex`\frac{\partial (-\log p_c)}{\partial z_j} = -\frac{1}{p_c}\, p_c \bigl([c = j] - p_j\bigr) = p_j - [j = c]`,
    reason:
      "The chain rule for one example: $p_c$ cancels, so the gradient stays in $[-1, 1]$ even where the network is sure of a wrong class.",
    check: equation({
      against: "central differences",
      given: (random) => drawLogits(random, [1, CLASSES]),
      left: ({ logits, target }) =>
        slopes(
          logits,
          (z) => negativeLogLikelihood(toVariable(z), target).value[0]!,
        ),
      right: (algebra, { logits, target }) =>
        algebra.minus(softmax(algebra, logits), target),
    }),
  },
  {
    id: "loss-backward",
    tex: tex`\frac{\partial L}{\partial Z} = \frac1B (P - E)`,
    reason:
      "Row $b$ of $E$ is 1 at the right class and 0 elsewhere; the loss of a batch is the mean of its rows.",
    check: equation({
      against: "reverse mode",
      given: (random) => drawLogits(random),
      left: ({ logits, target }) => {
        const [dZ] = gradients(
          [logits],
          ([z]) => negativeLogLikelihood(z, target),
        );
        return dZ;
      },
      right: (algebra, { logits, target }) =>
        algebra.scale(
          1 / logits.rows,
          algebra.minus(softmax(algebra, logits), target),
        ),
    }),
    kernels: [crossEntropyBackward],
  },
];

/** The loss forward and backward. */
export const lossSection: Section = {
  id: "loss",
  title: "Cross-entropy, forward and backward",
  answers: "003, question 10 (d)",
  lines,
};
