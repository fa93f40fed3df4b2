/** Both forms of momentum SGD in float64, on any number of sequences side by side. */
import {
  type HeavyBallState,
  heavyBallStep,
  type SgdState,
  sgdStep,
} from "../../math/optimizers.ts";

/** Learning rate of an update and the momentum. */
export interface StepOptions {
  readonly learningRate: number;
  readonly momentum: number;
}

/** Both forms from one start; each step moves both along the same gradient. */
export interface Forms {
  /** θ of form I. */
  readonly first: Float64Array;
  /** θ of form II. */
  readonly second: Float64Array;
  /** v of form II. */
  readonly velocity: Float64Array;
  step(gradient: ArrayLike<number>, options: StepOptions): void;
}

/** Both forms at rest at `start`. */
export function createForms(start: ArrayLike<number>): Forms {
  const parameters = Float64Array.from(start);
  let one: HeavyBallState = { parameters, previous: parameters };
  let two: SgdState = { parameters, velocity: new Float64Array(start.length) };
  return {
    get first() {
      return one.parameters;
    },
    get second() {
      return two.parameters;
    },
    get velocity() {
      return two.velocity;
    },
    step(gradient, options) {
      one = heavyBallStep(one, gradient, options);
      two = sgdStep(two, gradient, options);
    },
  };
}

/** `max |a − b|` over each of `parts` equal parts. */
export function distances(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  parts: number,
): number[] {
  const length = a.length / parts;
  return Array.from({ length: parts }, (_, part) => {
    let found = 0;
    for (let i = part * length; i < (part + 1) * length; i++) {
      found = Math.max(found, Math.abs(a[i]! - b[i]!));
    }
    return found;
  });
}

/**
 * How far form I is from form II `updates` after the rate went from `before` to
 * `after`, on the same gradients: `(α′ − α)(β + β² + … + βⁿ) v`, v the velocity
 * at the change.
 */
export function shiftAfter(
  velocity: Float64Array,
  { before, after, momentum, updates }: {
    before: number;
    after: number;
    momentum: number;
    updates: number;
  },
): Float64Array {
  const sum = momentum * (1 - momentum ** updates) / (1 - momentum);
  return velocity.map((v) => (after - before) * sum * v);
}
