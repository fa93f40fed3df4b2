import {
  batchNormEvaluation as evaluate,
  movedStatistics,
} from "../../../math/normalization.ts";
import type { Var } from "../../../math/autodiff.ts";
import { matmul, reshape, transpose } from "../../../math/operations.ts";
import type { Random } from "../../../math/random.ts";
import {
  type Algebra,
  column,
  exact,
  type Matrix,
  matrix,
  ones,
} from "../../../study/derivation/algebra.ts";
import { equation } from "../../../study/derivation/check.ts";
import type { Line } from "../../../study/derivation/line.ts";
import type { Section } from "../../../study/page.ts";
import {
  batchNormEvaluation,
  batchNormEvaluationInput,
  runningMean,
  runningVariance,
} from "../../../study/derivation/kernels.ts";
import {
  deviations,
  everyRow,
  normalizedBy,
  scaleAndShift,
  variances,
} from "../../../study/derivation/normalize.ts";
import {
  draw,
  gradients,
  toVariable,
  valueOf,
} from "../../../study/derivation/oracle.ts";
import { type Batch, drawBatch, lossOf } from "./draws.ts";

const tex = String.raw;

/** A batch and the running statistics that it meets, columns. */
interface Evaluated extends Batch {
  readonly running: { readonly mean: Matrix; readonly variance: Matrix };
  /** m. */
  readonly momentum: number;
}

function drawEvaluated(random: Random): Evaluated {
  const spread = draw(random, [4, 1]);
  return {
    ...drawBatch(random),
    running: {
      mean: draw(random, [4, 1]),
      variance: { ...spread, data: spread.data.map((v) => 1.2 + v) },
    },
    momentum: random.uniform(0.05, 0.5),
  };
}

/** Mean and variance of a batch as the running ones take them: columns, the variance divided by B − 1. */
function newsOf(
  { hadamard, minus, product, scale, transpose }: Algebra,
  x: Matrix,
): [Matrix, Matrix] {
  const sum = (a: Matrix) => product(transpose(a), ones(x.rows));
  const average = scale(1 / x.rows, sum(x));
  const squares = minus(sum(hadamard(x, x)), hadamard(sum(x), average));
  return [average, scale(1 / (x.rows - 1), squares)];
}

/** The definition in evaluation mode; parameters are columns. */
function evaluated(
  [x, weight, bias]: readonly [Var, Var, Var],
  { running, epsilon }: Evaluated,
): Var {
  const flat = (a: Var) => reshape(a, [a.value.length]);
  const affine = { weight: flat(weight), bias: flat(bias) };
  return evaluate(x, affine, {
    mean: running.mean.data,
    variance: running.variance.data,
    epsilon,
  });
}

/** `a = γ ⊘ √(v + ε)`, a column. */
function slopeOf(
  algebra: Algebra,
  { weight, running, epsilon }: Evaluated,
): Matrix {
  const s = deviations(algebra, running.variance, epsilon);
  return algebra.quotient(weight, s);
}

/** All samples of three values, one per column, with replacement. */
function allSamples(values: ArrayLike<number>): Matrix {
  const [n, size] = [values.length, 3];
  const samples = n ** size;
  const data = Array.from(
    { length: size * samples },
    (_, at) =>
      values[
        Math.floor((at % samples) / n ** Math.floor(at / samples)) % n
      ]!,
  );
  return matrix(size, samples, data);
}

