import { scalar } from "../../../study/derivation/algebra.ts";
import { equation } from "../../../study/derivation/check.ts";
import type { Check } from "../../../study/derivation/line.ts";
import type { Erratum } from "../../../study/page.ts";
import { source } from "../../support/sources.ts";
import { meanSquares, power } from "./descent.ts";

/** How far the mean square of `k^-0.4` falls from step 10⁴ to 10⁶, against a claim. */
function fallOf(claim: (rate: (k: number) => number) => number): Check {
  const schedule = power(0.5, 0.4);
  return equation({
    against: "definition",
    tolerance: 5e-3,
    given: () => schedule,
    left: () => {
      const at = (steps: number) =>
        meanSquares(schedule, { first: 100, noise: 8, steps });
      return scalar(at(1_000_000) / at(10_000));
    },
    right: ({ scale }) => scale(claim(schedule), scalar(1)),
  });
}

/** The two conditions are sufficient; the source calls them required. */
export const notRequired: Erratum = {
  claim:
    "Both conditions, $\\sum \\alpha_k = \\infty$ and $\\sum \\alpha_k^2 < \\infty$, have to be fulfilled in order to reach convergence.",
  correct:
    "Together they are sufficient. The second is not necessary: $\\alpha_k = \\tfrac12 (k+1)^{-0.4}$ has $\\sum \\alpha_k^2 = \\infty$, and its mean square follows $\\alpha_k$ to zero.",
  number:
    "If it did not converge, $m_k$ would stop falling: between the steps $10^4$ and $10^6$ that misses the exact recursion by a relative error of 0.843. The correct form, $m_k$ proportional to $\\alpha_k/(2 - \\alpha_k)$, agrees to $10^{-3}$.",
  source: source("002", "section 2 (e)"),
  evidence: {
    claimed: fallOf(() => 1),
    correct: fallOf((rate) => {
      const limit = (k: number) => rate(k) / (2 - rate(k));
      return limit(1_000_000) / limit(10_000);
    }),
  },
};
