import {
  type Algebra,
  identity,
  type Matrix,
} from "../../../study/derivation/algebra.ts";
import { equation } from "../../../study/derivation/check.ts";
import type { Erratum } from "../../../study/page.ts";
import { source } from "../../support/sources.ts";
import { drawPoint, jacobian, type Point } from "./point.ts";

/** `∂v/∂W` with `factor` as the vector that the second use of W multiplies. */
function outputJacobian(factor: (point: Point) => Matrix) {
  return equation({
    against: "reverse mode",
    given: drawPoint,
    left: (point) => jacobian(point, "v"),
    right: (
      { kronecker, plus, product, transpose }: Algebra,
      point: Point,
    ) => {
      const du = jacobian(point, "u");
      const second = kronecker(
        identity(point.u.rows),
        transpose(factor(point)),
      );
      return plus(plus(du, second), product(point.W, du));
    },
  });
}

/** The first relation after part (a) has `x_j` where the product rule gives `u_j`. */
export const slipOfTheRelation: Erratum = {
  claim:
    "$\\dfrac{\\partial v_m}{\\partial W_{ij}} = \\dfrac{\\partial u_m}{\\partial W_{ij}} + \\delta_{im} \\cdot x_j + \\sum_l W_{ml} \\dfrac{\\partial u_l}{\\partial W_{ij}}$",
  correct:
    "$\\dfrac{\\partial v_m}{\\partial W_{ij}} = \\dfrac{\\partial u_m}{\\partial W_{ij}} + \\delta_{im} \\cdot u_j + \\sum_l W_{ml} \\dfrac{\\partial u_l}{\\partial W_{ij}}$: the second $W$ multiplies $u$. Only this form leads to the term $v \\otimes u$ of part (b), which the source states correctly.",
  number:
    "The claimed form misses reverse mode by a relative error of 1.97; the corrected one agrees to $10^{-14}$.",
  source: source("003", "question 8, first relation after part (a)"),
  evidence: {
    claimed: outputJacobian(({ x }) => x),
    correct: outputJacobian(({ u }) => u),
  },
};
