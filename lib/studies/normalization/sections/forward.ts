import { mean, square } from "../../../math/operations.ts";
import { exact, matrix, ones } from "../../../study/derivation/algebra.ts";
import { equation } from "../../../study/derivation/check.ts";
import type { Line } from "../../../study/derivation/line.ts";
import type { Section } from "../../../study/page.ts";
import { batchNormForward } from "../../../study/derivation/kernels.ts";
import {
  deviations,
  normalized,
  variances,
} from "../../../study/derivation/normalize.ts";
import { draw, toVariable } from "../../../study/derivation/oracle.ts";
import { outputCheck } from "./checks.ts";
import { drawBatch, outputOf, variancesOf } from "./draws.ts";
import { rowOf, stacked } from "./rows.ts";

const tex = String.raw;

const lines: Line[] = [
  {
    id: "bn-mean",
    tex: tex`\mu_j = \frac1B \sum_{i=1}^B x_{ij}`,
    reason: "Every feature $j$ has a mean of its own, over the batch.",
    check: equation({
      against: "definition",
      given: drawBatch,
      left: ({ x }) => matrix(1, x.columns, mean(toVariable(x), 0).value),
      right: ({ product, scale }, { x }) =>
        scale(1 / x.rows, product(ones(1, x.rows), x)),
    }),
  },
  {
    id: "bn-variance",
    tex:
      tex`\sigma_j^2 = \frac1B \sum_{i=1}^B (x_{ij} - \mu_j)^2 = \frac1B \sum_{i=1}^B x_{ij}^2 - \mu_j^2`,
    reason:
      "The variance is the mean of the squared deviations; without the square the sum is 0. In the batch it is divided by $B$.",
    check: equation({
      against: "definition",
      given: drawBatch,
      left: variancesOf,
      right: ({ hadamard, minus, product, scale }, { x }) => {
        const total = product(ones(1, x.rows), x);
        const squares = product(ones(1, x.rows), hadamard(x, x));
        const average = scale(1 / x.rows, total);
        return scale(1 / x.rows, minus(squares, hadamard(total, average)));
      },
    }),
  },
  {
    id: "bn-standard",
    tex:
      tex`\hat x_{ij} = \frac{x_{ij} - \mu_j}{\sqrt{\sigma_j^2 + \varepsilon}}: \qquad \frac1B \sum_i \hat x_{ij} = 0, \qquad \frac1B \sum_i \hat x_{ij}^2 = \frac{\sigma_j^2}{\sigma_j^2 + \varepsilon}`,
    reason:
      "Deviations from a mean add up to 0, and their squares to $B \\sigma_j^2$; $\\varepsilon$ keeps the quotient finite and the variance a little below 1.",
    check: equation({
      against: "definition",
      given: drawBatch,
      left: ({ x, epsilon }) => {
        const weight = ones(x.columns);
        const bias = exact.scale(0, weight);
        const xHat = toVariable(
          outputOf("examples", { x, weight, bias, epsilon }),
        );
        return matrix(2, x.columns, [
          ...mean(xHat, 0).value,
          ...mean(square(xHat), 0).value,
        ]);
      },
      right: (algebra, { x, epsilon }) => {
        const variance = variances(algebra, x, "examples");
        const s = deviations(algebra, variance, epsilon);
        const squares = algebra.quotient(variance, algebra.hadamard(s, s));
        return stacked(exact.scale(0, ones(1, x.columns)), rowOf(squares));
      },
    }),
  },
  {
    id: "bn-forward",
    tex: tex`y_{ij} = \gamma_j \hat x_{ij} + \beta_j`,
    reason:
      "Scale and shift are learned; with $\\gamma_j = \\sqrt{\\sigma_j^2 + \\varepsilon}$ and $\\beta_j = \\mu_j$ the layer would undo itself, so nothing that could be expressed is lost.",
    check: outputCheck("examples"),
    kernels: [batchNormForward],
  },
  {
    id: "bn-invariant",
    tex:
      tex`\hat X\bigl(X \operatorname{diag}(c) + 1 d^\top\bigr) = \hat X(X) \qquad (c > 0,\ \varepsilon = 0)`,
    reason:
      "A factor and a shift of a feature change its deviation and its mean alike: a bias in front of batch normalization is without effect, and so is the length of a row of the weight matrix.",
    check: equation({
      against: "definition",
      given: (random) => ({
        ...drawBatch(random),
        c: draw(random, [4, 1]),
        d: draw(random, [4, 1]),
      }),
      left: ({ x, c, d }) => {
        const { diagonal, outer, plus, product } = exact;
        const factors = { ...c, data: c.data.map((v) => 1.5 + v) };
        const moved = plus(
          product(x, diagonal(factors)),
          outer(ones(x.rows), d),
        );
        const weight = ones(x.columns);
        const bias = exact.scale(0, weight);
        return outputOf("examples", {
          x: moved,
          weight,
          bias,
          epsilon: 1e-300,
        });
      },
      right: (algebra, { x }) =>
        normalized(algebra, x, { over: "examples", epsilon: 0 }),
    }),
  },
];

/** What batch normalization computes in training. */
export const forwardSection: Section = {
  id: "forward",
  title: "Batch normalization, forward",
  answers: "002, section 4 (a)",
  prose: [
    "A batch is a matrix $X$ with one example per row: $B$ examples, $F$ features. Batch normalization takes mean and variance down every column.",
  ],
  lines,
};
