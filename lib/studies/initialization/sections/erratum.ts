import { matrix, ones } from "../../../study/derivation/algebra.ts";
import { equation } from "../../../study/derivation/check.ts";
import type { Erratum } from "../../../study/page.ts";
import { source } from "../../support/sources.ts";
import { drawExamples, outputBiasGradient } from "./zero.ts";

/** The solution concludes that nothing moves; its list of gradients leaves out b². */
export const outputBiasMoves: Erratum = {
  claim:
    "With all parameters zero, none of them changes in backpropagation, and the network does not train at all.",
  correct:
    "$C$, $W$ and $b^1$ stay at zero, but $\\partial\\rho/\\partial b^2 = \\partial\\rho/\\partial f = 2(f - y) \\neq 0$, which the list of gradients leaves out: $b^2$ moves, to the mean of the targets, and the network becomes a constant predictor. Nothing else moves.",
  number:
    "Against reverse mode the claimed gradient of $b^2$, zero, has a relative error of 1.00, the correct one agrees to $10^{-15}$. On the GPU, 1 number of 321 moves, the one of $b^2$.",
  source: source("002", "section 4 (d)"),
  evidence: {
    claimed: equation({
      against: "reverse mode",
      given: drawExamples,
      left: outputBiasGradient,
      right: () => matrix(1, 1, [0]),
    }),
    correct: equation({
      against: "reverse mode",
      given: drawExamples,
      left: outputBiasGradient,
      right: ({ product, scale, transpose }, { y }) =>
        scale(-2 / y.rows, product(transpose(y), ones(y.rows))),
    }),
  },
};
