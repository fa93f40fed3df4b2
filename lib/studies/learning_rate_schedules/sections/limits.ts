import type { Random } from "../../../math/random.ts";
import { scalar } from "../../../study/derivation/algebra.ts";
import { equation } from "../../../study/derivation/check.ts";
import type { Line } from "../../../study/derivation/line.ts";
import type { Section } from "../../../study/page.ts";
import { descend, drawDescent, meanSquares, power } from "./descent.ts";

const tex = String.raw;

/** Steps after which `k^-0.4` is slow enough for its limit to show. */
const MANY = 1_000_000;

function drawConstant(random: Random) {
  return {
    rate: random.uniform(0.05, 0.6),
    first: random.uniform(2, 9),
    noise: random.uniform(0.5, 2),
    steps: random.integer(3, 9),
  };
}

const lines: Line[] = [
  {
    id: "constant",
    tex:
      tex`\alpha_k = \alpha: \qquad m_k = m_\infty + (1 - \alpha)^{2k} (m_0 - m_\infty), \qquad m_\infty = \frac{\alpha}{2 - \alpha}\, n\sigma^2`,
    reason:
      "The recursion is linear with fixed point $m_\\infty$: the start is forgotten fast, and the noise of the last $1/\\alpha$ samples stays.",
    check: equation({
      against: "definition",
      given: drawConstant,
      left: ({ rate, ...of }) => scalar(meanSquares(() => rate, of)),
      right: ({ minus, plus, scale }, { rate, first, noise, steps }) => {
        const limit = scale(rate / (2 - rate), scalar(noise));
        const off = minus(scalar(first), limit);
        return plus(limit, scale((1 - rate) ** (2 * steps), off));
      },
    }),
  },
  {
    id: "average",
    tex:
      tex`\alpha_k = \frac{1}{C_1 + k}: \qquad \theta^k = \frac{(C_1 - 1)\,\theta^0 + \xi^0 + \dots + \xi^{k-1}}{C_1 - 1 + k}, \qquad m_k \sim \frac{n\sigma^2}{k}`,
    reason:
      "By induction: with $C_0 = 1$ gradient descent is the running average of the samples and of $C_1 - 1$ copies of the start. No estimate of a mean does better than $n\\sigma^2/k$.",
    check: equation({
      against: "definition",
      given: (random) => {
        const { start, samples } = drawDescent(random);
        const c1 = random.uniform(1.5, 4);
        const rates = samples.map((_, k) => 1 / (c1 + k));
        return { start, samples, rates, c1 };
      },
      left: (at) => descend(at),
      right: ({ plus, scale }, { start, samples, c1 }) =>
        scale(
          1 / (c1 - 1 + samples.length),
          plus(scale(c1 - 1, start), samples.reduce(plus)),
        ),
    }),
  },
  {
    id: "slow",
    tex:
      tex`\alpha_k = \alpha_0\, (k+1)^{-p},\; 0 < p < 1: \qquad \frac{m_k}{\alpha_k} \;\longrightarrow\; \frac{n\sigma^2}{2}`,
    reason:
      "The rate changes more slowly than $m_k$ follows it, so $m_k$ stays near the fixed point $\\alpha_k n\\sigma^2/(2 - \\alpha_k)$ of the present rate. It goes to zero with $\\alpha_k$, for $p \\le \\tfrac12$ too: there $\\sum \\alpha_k^2 = \\infty$.",
    check: equation({
      against: "definition",
      tolerance: 5e-4,
      given: (random) => ({
        schedule: power(random.uniform(0.4, 0.6), 0.4),
        noise: random.uniform(0.5, 2),
      }),
      left: ({ schedule, noise }) =>
        scalar(meanSquares(schedule, { first: 1, noise, steps: MANY })),
      right: ({ quotient, scale }, { schedule, noise }) => {
        const rate = schedule(MANY);
        return scale(noise, quotient(scalar(rate), scalar(2 - rate)));
      },
    }),
  },
  {
    id: "frozen",
    tex:
      tex`\alpha_k = \frac{\alpha_0}{(k+1)^2}: \qquad m_\infty \ge \prod_{k=0}^{\infty} (1 - \alpha_k)^2\; m_0 > 0`,
    reason:
      "By the recursion both terms are at least 0; the rate is gone before the start is forgotten.",
  },
];

/** Where each schedule ends. */
export const limitsSection: Section = {
  id: "limits",
  title: "Where each schedule ends",
  lines,
};
