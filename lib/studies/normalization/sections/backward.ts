import { constant, type Var } from "../../../math/autodiff.ts";
import {
  add,
  mean,
  mul,
  power,
  reshape,
  square,
  sub,
} from "../../../math/operations.ts";
import { exact, type Matrix, ones } from "../../../study/derivation/algebra.ts";
import { equation } from "../../../study/derivation/check.ts";
import type { Line } from "../../../study/derivation/line.ts";
import type { Section } from "../../../study/page.ts";
import {
  batchNormBias,
  batchNormInput,
  batchNormWeight,
} from "../../../study/derivation/kernels.ts";
import {
  deviations,
  everyRow,
  means,
  normalized,
  variances,
} from "../../../study/derivation/normalize.ts";
import { gradients, toVariable } from "../../../study/derivation/oracle.ts";
import { inputCheck, inputGradient, parameterCheck } from "./checks.ts";
import { type Batch, drawBatch, lossOf } from "./draws.ts";
import { stacked } from "./rows.ts";

const tex = String.raw;

/** `G = dY ⊙ 1γᵀ`, what arrives at X̂. */
const gradientAtHat = ({ dY, weight }: Batch): Matrix =>
  exact.hadamard(dY, everyRow(exact, weight, dY.rows));

/** The loss as a function of mean and variance, [1, features] each, with the input held. */
function lossAt(batch: Batch, { mu, variance }: { mu: Var; variance: Var }) {
  const epsilon = constant([batch.epsilon], [1, 1]);
  const centered = sub(toVariable(batch.x), mu);
  const xHat = mul(centered, power(add(variance, epsilon), -0.5));
  return lossOf(xHat, gradientAtHat(batch));
}

/** Mean and variance of a batch as rows. */
function statisticsOf({ x }: Batch): { mu: Matrix; variance: Matrix } {
  const row = (values: Matrix) =>
    exact.scale(1 / x.rows, exact.product(ones(1, x.rows), values));
  return {
    mu: row(x),
    variance: row(variances(exact, x, "examples")),
  };
}

