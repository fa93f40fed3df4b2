import type { Random } from "../../../math/random.ts";
import { scalar } from "../../../study/derivation/algebra.ts";
import { equation } from "../../../study/derivation/check.ts";
import type { Line } from "../../../study/derivation/line.ts";
import type { Section } from "../../../study/page.ts";
import { power } from "./descent.ts";

const tex = String.raw;

/** Σ of a function over low ≤ k < high. */
function sumOver(
  [low, high]: [number, number],
  term: (k: number) => number,
): number {
  let sum = 0;
  for (let k = low; k < high; k++) sum += term(k);
  return sum;
}

/** Three exponents away from 1, and the K from which on to sum. */
function drawExponents(random: Random) {
  return {
    from: 20_000,
    exponents: [
      random.uniform(0.2, 0.8),
      random.uniform(1.2, 1.8),
      random.uniform(1.8, 2.5),
    ],
  };
}

/** Σ 1/k² over k > n, to n⁻⁵. */
const tail = (n: number) => 1 / n - 1 / (2 * n ** 2) + 1 / (6 * n ** 3);

const lines: Line[] = [
  {
    id: "forget",
    tex:
      tex`-\log \prod_k (1 - \alpha_k) = \sum_k \alpha_k + \tfrac12 \sum_k \alpha_k^2 + \tfrac13 \sum_k \alpha_k^3 + \cdots`,
    reason:
      "The series of the logarithm; for $\\alpha_k \\le \\tfrac12$ it lies between $\\sum \\alpha_k$ and $2\\log 2 \\cdot \\sum \\alpha_k$. So $\\prod_k (1 - \\alpha_k) = 0$ exactly if $\\sum_k \\alpha_k = \\infty$: the first condition says that the start is forgotten.",
    check: equation({
      against: "definition",
      // Rates so small that the fourth term is below the tolerance.
      tolerance: 1e-8,
      given: (random) => random.array(9, { low: 5e-4, high: 1e-3 }),
      left: (rates) =>
        scalar(-rates.reduce((sum, rate) => sum + Math.log1p(-rate), 0)),
      right: ({ plus, scale }, rates) =>
        [1, 2, 3].map((r) => {
          const powers = rates.reduce((sum, rate) => sum + rate ** r, 0);
          return scale(1 / r, scalar(powers));
        }).reduce(plus),
    }),
  },
  {
    id: "doubling",
    tex:
      tex`\sum_{k=K+1}^{2K} k^{-p} = \frac{2^{1-p} - 1}{1 - p}\, K^{1-p} + \tfrac12 \bigl((2K)^{-p} - K^{-p}\bigr) + O(K^{-p-1})`,
    reason:
      "Euler and Maclaurin's formula: each doubling of $K$ multiplies the next piece of the series by $2^{1-p}$. So $\\sum k^{-p}$ is finite exactly for $p > 1$, and $\\sum \\alpha_k^2$ with $\\alpha_k = k^{-p}$ for $p > \\tfrac12$.",
    check: equation({
      against: "definition",
      tolerance: 1e-8,
      given: drawExponents,
      left: ({ from, exponents }) =>
        exponents.map((p) =>
          scalar(sumOver([from + 1, 2 * from + 1], (k) => k ** -p))
        ),
      right: ({ minus, plus, scale }, { from, exponents }) =>
        exponents.map((p) => {
          const pieces = (2 ** (1 - p) - 1) / (1 - p);
          const ends = minus(scalar((2 * from) ** -p), scalar(from ** -p));
          return plus(
            scale(pieces, scalar(from ** (1 - p))),
            scale(0.5, ends),
          );
        }),
    }),
  },
  {
    id: "harmonic",
    tex:
      tex`\sum_{k=K}^{2K-1} \frac{C_0}{C_1 + k} \;\xrightarrow{K \to \infty}\; C_0 \log 2`,
    reason:
      "Between $p < 1$ and $p > 1$: each doubling adds the same again, so the sum grows as $C_0 \\log k$ without end, while its squares converge.",
    check: equation({
      against: "definition",
      tolerance: 5e-5,
      given: (random) => ({
        c0: random.uniform(0.5, 2),
        c1: random.uniform(1, 3),
      }),
      left: ({ c0, c1 }) =>
        scalar(sumOver([100_000, 200_000], (k) => c0 / (c1 + k))),
      right: ({ log, scale }, { c0 }) => scale(c0, log(scalar(2))),
    }),
  },
  {
    id: "kept",
    tex:
      tex`\alpha_k = \frac{\alpha_0}{(k+1)^2}: \qquad \prod_{k=0}^{\infty} (1 - \alpha_k) = \frac{\sin \pi \sqrt{\alpha_0}}{\pi \sqrt{\alpha_0}} \;\overset{\alpha_0 = 1/2}{=}\; 0.358\ldots`,
    reason:
      "Euler's product of the sine. With $k^{-2}$ the sum of the rates is finite, and a part of the start is kept for ever: the average of $\\theta^k$ never arrives.",
    check: equation({
      against: "definition",
      given: (random) => random.uniform(0.2, 0.8),
      left: (rate) => {
        const factors = 20_000;
        const alpha = power(rate, 2);
        let product = 1;
        for (let k = 0; k < factors; k++) product *= 1 - alpha(k);
        // What the other factors come to, to the third order of 1/k.
        const rest = rate * tail(factors) + rate ** 2 / (6 * factors ** 3);
        return scalar(product * Math.exp(-rest));
      },
      right: ({ root, scale }, rate) => {
        const angle = Math.PI * root(scalar(rate)).data[0]!;
        return scale(1 / angle, scalar(Math.sin(angle)));
      },
    }),
  },
];

/** What the two series conditions mean, and which schedules meet them. */
export const conditionsSection: Section = {
  id: "conditions",
  title: "The two conditions",
  answers: "002, section 2 (e)",
  prose: [
    "$\\sum \\alpha_k = \\infty$ lets the start be forgotten; $\\sum \\alpha_k^2 < \\infty$ bounds the noise that comes in altogether. A constant rate meets the first only, $k^{-0.4}$ too, $k^{-2}$ the second only, $C_0/(C_1 + k)$ both.",
  ],
  lines,
};
