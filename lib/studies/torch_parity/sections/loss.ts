import { backward, type Var } from "../../../math/autodiff.ts";
import {
  div,
  exp,
  log,
  matmul,
  mul,
  neg,
  scale as multiply,
  sum,
} from "../../../math/operations.ts";
import type { Random } from "../../../math/random.ts";
import {
  column,
  type Matrix,
  matrix,
  ones,
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
  draw,
  gradientOf,
  gradients,
  toVariable,
} from "../../../study/derivation/oracle.ts";

const tex = String.raw;

/** Logits up to ±3 and one-hot targets, [batch, classes]. */
export function drawLogits(
  random: Random,
  [batch, classes]: [number, number] = [5, 4],
): { logits: Matrix; target: Matrix } {
  const { data } = draw(random, [batch, classes]);
  const target = matrix(batch, classes, new Float64Array(batch * classes));
  for (let b = 0; b < batch; b++) {
    target.data[b * classes + random.integer(0, classes)] = 1;
  }
  return { logits: matrix(batch, classes, data.map((z) => 3 * z)), target };
}

/** Softmax of every row, from its definition, on the tape. */
export function softmaxOf(logits: Var): Var {
  const powers = exp(logits);
  const width = logits.shape[1]!;
  return div(powers, matmul(powers, toVariable(ones(width, width))));
}

/** `−(1/B) Σ log p_c` on the tape. */
export function negativeLogLikelihood(logits: Var, target: Matrix): Var {
  const picked = mul(log(softmaxOf(logits)), toVariable(target));
  return multiply(neg(sum(picked)), 1 / target.rows);
}

const logSumExp = (z: ArrayLike<number>) =>
  Math.log(Array.from(z, Math.exp).reduce((a, b) => a + b));

const lines: Line[] = [
  {
    id: "shift",
    tex:
      tex`\log \sum_{k} e^{z_k} = m + \log \sum_{k} e^{z_k - m} \qquad \text{for every } m`,
    reason:
      "Factor $e^m$ out of the sum; with $m = \\max_k z_k$ no power overflows, and the loss has no other dependence on $m$.",
    check: equation({
      against: "definition",
      given: (random) => ({
        z: draw(random, [6, 1]),
        m: random.uniform(0.5, 3),
      }),
      left: ({ z }) => scalar(logSumExp(z.data)),
      right: ({ exp, log, minus, plus, product, scale }, { z, m }) =>
        plus(
          scalar(m),
          log(product(ones(1, 6), exp(minus(z, scale(m, ones(6)))))),
        ),
    }),
  },
  {
    id: "cross-entropy",
    tex:
      tex`J = -\frac1B \sum_{b=1}^B \log p_{b, c_b} = \frac1B \sum_{b=1}^B \Bigl(\log \sum_k e^{z_{bk}} - z_{b, c_b}\Bigr), \qquad p_{bk} = \frac{e^{z_{bk}}}{\sum_l e^{z_{bl}}}`,
    reason: "The logarithm of a quotient; the loss of a batch is its mean.",
    check: equation({
      against: "definition",
      given: (random) => drawLogits(random),
      left: ({ logits, target }) => {
        const value = negativeLogLikelihood(toVariable(logits), target);
        return scalar(value.value[0]!);
      },
      right: crossEntropy,
    }),
    kernels: [crossEntropyForward],
  },
  {
    id: "softmax-gradient",
    tex:
      tex`\frac{\partial J}{\partial z_{bk}} = \frac1B \bigl(p_{bk} - [k = c_b]\bigr), \qquad D := \frac{\partial J}{\partial Z} = \frac1B (P - E)`,
    reason:
      "The derivative of the log-sum-exp is the softmax, that of $z_{b, c_b}$ a one-hot row of $E$.",
    check: equation({
      against: "reverse mode",
      given: (random) => drawLogits(random),
      left: ({ logits, target }) => {
        const [d] = gradients(
          [logits],
          ([z]) => negativeLogLikelihood(z, target),
        );
        return d;
      },
      right: (algebra, { logits, target }) =>
        algebra.scale(
          1 / logits.rows,
          algebra.minus(softmax(algebra, logits), target),
        ),
    }),
    kernels: [crossEntropyBackward],
  },
  {
    id: "softmax-jacobian",
    tex:
      tex`\nabla_z^2 \log \sum_k e^{z_k} = \frac{\partial p}{\partial z} = \operatorname{diag}(p) - p\,p^\top \succeq 0`,
    reason:
      "The quotient rule on $p_k$; this is the covariance of a one-hot variable, so the loss is convex in the logits.",
    check: equation({
      against: "reverse mode",
      given: (random) => drawLogits(random, [1, 5]).logits,
      left: (logits) => {
        const rows = Array.from(logits.data, (_, k) => {
          const z = toVariable(logits);
          const unit = matrix(1, 5, logits.data.map((_, i) => i === k ? 1 : 0));
          backward(sum(mul(softmaxOf(z), toVariable(unit))));
          return [...gradientOf(z).data];
        });
        return matrix(5, 5, rows.flat());
      },
      right: (algebra, logits) => {
        const { diagonal, minus, outer, transpose } = algebra;
        const p = transpose(softmax(algebra, logits));
        return minus(diagonal(p), outer(p, p));
      },
    }),
  },
  {
    id: "first-loss",
    tex:
      tex`\log \sum_k e^{z_k} - z_c = \log K + (\bar z - z_c) + \frac{1}{2K} \sum_k (z_k - \bar z)^2 + O(\lVert z \rVert^3)`,
    reason:
      "Taylor's formula at $z = 0$, where $p_k = 1/K$; so the first loss is close to $\\log 10 = 2.3026$ (PyTorch prints 2.3023).",
    check: equation({
      against: "central differences",
      // The first logit stands out, so that neither term is near zero.
      given: (random) => {
        const { data } = draw(random, [6, 1]);
        return column(data.map((z, k) => k === 0 ? z + 3 : z));
      },
      left: (z) => {
        const step = 3e-4;
        const lossAt = (t: number) =>
          logSumExp(z.data.map((x) => t * x)) - t * z.data[0]!;
        const [above, below] = [lossAt(step), lossAt(-step)];
        return [
          scalar((above - below) / (2 * step)),
          scalar((above + below - 2 * Math.log(6)) / step ** 2),
        ];
      },
      right: ({ minus, product, scale, transpose }, z) => {
        const average = scale(1 / 6, product(ones(1, 6), z));
        const centred = minus(z, product(ones(6), average));
        return [
          minus(average, column([z.data[0]!])),
          scale(1 / 6, product(transpose(centred), z)),
        ];
      },
    }),
  },
];

/** Softmax cross-entropy, its gradient and its curvature. */
export const lossSection: Section = {
  id: "loss",
  title: "The same loss",
  prose: [
    "Logits $Z \\in \\mathbb R^{B \\times K}$ hold one example per row; $c_b$ is the class of example $b$, and $E$ the matrix of one-hot rows.",
  ],
  lines,
};