const lines: Line[] = [
  {
    id: "bn-parameters",
    tex:
      tex`\frac{\partial \ell}{\partial \gamma_j} = \sum_i \frac{\partial \ell}{\partial y_{ij}}\, \hat x_{ij}, \qquad \frac{\partial \ell}{\partial \beta_j} = \sum_i \frac{\partial \ell}{\partial y_{ij}}`,
    reason: "Scale and shift of a feature act on every example of the batch.",
    check: parameterCheck("examples"),
    kernels: [batchNormWeight, batchNormBias],
  },
  {
    id: "bn-variance-gradient",
    tex:
      tex`g_{ij} = \frac{\partial \ell}{\partial \hat x_{ij}} = \gamma_j \frac{\partial \ell}{\partial y_{ij}}: \qquad \frac{\partial \ell}{\partial \sigma_j^2} = -\frac12\, (\sigma_j^2 + \varepsilon)^{-3/2} \sum_i g_{ij}\, (x_{ij} - \mu_j)`,
    reason:
      "The variance acts through the divisor of every example, with mean and input held.",
    check: equation({
      against: "reverse mode",
      given: drawBatch,
      left: (batch) => {
        const { mu, variance } = statisticsOf(batch);
        const [found] = gradients(
          [variance],
          ([variable]) =>
            lossAt(batch, { mu: toVariable(mu), variance: variable }),
        );
        return found;
      },
      right: (algebra, batch) => {
        const { hadamard, minus, product, quotient, scale } = algebra;
        const { x, epsilon } = batch;
        const centered = minus(x, means(algebra, x, "examples"));
        const variance = variances(algebra, x, "examples");
        const s = deviations(algebra, variance, epsilon);
        const cubed = hadamard(s, hadamard(s, s));
        const terms = quotient(hadamard(gradientAtHat(batch), centered), cubed);
        return scale(-1 / 2, product(ones(1, x.rows), terms));
      },
    }),
  },
  {
    id: "bn-mean-gradient",
    tex:
      tex`\frac{\partial \ell}{\partial \mu_j} = -\frac{1}{\sqrt{\sigma_j^2 + \varepsilon}} \sum_i g_{ij} + \frac{\partial \ell}{\partial \sigma_j^2} \cdot \underbrace{\Bigl(-\frac2B \sum_i (x_{ij} - \mu_j)\Bigr)}_{0}`,
    reason:
      "The mean also acts through the variance, but not to first order: the deviations add up to 0.",
    check: equation({
      against: "reverse mode",
      given: drawBatch,
      left: (batch) => {
        const [found] = gradients([statisticsOf(batch).mu], ([mu]) => {
          const squares = square(sub(toVariable(batch.x), mu));
          const variance = reshape(mean(squares, 0), [1, batch.x.columns]);
          return lossAt(batch, { mu, variance });
        });
        return found;
      },
      right: (algebra, batch) => {
        const { x, epsilon } = batch;
        const variance = variances(algebra, x, "examples");
        const s = deviations(algebra, variance, epsilon);
        const terms = algebra.quotient(gradientAtHat(batch), s);
        return algebra.scale(-1, algebra.product(ones(1, x.rows), terms));
      },
    }),
  },
  {
    id: "bn-input",
    tex:
      tex`\frac{\partial \ell}{\partial x_{ij}} = \frac{1}{\sqrt{\sigma_j^2 + \varepsilon}} \Bigl(g_{ij} - \frac1B \sum_k g_{kj} - \hat x_{ij} \cdot \frac1B \sum_k g_{kj} \hat x_{kj}\Bigr)`,
    reason:
      "Three paths add up: directly, through the mean with $\\partial \\mu_j / \\partial x_{ij} = 1/B$, and through the variance with $\\partial \\sigma_j^2 / \\partial x_{ij} = 2 (x_{ij} - \\mu_j)/B$.",
    check: inputCheck("examples"),
    kernels: [batchNormInput],
  },
  {
    id: "bn-sums",
    tex:
      tex`\sum_i \frac{\partial \ell}{\partial x_{ij}} = 0, \qquad \sum_i \frac{\partial \ell}{\partial x_{ij}}\, \hat x_{ij} = \frac{\varepsilon}{(\sigma_j^2 + \varepsilon)^{3/2}} \sum_i g_{ij} \hat x_{ij}`,
    reason:
      "The gradient is orthogonal to what the layer does not see: a bias below it never moves, and a change of scale matters only through $\\varepsilon$.",
    check: equation({
      against: "reverse mode",
      given: drawBatch,
      left: (batch) => {
        const { hadamard, product } = exact;
        const { x, epsilon } = batch;
        const dX = inputGradient("examples", batch);
        const xHat = normalized(exact, x, { over: "examples", epsilon });
        const row = ones(1, x.rows);
        return stacked(
          product(row, dX),
          product(row, hadamard(dX, xHat)),
        );
      },
      right: (algebra, batch) => {
        const { hadamard, product, quotient, scale } = algebra;
        const { x, epsilon } = batch;
        const xHat = normalized(algebra, x, { over: "examples", epsilon });
        const variance = variances(algebra, x, "examples");
        const s = deviations(algebra, variance, epsilon);
        const terms = quotient(
          hadamard(gradientAtHat(batch), xHat),
          hadamard(s, hadamard(s, s)),
        );
        const along = scale(epsilon, product(ones(1, x.rows), terms));
        return stacked(exact.scale(0, ones(1, x.columns)), along);
      },
    }),
  },
];

/** Its gradients. */
export const backwardSection: Section = {
  id: "backward",
  title: "Batch normalization, backward",
  answers: "002, section 4 (a)",
  prose: [
    "In training mean and variance are functions of the batch, and gradients flow through both.",
  ],
  lines,
};
