/**
 * Learning rates α as pure functions of the updates done so far, k = 0, 1, …, for
 * `fit()` or the stream `learningRate`.
 *
 * Stochastic gradient descent converges if Σ αₖ = ∞ and Σ αₖ² < ∞ (Robbins and
 * Monro 1951, Ann. Math. Stat. 22(3)).
 */

import {
  checkOptions,
  checkValue,
  number,
  positive,
  required,
  whole,
} from "../core/options.ts";

const atLeast0 = number({ from: 0 });

/** Updates done → learning rate of the next one. */
export type Schedule = (step: number) => number;

/** `αₖ = α`. Σ αₖ² diverges. */
export function constant(rate: number): Schedule {
  checkValue("make a constant schedule", "rate", rate, atLeast0);
  return () => rate;
}

/** `αₖ = C₀ / (C₁ + k)`. Meets both conditions of convergence. */
export function inverse(options: { c0: number; c1: number }): Schedule {
  checkOptions("make an inverse schedule", options, {
    c0: required(atLeast0),
    c1: required(positive),
  });
  const { c0, c1 } = options;
  return (step) => c0 / (c1 + step);
}

/**
 * `αₖ = α (k + 1)^−p`, so that the first rate is α. Σ αₖ diverges for p ≤ 1,
 * Σ αₖ² converges for p > ½.
 *
 * @param options.rate α. Default: 1
 */
export function power(
  options: { exponent: number; rate?: number },
): Schedule {
  checkOptions("make a power schedule", options, {
    exponent: required(atLeast0),
    rate: atLeast0,
  });
  const { exponent, rate = 1 } = options;
  return (step) => rate * (step + 1) ** -exponent;
}

/**
 * `αₖ = ½ α (1 + cos(π (k − W) / (N − W)))`, from α at k = W down to 0 at k = N
 * and after; before that a linear warm-up `α (k + 1) / (W + 1)`. Source:
 * Loshchilov and Hutter 2017, ICLR; torch's CosineAnnealingLR.
 *
 * @param options.steps N
 * @param options.warmUp W. Default: 0
 * @throws {RangeError} If the warm-up leaves no step
 */
export function cosine(
  options: { rate: number; steps: number; warmUp?: number },
): Schedule {
  checkOptions("make a cosine schedule", options, {
    rate: required(atLeast0),
    steps: required(whole(1)),
    warmUp: whole(0),
  });
  const { rate, steps, warmUp = 0 } = options;
  if (warmUp >= steps) {
    throw new RangeError(
      `Cannot make a cosine schedule with warmUp ${warmUp}: it must be below steps ${steps}`,
    );
  }
  return (step) => {
    if (step < warmUp) return rate * (step + 1) / (warmUp + 1);
    const done = Math.min(1, (step - warmUp) / (steps - warmUp));
    return rate * (1 + Math.cos(Math.PI * done)) / 2;
  };
}

/** `αₖ = α γ^⌊k / every⌋`. Source: torch's StepLR. */
export function stepDecay(
  options: { rate: number; factor: number; every: number },
): Schedule {
  checkOptions("make a step decay", options, {
    rate: required(atLeast0),
    factor: required(atLeast0),
    every: required(whole(1)),
  });
  const { rate, factor, every } = options;
  return (step) => rate * factor ** Math.floor(step / every);
}
