/** Random gradient sequences, and both forms of momentum SGD on them by their float64 definitions. */
import {
  type HeavyBallState,
  heavyBallStep,
  type SgdState,
  sgdStep,
} from "../../../math/optimizers.ts";
import type { Random } from "../../../math/random.ts";
import {
  type Algebra,
  column,
  exact,
  type Matrix,
} from "../../../study/derivation/algebra.ts";
import { draw } from "../../../study/derivation/oracle.ts";

const SIZE = 5;

/** A start θ⁰, gradients g⁰, …, gᴷ⁻¹, a learning rate for each of them, and the momentum β. */
export interface Sequence {
  readonly start: Matrix;
  readonly gradients: readonly Matrix[];
  readonly rates: readonly number[];
  readonly momentum: number;
}

/** Draws a sequence of 4 to 7 gradients with one learning rate. */
export function drawSequence(random: Random): Sequence {
  const steps = random.integer(4, 8);
  const rate = random.uniform(0.1, 0.5);
  return {
    start: draw(random, [SIZE, 1]),
    gradients: Array.from({ length: steps }, () => draw(random, [SIZE, 1])),
    rates: Array.from({ length: steps }, () => rate),
    momentum: random.uniform(0.5, 0.95),
  };
}

/** The same with a learning rate of its own for every step. */
export function drawVaried(random: Random): Sequence {
  const sequence = drawSequence(random);
  const rates = sequence.rates.map(() => random.uniform(0.1, 0.5));
  return { ...sequence, rates };
}

/** A disturbance that is added to θ as soon as `at` steps are done. */
export interface Disturbance {
  readonly disturb: Matrix;
  readonly at: number;
}

/** θ⁰, …, θᴷ of form I. */
export function formOne(
  sequence: Sequence,
  disturbance?: Disturbance,
): Matrix[] {
  const { data } = sequence.start;
  const start: HeavyBallState = { parameters: data, previous: data };
  return walk(sequence, { start, step: heavyBallStep, disturbance });
}

/** θ⁰, …, θᴷ of form II. */
export function formTwo(
  sequence: Sequence,
  disturbance?: Disturbance,
): Matrix[] {
  const { data } = sequence.start;
  const start: SgdState = {
    parameters: data,
    velocity: new Float64Array(SIZE),
  };
  return walk(sequence, { start, step: sgdStep, disturbance });
}

function walk<State extends { readonly parameters: Float64Array }>(
  { gradients, rates, momentum, start: first }: Sequence,
  { start, step, disturbance }: {
    start: State;
    step: (
      state: State,
      gradient: Float64Array,
      options: { learningRate: number; momentum: number },
    ) => State;
    disturbance?: Disturbance;
  },
): Matrix[] {
  let state = start;
  return [
    first,
    ...gradients.map(({ data }, k) => {
      state = step(state, data, { learningRate: rates[k]!, momentum });
      let theta = column(state.parameters);
      if (disturbance?.at === k + 1) {
        theta = exact.plus(theta, disturbance.disturb);
        state = { ...state, parameters: theta.data };
      }
      return theta;
    }),
  ];
}

/** `Σ wⱼ gʲ` over the first gradients. */
export function combine(
  { plus, scale }: Algebra,
  { gradients }: Sequence,
  weights: readonly number[],
): Matrix {
  return weights.map((weight, j) => scale(weight, gradients[j]!)).reduce(plus);
}

/** `vᵏ = Σ βᵏ⁻¹⁻ʲ gʲ` over j < k. */
export function velocity(
  algebra: Algebra,
  sequence: Sequence,
  k: number,
): Matrix {
  const weights = Array.from(
    { length: k },
    (_, j) => sequence.momentum ** (k - 1 - j),
  );
  return combine(algebra, sequence, weights);
}
