import type { Random } from "../../../math/random.ts";
import { scalar } from "../../../study/derivation/algebra.ts";
import { equation } from "../../../study/derivation/check.ts";
import type { Line } from "../../../study/derivation/line.ts";
import type { Section } from "../../../study/page.ts";
import { sgdStep } from "../../../study/derivation/kernels.ts";
import { draw, slopes } from "../../../study/derivation/oracle.ts";
import { descend, drawDescent } from "./descent.ts";

const tex = String.raw;

/** One dimension, noise ±σ: few enough outcomes to count them all. */
function drawCoins(random: Random) {
  return {
    first: random.uniform(0.5, 2),
    noise: random.uniform(0.5, 1.5),
    rates: Array.from({ length: 6 }, () => random.uniform(0.1, 0.6)),
  };
}

const lines: Line[] = [
  {
    id: "objective",
    tex:
      tex`F(\theta) = \mathbb E\, \tfrac12 \lVert \theta - \xi \rVert^2, \qquad \xi \sim \mathcal N(\mu, \sigma^2 I), \qquad g^k = \theta^k - \xi^k, \qquad \mathbb E\, g^k = \theta^k - \mu = \nabla F(\theta^k)`,
    reason:
      "The gradient of one sample is unbiased; the optimum is the mean $\\mu$. The check takes the mean over a finite sample, which is the same identity.",
    check: equation({
      against: "central differences",
      given: (random) => ({
        theta: draw(random, [4, 1]),
        samples: Array.from({ length: 6 }, () => draw(random, [4, 1])),
      }),
      left: ({ theta, samples }) =>
        slopes(
          theta,
          ({ data }) =>
            samples.reduce((total, sample) =>
              data.reduce(
                (sum, x, i) => sum + (x - sample.data[i]!) ** 2 / 2 / 6,
                total,
              ), 0),
        ),
      right: ({ minus, plus, scale }, { theta, samples }) =>
        minus(theta, scale(1 / 6, samples.reduce(plus))),
    }),
  },
  {
    id: "update",
    tex:
      tex`\theta^{k+1} = \theta^k - \alpha_k (\theta^k - \xi^k) = (1 - \alpha_k)\, \theta^k + \alpha_k\, \xi^k`,
    reason:
      "A step is a weighted mean of where we are and of the sample: $\\alpha_k$ decides how much is forgotten and how much noise comes in.",
    check: equation({
      against: "definition",
      given: drawDescent,
      left: descend,
      right: ({ plus, scale }, { start, samples, rates }) =>
        samples.reduce(
          (theta, sample, k) =>
            plus(scale(1 - rates[k]!, theta), scale(rates[k]!, sample)),
          start,
        ),
    }),
    kernels: [sgdStep],
  },
  {
    id: "unrolled",
    tex:
      tex`\theta^K - \mu = \prod_{k < K} (1 - \alpha_k)\; (\theta^0 - \mu) + \sum_{k < K} \alpha_k \prod_{k < j < K} (1 - \alpha_j)\; (\xi^k - \mu)`,
    reason:
      "Iterate the step: the first term is what is left of the start, the second is the noise that has come in since.",
    check: equation({
      against: "definition",
      given: (random) => ({
        ...drawDescent(random),
        mean: draw(random, [4, 1]),
      }),
      left: (at) => descend(at),
      right: ({ minus, plus, scale }, { start, samples, rates, mean }) => {
        const left = (from: number) =>
          rates.slice(from).reduce((product, rate) => product * (1 - rate), 1);
        const noise = samples.map((sample, k) =>
          scale(rates[k]! * left(k + 1), minus(sample, mean))
        ).reduce(plus);
        return plus(
          mean,
          plus(scale(left(0), minus(start, mean)), noise),
        );
      },
    }),
  },
  {
    id: "mean-square",
    tex:
      tex`m_k := \mathbb E \lVert \theta^k - \mu \rVert^2, \qquad m_{k+1} = (1 - \alpha_k)^2\, m_k + \alpha_k^2\, n\sigma^2`,
    reason:
      "The new sample is independent of $\\theta^k$, so the squares of the two terms add up; $n$ is the dimension. The check adds up all $2^6$ outcomes of a noise of $\\pm\\sigma$ in one dimension.",
    check: equation({
      against: "definition",
      given: drawCoins,
      left: ({ first, noise, rates }) => {
        let squares = 0;
        for (let outcome = 0; outcome < 64; outcome++) {
          const end = rates.reduce((theta, rate, k) => {
            const sample = outcome >> k & 1 ? noise : -noise;
            return theta - rate * (theta - sample);
          }, first);
          squares += end ** 2 / 64;
        }
        return scalar(squares);
      },
      right: ({ hadamard, plus, scale }, { first, noise, rates }) => {
        const square = hadamard(scalar(noise), scalar(noise));
        return rates.reduce(
          (m, rate) =>
            plus(scale((1 - rate) ** 2, m), scale(rate ** 2, square)),
          hadamard(scalar(first), scalar(first)),
        );
      },
    }),
  },
];

/** The noisy problem and its exact mean square. */
export const problemSection: Section = {
  id: "problem",
  title: "A noisy problem that can be solved exactly",
  prose: [
    "Estimate the mean $\\mu$ of a distribution from one sample $\\xi^k$ per step. This is the least that stochastic gradient descent can be asked to do, and every quantity has a formula.",
  ],
  lines,
};
