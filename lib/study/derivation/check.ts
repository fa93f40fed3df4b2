/** Proof by machine: both sides of a line, evaluated in float64 on random inputs. */
import { largest, relativeError } from "../../math/compare.ts";
import { Random } from "../../math/random.ts";
import { type Algebra, exact, type Matrix } from "./algebra.ts";
import type { Check, Line, Oracle } from "./line.ts";

/** What `equation` needs: random values, the left side by an oracle, the right side by the formula. */
export interface Equation<Values> {
  readonly against: Oracle;
  readonly tolerance?: number;
  given(random: Random): Values;
  left(values: Values): Matrix | Matrix[];
  right(algebra: Algebra, values: Values): Matrix | Matrix[];
}

/** Default tolerances: reverse mode, definitions and digits are exact to rounding, differences to `O(h²)`. */
const TOLERANCE: Record<Oracle, number> = {
  "reverse mode": 1e-10,
  "central differences": 1e-6,
  definition: 1e-10,
  "50-digit arithmetic": 1e-14,
  // Half a unit of the fifth digit, the last one printed.
  "printed by PyTorch": 2.5e-5,
};

/** The check of `left = right` for random `given` values. */
export function equation<Values>(spec: Equation<Values>): Check {
  return {
    against: spec.against,
    tolerance: spec.tolerance ?? TOLERANCE[spec.against],
    sides(random, algebra = exact) {
      const values = spec.given(random);
      return {
        left: [spec.left(values)].flat(),
        right: [spec.right(algebra, values)].flat(),
      };
    },
  };
}

/** The outcome of a check. */
export interface Outcome {
  /** Largest relative error over all repetitions and entries; `Infinity` where shapes differ. */
  readonly error: number;
  readonly tolerance: number;
  readonly holds: boolean;
}

/** Options of {@linkcode runCheck}. */
export interface CheckOptions {
  /** Of the random inputs; default 0. */
  seed?: number;
  /** Random points; default 8. */
  repetitions?: number;
  /** Operations of the right side; default the exact ones. */
  algebra?: Algebra;
}

/**
 * Evaluates both sides of a check on `repetitions` random points and returns the
 * largest relative error. Same seed, same numbers.
 */
export function runCheck(
  check: Check,
  { seed = 0, repetitions = 8, algebra = exact }: CheckOptions = {},
): Outcome {
  const random = new Random(seed);
  let error = 0;
  for (let repetition = 0; repetition < repetitions; repetition++) {
    const { left, right } = check.sides(random, algebra);
    if (left.length !== right.length) error = Infinity;
    left.forEach((side, i) =>
      error = Math.max(error, compare(side, right[i], check.against))
    );
  }
  return {
    error,
    tolerance: check.tolerance,
    holds: error <= check.tolerance,
  };
}

/** Relative size below which entries count as absolute: what cancels has no relative accuracy, and differences of a loss have none at all. */
const FLOOR: Partial<Record<Oracle, number>> = { "central differences": 1 };

function compare(
  left: Matrix,
  right: Matrix | undefined,
  against: Oracle,
): number {
  if (left.rows !== right?.rows || left.columns !== right.columns) {
    return Infinity;
  }
  const floor = (FLOOR[against] ?? 1e-3) * largest(left.data);
  const { error } = relativeError(right.data, left.data, {
    floor: Math.max(floor, 1e-300),
  });
  return error;
}

/** Runs the check of a line; `undefined` if the line is prose. */
export function checkLine(
  line: Line,
  options: CheckOptions = {},
): Outcome | undefined {
  return line.check && runCheck(line.check, options);
}
