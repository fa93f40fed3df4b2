import { dropout } from "../../../math/dropout.ts";
import { mul, sum } from "../../../math/operations.ts";
import type { Random } from "../../../math/random.ts";
import {
  column,
  exact,
  type Matrix,
  scalar,
} from "../../../study/derivation/algebra.ts";
import { equation } from "../../../study/derivation/check.ts";
import type { Line } from "../../../study/derivation/line.ts";
import type { Section } from "../../../study/page.ts";
import {
  dropoutBackward,
  dropoutForward,
} from "../../../study/derivation/kernels.ts";
import {
  draw,
  gradients,
  toVariable,
  valueOf,
} from "../../../study/derivation/oracle.ts";
import { allMasks, expectation } from "./masks.ts";

const tex = String.raw;

const UNITS = 5;

/** Hidden units h, the probability q with which each is kept, and a layer above them. */
function drawUnits(random: Random) {
  return {
    h: draw(random, [UNITS, 1]),
    q: random.uniform(0.2, 0.8),
    W: draw(random, [3, UNITS]),
    b: draw(random, [3, 1]),
  };
}

/** The same with one mask and a gradient that arrives. */
function drawMasked(random: Random) {
  const ones = random.array(UNITS).map((v) => v > 0 ? 1 : 0);
  // At least one unit is kept and one is not.
  ones[0] = 1;
  ones[1] = 0;
  return {
    ...drawUnits(random),
    R: column(ones),
    dY: draw(random, [UNITS, 1]),
  };
}

/** `R ⊙ h / q` by the definition. */
function masked(h: Matrix, R: Matrix, q: number): Matrix {
  return valueOf(dropout(toVariable(h), R.data, 1 - q));
}

const lines: Line[] = [
  {
    id: "mask",
    tex:
      tex`R_i \sim \operatorname{Bernoulli}(q) \text{ independent}: \qquad \tilde h = \frac1q\, R \odot h`,
    reason:
      "In training each unit is kept with probability $q$ and else set to 0, by a new mask for every example and every step; the factor $1/q$ belongs to inverted scaling. In evaluation $\\tilde h = h$.",
    check: equation({
      against: "definition",
      given: drawMasked,
      left: ({ h, R, q }) => masked(h, R, q),
      right: ({ hadamard, scale }, { h, R, q }) => scale(1 / q, hadamard(R, h)),
    }),
    kernels: [dropoutForward],
  },
  {
    id: "expectation",
    tex: tex`\mathbb E[\tilde h] = \sum_R \Pr(R)\, \frac1q\, R \odot h = h`,
    reason:
      "$\\mathbb E[R_i] = q$ and the factor $1/q$ cancel, so that the layer above sees in the mean what it sees in evaluation; checked by summing over all $2^5$ masks of five units.",
    check: equation({
      against: "definition",
      given: drawUnits,
      left: ({ h }) => h,
      right: ({ diagonal, product, scale }, { h, q }) => {
        const { masks, probabilities } = allMasks(UNITS, q);
        const mean = product(product(diagonal(h), masks), probabilities);
        return scale(1 / q, mean);
      },
    }),
  },
  {
    id: "unscaled",
    tex: tex`\mathbb E[R \odot h] = q\, h`,
    reason:
      "Without the factor, as the source writes it, the layer above sees $q$ times too little in training; evaluation must then multiply by $q$ instead.",
    check: equation({
      against: "definition",
      given: drawUnits,
      left: ({ h, q }) =>
        expectation(allMasks(UNITS, q), (R) => exact.hadamard(R, h)),
      right: ({ scale }, { h, q }) => scale(q, h),
    }),
  },
  {
    id: "variance",
    tex: tex`\operatorname{Var}(\tilde h_i) = \frac{1 - q}{q}\, h_i^2`,
    reason:
      "A Bernoulli variable has variance $q (1 - q)$; the noise grows with the unit, and the fewer are kept the more.",
    check: equation({
      against: "definition",
      given: drawUnits,
      left: ({ h, q }) =>
        expectation(allMasks(UNITS, q), (R) => {
          const off = exact.minus(masked(h, R, q), h);
          return exact.hadamard(off, off);
        }),
      right: ({ hadamard, scale }, { h, q }) =>
        scale((1 - q) / q, hadamard(h, h)),
    }),
  },
  {
    id: "backward",
    tex:
      tex`\frac{\partial \rho}{\partial h} = \frac1q\, R \odot \frac{\partial \rho}{\partial \tilde h}`,
    reason:
      "The same mask and the same factor: a unit that was dropped learns nothing from this example.",
    check: equation({
      against: "reverse mode",
      given: drawMasked,
      left: ({ h, R, q, dY }) => {
        const [found] = gradients(
          [h],
          ([at]) => sum(mul(dropout(at, R.data, 1 - q), toVariable(dY))),
        );
        return found;
      },
      right: ({ hadamard, scale }, { R, q, dY }) =>
        scale(1 / q, hadamard(R, dY)),
    }),
    kernels: [dropoutBackward],
  },
  {
    id: "next-layer",
    tex: tex`\mathbb E[W \tilde h + b] = W h + b`,
    reason:
      "The mean passes through an affine map. It does not pass through a nonlinearity, so that a deep network in evaluation is close to the mean over masks, but not equal to it.",
    check: equation({
      against: "definition",
      given: drawUnits,
      left: ({ h, q, W, b }) =>
        expectation(
          allMasks(UNITS, q),
          (R) => exact.plus(exact.product(W, masked(h, R, q)), b),
        ),
      right: ({ plus, product }, { h, W, b }) => plus(product(W, h), b),
    }),
  },
  {
    id: "as-penalty",
    tex:
      tex`\mathbb E\bigl[(w^\top \tilde h - t)^2\bigr] = (w^\top h - t)^2 + \frac{1 - q}{q} \sum_i h_i^2 w_i^2`,
    reason:
      "The square of a mean and a variance: for one linear layer and a squared error, dropout is an L2 penalty in the mean, with a weight of its own for each input.",
    check: equation({
      against: "definition",
      given: (random) => ({
        ...drawUnits(random),
        w: draw(random, [UNITS, 1]),
        t: draw(random, [1, 1]),
      }),
      left: ({ h, q, w, t }) =>
        expectation(allMasks(UNITS, q), (R) => {
          const output = exact.product(
            exact.transpose(w),
            masked(h, R, q),
          );
          return scalar((output.data[0]! - t.data[0]!) ** 2);
        }),
      right: ({ hadamard, minus, plus, product, scale, transpose }, values) => {
        const { h, q, w, t } = values;
        const residual = () => minus(product(transpose(w), h), t);
        const parts = () => hadamard(h, w);
        const penalty = product(transpose(parts()), parts());
        return plus(
          hadamard(residual(), residual()),
          scale((1 - q) / q, penalty),
        );
      },
    }),
  },
];

/** What a mask does. */
export const dropoutSection: Section = {
  id: "dropout",
  title: "Dropout",
  answers: "002, section 2 (f) (i)",
  prose: [
    "The source's $p$ is the probability to keep a unit, PyTorch's is the probability to drop it; here $q$ is the first and $1 - q$ the second.",
  ],
  lines,
};
