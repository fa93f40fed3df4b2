import {
  column,
  exact,
  identity,
  type Matrix,
  matrix,
  ones,
} from "../../../study/derivation/algebra.ts";
import { equation } from "../../../study/derivation/check.ts";
import type { Line } from "../../../study/derivation/line.ts";
import type { Section } from "../../../study/page.ts";
import {
  deviations,
  normalized,
  normalizedBackward,
  variances,
} from "../../../study/derivation/normalize.ts";
import { draw, gradients } from "../../../study/derivation/oracle.ts";
import { drawBatch, lossOf, normalize, outputOf } from "./draws.ts";
import { rowOf } from "./rows.ts";

const tex = String.raw;

/** Column `i` of the identity, [n, 1]. */
function unit(n: number, i: number): Matrix {
  return column(rowOf(identity(n), i).data);
}

/** Row i holds the gradient of x̂_i1 with respect to all x_k1 of one feature. */
function jacobian(x: Matrix, epsilon: number): Matrix {
  const parameters = [matrix(1, 1, [1]), matrix(1, 1, [0])] as const;
  const rows = Array.from({ length: x.rows }, (_, i) => {
    const [dX] = gradients(
      [x, ...parameters],
      (all) => lossOf(normalize("examples", all, epsilon), unit(x.rows, i)),
    );
    return [...dX.data];
  });
  return matrix(x.rows, x.rows, rows.flat());
}

const lines: Line[] = [
  {
    id: "bn-jacobian",
    tex:
      tex`\text{BN:} \quad \frac{\partial \hat x_{ij}}{\partial x_{kj}} = \frac{1}{\sqrt{\sigma_j^2 + \varepsilon}} \Bigl(\delta_{ik} - \frac1B - \frac{\hat x_{ij} \hat x_{kj}}{B}\Bigr)`,
    reason:
      "Off the diagonal this is not 0: what the network says of example $i$ depends on every other example $k$ of its batch.",
    check: equation({
      against: "reverse mode",
      given: (random) => ({
        x: draw(random, [5, 1]),
        epsilon: random.uniform(0.05, 0.5),
      }),
      left: ({ x, epsilon }) => jacobian(x, epsilon),
      right: (algebra, { x, epsilon }) => {
        const { minus, outer, product, quotient, scale } = algebra;
        const hat = () => normalized(algebra, x, { over: "examples", epsilon });
        const share = scale(1 / x.rows, ones(x.rows, x.rows));
        const along = scale(1 / x.rows, outer(hat(), hat()));
        const variance = variances(algebra, x, "examples");
        const s = deviations(algebra, variance, epsilon);
        return quotient(
          minus(minus(identity(x.rows), share), along),
          product(s, ones(1, x.rows)),
        );
      },
    }),
  },
  {
    id: "ln-alone",
    tex:
      tex`\text{LN:} \quad \frac{\partial \hat x_{ij}}{\partial x_{kl}} = \frac{\delta_{ik}}{\sqrt{\sigma_i^2 + \varepsilon}} \Bigl(\delta_{jl} - \frac1F - \frac{\hat x_{ij} \hat x_{il}}{F}\Bigr)`,
    reason:
      "Every row stands alone: a gradient that arrives at example $i$ leaves at example $i$, whatever else is in the batch.",
    check: equation({
      against: "reverse mode",
      given: (random) => ({
        ...drawBatch(random),
        i: random.integer(0, 5),
      }),
      left: ({ x, dY, epsilon, i }) => {
        const arrives = exact.product(unit(x.rows, i), rowOf(dY, i));
        const weight = ones(x.columns);
        const bias = exact.scale(0, weight);
        const [dX] = gradients(
          [x, weight, bias],
          (all) => lossOf(normalize("features", all, epsilon), arrives),
        );
        return dX;
      },
      right: (algebra, { x, dY, epsilon, i }) => {
        const alone = { x: rowOf(x, i), gradient: rowOf(dY, i) };
        const over = { over: "features", epsilon } as const;
        const row = normalizedBackward(algebra, alone, over);
        return algebra.product(unit(x.rows, i), row);
      },
    }),
  },
  {
    id: "bn-single",
    tex: tex`B = 1: \qquad \mathrm{BN}(x) = \beta`,
    reason:
      "A batch of one is its own mean: batch normalization in training says nothing about it, and no gradient reaches it.",
    check: equation({
      against: "definition",
      given: (random) => {
        const batch = drawBatch(random);
        return { ...batch, x: rowOf(batch.x) };
      },
      left: (batch) => outputOf("examples", batch),
      right: ({ transpose }, { bias }) => transpose(bias),
    }),
  },
];

/** Which examples an output depends on. */
export const companySection: Section = {
  id: "company",
  title: "What the rest of the batch does",
  answers: "002, section 4 (b)",
  prose: [
    "Mean and variance of a batch are estimates of those of all data, another one in every batch; those of layer normalization are the example's own. This is the sense in which the source calls the second exact and the first approximate; both leave a variance of $\\sigma^2/(\\sigma^2 + \\varepsilon)$, not of 1.",
  ],
  lines,
};