const lines: Line[] = [
  {
    id: "running",
    tex:
      tex`r_j \leftarrow (1 - m)\, r_j + m\, \mu_j, \qquad v_j \leftarrow (1 - m)\, v_j + m\, \frac{B}{B - 1}\, \sigma_j^2`,
    reason:
      "Every step of training moves both a part $m$ of the way; they begin at 0 and 1. PyTorch divides the variance by $B - 1$ here, and by $B$ where it normalizes.",
    check: equation({
      against: "definition",
      given: drawEvaluated,
      left: ({ x, running, momentum }) => {
        const { mean, variance } = movedStatistics(
          { mean: running.mean.data, variance: running.variance.data },
          toVariable(x),
          momentum,
        );
        return [column(mean), column(variance)];
      },
      right: (algebra, { x, running, momentum }) => {
        const { plus, scale } = algebra;
        const [mean, variance] = newsOf(algebra, x);
        const mix = (old: Matrix, now: Matrix) =>
          plus(scale(1 - momentum, old), scale(momentum, now));
        return [mix(running.mean, mean), mix(running.variance, variance)];
      },
    }),
    kernels: [runningMean, runningVariance],
  },
  {
    id: "unbiased",
    tex:
      tex`\mathbb E\Bigl[\frac{B}{B - 1}\, \sigma_j^2\Bigr] = \operatorname{Var}(x_j)`,
    reason:
      "Deviations from the batch's own mean are too small by a factor of $(B - 1)/B$ in the mean square; checked over all batches of three that a population of four can give.",
    check: equation({
      against: "definition",
      given: (random) => random.array(4),
      left: (values) => {
        const mean = values.reduce((sum, v) => sum + v, 0) / values.length;
        const squares = values.map((v) => (v - mean) ** 2);
        return column([
          squares.reduce((sum, v) => sum + v, 0) / values.length,
        ]);
      },
      right: (algebra, values) => {
        const { product, scale } = algebra;
        const samples = allSamples(values);
        const { rows, columns } = samples;
        const found = variances(algebra, samples, "examples");
        const total = product(product(ones(1, rows), found), ones(columns));
        return scale(1 / (rows - 1) / columns, total);
      },
    }),
  },
  {
    id: "unrolled",
    tex:
      tex`r^{(k)} = (1 - m)^k\, r^{(0)} + m \sum_{t=1}^{k} (1 - m)^{k - t} \mu^{(t)}`,
    reason:
      "Unrolled, the running mean weights the batches of the past by a geometric series; after $k$ steps the start has the weight $(1 - m)^k$, with $m = 0.1$ below 1 % from step 44 on.",
    check: equation({
      against: "definition",
      given: (random) => {
        const start = drawEvaluated(random);
        return {
          ...start,
          batches: [start.x, draw(random, [5, 4]), draw(random, [5, 4])],
        };
      },
      left: ({ batches, running, momentum }) => {
        let kept = {
          mean: running.mean.data,
          variance: running.variance.data,
        };
        for (const x of batches) {
          kept = movedStatistics(kept, toVariable(x), momentum) as typeof kept;
        }
        return column(kept.mean);
      },
      right: ({ plus, product, scale, transpose }, values) => {
        const { batches, running, momentum } = values;
        const k = batches.length;
        return batches.reduce((sum, x, t) => {
          const total = product(transpose(x), ones(x.rows));
          const share = momentum * (1 - momentum) ** (k - 1 - t) / x.rows;
          return plus(sum, scale(share, total));
        }, scale((1 - momentum) ** k, running.mean));
      },
    }),
  },
  {
    id: "evaluation",
    tex:
      tex`\text{evaluation:} \quad y_{ij} = \gamma_j\, \frac{x_{ij} - r_j}{\sqrt{v_j + \varepsilon}} + \beta_j`,
    reason:
      "In evaluation the running statistics stand for those of the batch, so that an example's output no longer depends on its company.",
    check: equation({
      against: "definition",
      given: drawEvaluated,
      left: (values) => {
        const { x, weight, bias } = values;
        const all = [x, weight, bias].map(toVariable) as [Var, Var, Var];
        return valueOf(evaluated(all, values));
      },
      right: (algebra, { x, weight, bias, running, epsilon }) =>
        scaleAndShift(
          algebra,
          normalizedBy(algebra, x, { ...running, epsilon }),
          { weight, bias },
        ),
    }),
    kernels: [batchNormEvaluation],
  },
  {
    id: "evaluation-backward",
    tex:
      tex`\frac{\partial \ell}{\partial x_{ij}} = a_j\, \frac{\partial \ell}{\partial y_{ij}}, \qquad a_j = \frac{\gamma_j}{\sqrt{v_j + \varepsilon}}`,
    reason:
      "The running statistics are constants, so that only the direct path is left.",
    check: equation({
      against: "reverse mode",
      given: drawEvaluated,
      left: (values) => {
        const { x, weight, bias, dY } = values;
        const [dX] = gradients(
          [x, weight, bias],
          (all) => lossOf(evaluated(all, values), dY),
        );
        return dX;
      },
      right: (algebra, values) => {
        const { dY } = values;
        const a = slopeOf(algebra, values);
        return algebra.hadamard(dY, everyRow(algebra, a, dY.rows));
      },
    }),
    kernels: [batchNormEvaluationInput],
  },
  {
    id: "folded",
    tex:
      tex`X = Z W^\top + 1 b^\top: \qquad Y = Z \bigl(\operatorname{diag}(a) W\bigr)^\top + 1 \bigl(a \odot (b - r) + \beta\bigr)^\top`,
    reason:
      "A fixed affine map of an affine map is an affine map: a trained batch normalization can be folded into the layer below and then costs nothing.",
    check: equation({
      against: "definition",
      given: (random) => ({
        ...drawEvaluated(random),
        z: draw(random, [5, 3]),
        A: draw(random, [4, 3]),
        b: draw(random, [4, 1]),
      }),
      left: (values) => {
        const { z, A, b, weight, bias } = values;
        const product = matmul(toVariable(z), transpose(toVariable(A)));
        const x = exact.plus(valueOf(product), everyRow(exact, b, z.rows));
        const all = [x, weight, bias].map(toVariable) as [Var, Var, Var];
        return valueOf(evaluated(all, values));
      },
      right: (algebra, values) => {
        const { diagonal, hadamard, minus, plus, product } = algebra;
        const { z, A, b, bias, running } = values;
        const a = slopeOf(algebra, values);
        const shift = plus(hadamard(a, minus(b, running.mean)), bias);
        const rotated = algebra.transpose(product(diagonal(a), A));
        return plus(product(z, rotated), everyRow(algebra, shift, z.rows));
      },
    }),
  },
];

/** What it keeps for evaluation. */
export const runningSection: Section = {
  id: "running",
  title: "Running statistics and evaluation",
  answers: "002, section 4 (a)",
  prose: [
    "A network that is used on one example has no batch. Training therefore keeps averages of the batches' statistics, and evaluation normalizes with them.",
  ],
  lines,
};
