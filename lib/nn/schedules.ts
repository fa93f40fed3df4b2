/**
 * Learning rates α as pure functions of the updates done so far, k = 0, 1, …, for
 * `fit()` or the stream `learningRate`.
 *
 * Stochastic gradient descent converges if Σ αₖ = ∞ and Σ αₖ² < ∞ (Robbins and
 * Monro 1951, Ann. Math. Stat. 22(3)).
 */

/** Updates done → learning rate of the next one. */
export type Schedule = (step: number) => number;

/** `αₖ = α`. Σ αₖ² diverges. */
export function constant(rate: number): Schedule {
  check("a constant schedule", { rate });
  return () => rate;
}

/** `αₖ = C₀ / (C₁ + k)`. Meets both conditions of convergence. */
export function inverse({ c0, c1 }: { c0: number; c1: number }): Schedule {
  check("an inverse schedule", { c0, c1 });
  if (c1 === 0) refuse("an inverse schedule with c1 0", "above 0");
  return (step) => c0 / (c1 + step);
}

/**
 * `αₖ = α (k + 1)^−p`, so that the first rate is α. Σ αₖ diverges for p ≤ 1,
 * Σ αₖ² converges for p > ½.
 *
 * @param options.rate α. Default: 1
 */
export function power(
  { exponent, rate = 1 }: { exponent: number; rate?: number },
): Schedule {
  check("a power schedule", { exponent, rate });
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
  { rate, steps, warmUp = 0 }: {
    rate: number;
    steps: number;
    warmUp?: number;
  },
): Schedule {
  check("a cosine schedule", { rate, steps, warmUp });
  if (warmUp >= steps) {
    refuse(`a cosine schedule with warmUp ${warmUp}`, `below steps ${steps}`);
  }
  return (step) => {
    if (step < warmUp) return rate * (step + 1) / (warmUp + 1);
    const done = Math.min(1, (step - warmUp) / (steps - warmUp));
    return rate * (1 + Math.cos(Math.PI * done)) / 2;
  };
}

/** `αₖ = α γ^⌊k / every⌋`. Source: torch's StepLR. */
export function stepDecay(
  { rate, factor, every }: { rate: number; factor: number; every: number },
): Schedule {
  check("a step decay", { rate, factor, every });
  if (every === 0) refuse("a step decay with every 0", "above 0");
  return (step) => rate * factor ** Math.floor(step / every);
}

function check(name: string, options: Record<string, number>): void {
  for (const [key, value] of Object.entries(options)) {
    if (!(value >= 0 && value < Infinity)) {
      refuse(`${name} with ${key} ${value}`, "a number of at least 0");
    }
  }
}

function refuse(schedule: string, need: string): never {
  throw new RangeError(`Cannot make ${schedule}: it must be ${need}`);
}
