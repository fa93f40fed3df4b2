import type { Random } from "../../../math/random.ts";
import {
  type Algebra,
  identity,
  type Matrix,
  matrix,
  ones,
  scalar,
} from "../../../study/derivation/algebra.ts";
import { equation } from "../../../study/derivation/check.ts";
import type { Check, Line } from "../../../study/derivation/line.ts";
import type { Section } from "../../../study/page.ts";
import { inverse, leastSquares } from "./least_squares.ts";
import { signPatterns } from "./patterns.ts";

const tex = String.raw;

/** Gaussian features of n examples, and the deviation σ of the noise. */
function drawFeatures(random: Random, [n, p]: [number, number]) {
  return {
    X: matrix(n, p, random.normals(n * p)),
    deviation: random.uniform(0.1, 1),
  };
}

/** Mean of `‖w(ε)‖²` over all noise `ε = ±σ`, w by least squares. */
function meanNorm({ X, deviation }: { X: Matrix; deviation: number }): number {
  const norms = signPatterns(X.rows).map((signs) => {
    const noise = matrix(X.rows, 1, signs.map((sign) => sign * deviation));
    return leastSquares(X, noise).data.reduce((sum, w) => sum + w * w, 0);
  });
  return norms.reduce((sum, norm) => sum + norm, 0) / norms.length;
}

/** `Σᵢ Aᵢᵢ`, 1×1. */
function trace({ hadamard, product }: Algebra, A: Matrix): Matrix {
  const diagonal = hadamard(A, identity(A.rows));
  return product(product(ones(1, A.rows), diagonal), ones(A.rows));
}

/** The share of noise in the fit of p features to n examples. */
function variance([n, p]: [number, number]): Check {
  return equation({
    against: "definition",
    // Nearly singular features cost digits on both sides.
    tolerance: 1e-8,
    given: (random) => drawFeatures(random, [n, p]),
    left: (at) => scalar(meanNorm(at)),
    right: (algebra, { X, deviation }) => {
      const { product, scale, transpose } = algebra;
      const gram = n > p ? product(transpose(X), X) : product(X, transpose(X));
      return scale(deviation ** 2, trace(algebra, inverse(gram)));
    },
  });
}

/** `E[1/χ²_k]` for k ≥ 6, by integrating against the density `t^(k/2 − 1) e^(−t/2)`. */
function meanInverse(k: number): number {
  const step = 0.01;
  let [weighted, all] = [0, 0];
  for (let t = step; t < 300; t += step) {
    const density = Math.exp((k / 2 - 1) * Math.log(t) - t / 2);
    weighted += density / t;
    all += density;
  }
  return weighted / all;
}

/** The integral's own error. */
const INTEGRAL = 1e-9;

const lines: Line[] = [
  {
    id: "narrow-variance",
    tex:
      tex`p < n: \quad \hat w - w = (X^\top X)^{-1} X^\top \varepsilon, \qquad \mathbb E_\varepsilon \lVert \hat w - w \rVert^2 = \sigma^2 \operatorname{tr} (X^\top X)^{-1} = \sum_j \frac{\sigma^2}{s_j^2}`,
    reason:
      "Least squares with fewer features than examples: the noise enters divided by the singular values $s_j$ of $X \\in \\mathbb R^{n \\times p}$.",
    check: variance([6, 4]),
  },
  {
    id: "wide-variance",
    tex:
      tex`p > n: \quad \hat w = X^\top (X X^\top)^{-1} (X w + \varepsilon), \qquad \mathbb E_\varepsilon \lVert X^\top (X X^\top)^{-1} \varepsilon \rVert^2 = \sigma^2 \operatorname{tr} (X X^\top)^{-1}`,
    reason:
      "Of all that interpolate, gradient descent from zero finds the solution of least norm; the same singular values divide the noise.",
    check: variance([4, 6]),
  },
  {
    id: "inverse-wishart",
    tex:
      tex`X_{ij} \sim N(0, 1): \quad \bigl[(X^\top X)^{-1}\bigr]_{jj} \sim \frac{1}{\chi^2_{n - p + 1}}, \qquad \mathbb E\, \frac{1}{\chi^2_k} = \frac{1}{k - 2}`,
    reason:
      "The diagonal entry is one over the squared distance of feature $j$ from the span of the others, and that distance lives in $n - p + 1$ dimensions. The mean is checked.",
    check: equation({
      against: "definition",
      tolerance: INTEGRAL,
      given: (random) => random.integer(8, 40),
      left: (k) => scalar(meanInverse(k)),
      right: ({ minus, quotient }, k) =>
        quotient(scalar(1), minus(scalar(k), scalar(2))),
    }),
  },
  {
    id: "peak",
    tex:
      tex`\mathbb E\, \text{noise}(n, p) = \begin{cases} \sigma^2\, p / (n - p - 1) & p < n - 1 \\ \sigma^2\, n / (p - n - 1) & p > n + 1 \end{cases} \qquad \infty \text{ at } p = n`,
    reason:
      "Add up the diagonal, $p$ entries below the threshold and $n$ above. With as many parameters as equations some singular value is near zero: the only interpolating solution is a wild one. Beyond, there are many, and the smallest is tame.",
    check: equation({
      against: "definition",
      tolerance: INTEGRAL,
      given: (random) => ({
        few: random.integer(2, 20),
        surplus: random.integer(8, 40),
        deviation: random.uniform(0.1, 1),
      }),
      left: ({ few, surplus, deviation }) =>
        scalar(deviation ** 2 * few * meanInverse(surplus + 1)),
      right: ({ minus, quotient, scale }, { few, surplus, deviation }) => {
        const many = few + surplus;
        const between = minus(minus(scalar(many), scalar(few)), scalar(1));
        return scale(deviation ** 2, quotient(scalar(few), between));
      },
    }),
  },
  {
    id: "one-more-example",
    tex:
      tex`p > n + 2: \quad \frac{n + 1}{p - n - 2} - \frac{n}{p - n - 1} = \frac{p - 1}{(p - n - 1)(p - n - 2)} > 0`,
    reason:
      "Above the threshold one more example brings the network closer to it, and the noise term grows: more data hurts until the network cannot interpolate any more. What the example teaches of $g$ works against this, and wins far from the threshold.",
    check: equation({
      against: "definition",
      tolerance: 10 * INTEGRAL,
      given: (random) => {
        const n = random.integer(4, 20);
        return { n, p: n + random.integer(9, 20) };
      },
      left: ({ n, p }) =>
        scalar((n + 1) * meanInverse(p - n) - n * meanInverse(p - n + 1)),
      right: ({ minus, product, quotient }, { n, p }) => {
        const gap = minus(scalar(p), scalar(n));
        const factors = [1, 2].map((k) => minus(gap, scalar(k)));
        return quotient(
          minus(scalar(p), scalar(1)),
          product(factors[0]!, factors[1]!),
        );
      },
    }),
  },
];

/** Why the test loss has a peak at the threshold. */
export const peakSection: Section = {
  id: "peak",
  title: "Why there is a peak",
  answers: "004, computer assignment 1 (c) and (d)",
  prose: [
    "The network has no formula for its test error; linear regression on $p$ random features has one, with the same shape. The noise is what makes the peak, so the lines follow the noise alone.",
  ],
  lines,
};
