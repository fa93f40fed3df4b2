import { equation } from "../../../study/derivation/check.ts";
import type { Algebra, Matrix } from "../../../study/derivation/algebra.ts";
import type { Check } from "../../../study/derivation/line.ts";
import type { Erratum } from "../../../study/page.ts";
import { source } from "../../support/sources.ts";
import { productBelow } from "./jacobians.ts";
import { drawAt, type Layer } from "./networks.ts";

/** A form of ∂y_L/∂b_i against reverse mode. */
function biasGradient(
  form: (algebra: Algebra, layers: readonly Layer[], i: number) => Matrix,
): Check {
  return equation({
    against: "reverse mode",
    given: drawAt,
    left: ({ layers, i }) => layers[i]!.db,
    right: (algebra, { layers, i }) =>
      algebra.transpose(form(algebra, layers, i)),
  });
}

/** Equation (2) has a factor diag(ỹ_L) for the linear output, and the argument below it speaks of diag(ỹ_i). */
export const outputFactor: Erratum = {
  claim:
    "$\\frac{\\partial y_L}{\\partial b_i} = \\operatorname{diag}(\\tilde y_L) A_L \\operatorname{diag}(\\sigma'(\\tilde y_{L-1})) A_{L-1} \\cdots$, and the gradients are small because the elements of $\\operatorname{diag}(\\tilde y_i)$ are moderate.",
  correct:
    "The factors are $\\operatorname{diag}(\\sigma'(\\tilde y_k))$, slopes and not pre-activations, and the linear output contributes none: the product begins with $A_L$.",
  number:
    "With $\\operatorname{diag}(\\tilde y_L)$ in front, the claimed form misses reverse mode by a relative error of 1.92; without it, the product agrees to $10^{-15}$.",
  source: source("001", "section 2, equation (2)"),
  evidence: {
    claimed: biasGradient((algebra, layers, i) =>
      algebra.product(layers.at(-1)!.z, productBelow(algebra, layers, i))
    ),
    correct: biasGradient(productBelow),
  },
};
