/** Stochastic gradient descent on E ½‖θ − ξ‖², by its definition. */
import { sgdStep } from "../../../math/optimizers.ts";
import type { Random } from "../../../math/random.ts";
import { column, type Matrix } from "../../../study/derivation/algebra.ts";
import { draw } from "../../../study/derivation/oracle.ts";

const SIZE = 4;

/** A start, samples ξ⁰, …, and the rate of each step. */
export interface Descent {
  readonly start: Matrix;
  readonly samples: readonly Matrix[];
  readonly rates: readonly number[];
}

/** Draws 4 to 7 samples and rates. */
export function drawDescent(random: Random): Descent {
  const steps = random.integer(4, 8);
  return {
    start: draw(random, [SIZE, 1]),
    samples: Array.from({ length: steps }, () => draw(random, [SIZE, 1])),
    rates: Array.from({ length: steps }, () => random.uniform(0.1, 0.6)),
  };
}

/** The last θ of the loop. */
export function descend({ start, samples, rates }: Descent): Matrix {
  const velocity = new Float64Array(SIZE);
  const end = samples.reduce((parameters, { data }, k) => {
    const gradient = parameters.map((theta, i) => theta - data[i]!);
    const options = { learningRate: rates[k]! };
    return sgdStep({ parameters, velocity }, gradient, options).parameters;
  }, start.data);
  return column(end);
}

/** `m ← (1 − α)² m + α² s` along rates, from m₀. */
export function meanSquares(
  rate: (step: number) => number,
  { first, noise, steps }: { first: number; noise: number; steps: number },
): number {
  let m = first;
  for (let k = 0; k < steps; k++) {
    const alpha = rate(k);
    m = (1 - alpha) ** 2 * m + alpha ** 2 * noise;
  }
  return m;
}

/** `αₖ = rate · (k + 1)^−p`. */
export function power(rate: number, exponent: number) {
  return (k: number) => rate * (k + 1) ** -exponent;
}
