import type { Random } from "../../../math/random.ts";
import type { Algebra, Matrix } from "../../../study/derivation/algebra.ts";
import { equation } from "../../../study/derivation/check.ts";
import type { Check } from "../../../study/derivation/line.ts";
import type { Erratum } from "../../../study/page.ts";
import { sigmoidSlope } from "../../../study/derivation/kernels.ts";
import {
  drawParameters,
  evaluate,
  type Layer,
} from "../../../study/derivation/networks.ts";
import { source } from "../../support/sources.ts";

/** A hidden layer of width one on one input, where every reading of the formula has shapes that fit. */
function drawNarrow(random: Random): Layer {
  return evaluate(drawParameters(random, [1, 1, 1])).layers[0]!;
}

/** A form of `dy_l`, the gradient of the layer's input, against reverse mode. */
function inputGradient(
  form: (algebra: Algebra, layer: Layer) => Matrix,
): Check {
  return equation({
    against: "reverse mode",
    given: drawNarrow,
    left: ({ dBelow }) => dBelow,
    right: form,
  });
}

/** The solution's formula for `dy_l` has the factor `A_l` inside the argument of S′. */
export const misplacedFactor: Erratum = {
  claim:
    "$dy_l = dy_{l+1}\\, S'(A_l y_l + b_j A_l)$, with the factor $A_l$ in the argument.",
  correct:
    "$dy_l = dy_{l+1} \\operatorname{diag}\\bigl(S'(A_l y_l + b_l)\\bigr)\\, A_l$. The program beside the formula computes this form and is right.",
  number:
    "The two readings have fitting shapes at width one only; there the claimed form misses reverse mode by a relative error of 1.93, the correct one agrees to $10^{-15}$.",
  source: source("001", "section 1, formula for the input's gradient"),
  evidence: {
    claimed: inputGradient((algebra, { A, b, below, dy }) => {
      const { hadamard, plus, product } = algebra;
      const argument = plus(product(A, below), product(b, A));
      return hadamard(dy, sigmoidSlope(algebra, argument));
    }),
    correct: inputGradient((algebra, { A, b, below, dy }) => {
      const { hadamard, plus, product } = algebra;
      const argument = plus(product(A, below), b);
      return product(hadamard(dy, sigmoidSlope(algebra, argument)), A);
    }),
  },
};
