import { column } from "../../../study/derivation/algebra.ts";
import { equation } from "../../../study/derivation/check.ts";
import type { Line } from "../../../study/derivation/line.ts";
import type { Section } from "../../../study/page.ts";
import {
  sigmoidBackward,
  sigmoidForward,
  sigmoidSlope,
} from "../../../study/derivation/kernels.ts";
import { draw, slopes } from "../../../study/derivation/oracle.ts";

const tex = String.raw;

const lines: Line[] = [
  {
    id: "sigmoid",
    tex:
      tex`\sigma(z) = \frac{1}{1 + e^{-z}} = \tfrac12\bigl(1 + \tanh\tfrac z2\bigr)`,
    reason:
      "Multiply numerator and denominator by $e^{z/2}$; the second form cannot overflow.",
    check: equation({
      against: "definition",
      given: (random) => draw(random, [6, 1]),
      left: (z) => column(z.data.map((x) => (1 + Math.tanh(x / 2)) / 2)),
      right: ({ sigmoid }, z) => sigmoid(z),
    }),
    kernels: [sigmoidForward],
  },
  {
    id: "sigmoid-derivative",
    tex:
      tex`\sigma'(z) = \frac{e^{-z}}{(1 + e^{-z})^2} = \sigma(z)\bigl(1 - \sigma(z)\bigr) \le \tfrac14`,
    reason:
      "The quotient rule, with $e^{-z}/(1 + e^{-z}) = 1 - \\sigma(z)$; so the backward pass needs the output only.",
    check: equation({
      against: "central differences",
      given: (random) => draw(random, [6, 1]),
      left: (z) =>
        slopes(
          z,
          ({ data }) =>
            data.reduce((sum, x) => sum + 1 / (1 + Math.exp(-x)), 0),
        ),
      right: sigmoidSlope,
    }),
    kernels: [sigmoidBackward],
  },
];

/** σ and σ′. */
export const sigmoidSection: Section = {
  id: "sigmoid",
  title: "The activation",
  lines,
};
