import {
  type Algebra,
  type Matrix,
  ones,
} from "../../../study/derivation/algebra.ts";
import { equation } from "../../../study/derivation/check.ts";
import type { Check } from "../../../study/derivation/line.ts";
import type { Erratum } from "../../../study/page.ts";
import { means } from "../../../study/derivation/normalize.ts";
import { source } from "../../support/sources.ts";
import { drawBatch, variancesOf } from "./draws.ts";

/** The mean of a function of the deviations against the variance by its definition. */
function varianceAs(
  of: (algebra: Algebra, centered: Matrix) => Matrix,
): Check {
  return equation({
    against: "definition",
    given: drawBatch,
    left: variancesOf,
    right: (algebra, { x }) => {
      const { minus, product, scale } = algebra;
      const centered = minus(x, means(algebra, x, "examples"));
      const total = product(ones(1, x.rows), of(algebra, centered));
      return scale(1 / x.rows, total);
    },
  });
}

/** The batch variance needs the square. */
export const squareMissing: Erratum = {
  claim:
    "$\\sigma_B^2 = \\frac1M \\sum_{i=1}^M (Z_i - \\mu_B)$, without a square.",
  correct:
    "$\\sigma_B^2 = \\frac1M \\sum_{i=1}^M (Z_i - \\mu_B)^2$: deviations from their own mean add up to 0, whatever the batch, and the layer would divide by $\\sqrt\\varepsilon$.",
  number:
    "Without the square the sum is 0 to rounding and misses the variance by a relative error of 1.00; with it, both agree to $10^{-15}$.",
  source: source("002", "section 4 (a)"),
  evidence: {
    claimed: varianceAs((_, centered) => centered),
    correct: varianceAs(({ hadamard }, centered) =>
      hadamard(centered, centered)
    ),
  },
};
