/** What must hold in a run for its study to count as reproduced. */
import { type Recorded, type RunRecord, runRecord } from "./record.ts";

/** A predicate over a finished run. */
export interface Expectation<Run = RunRecord, Name extends string = string> {
  readonly name: Name;
  /** What must hold, in words. */
  readonly expected: string;
  /** Whether it can be judged with this config and seed; always, if not given. */
  readonly applies?: (run: Run) => boolean;
  /** `measured`: a number, words where several matter, or nothing. */
  readonly check: (
    run: Run,
  ) => { holds: boolean; measured: number | string | null };
}

/** A number to compare with, or how a run gives it, with words for it. */
export type Bound<Run> = number | {
  readonly words: string;
  readonly of: (run: Run) => number;
};

/**
 * Makes an expectation out of a bound and a number that is compared with it; its
 * words come from both. `what` names the number, as in "last training loss".
 * NaN never holds.
 */
type Comparison = <Run = RunRecord, const Name extends string = string>(
  bound: Bound<Run>,
  name: Name,
  what: string,
  measure: (run: Run) => number,
  options?: Pick<Expectation<Run>, "applies">,
) => Expectation<Run, Name>;

function comparison(
  words: string,
  holds: (measured: number, bound: number) => boolean,
): Comparison {
  return (bound, name, what, measure, options) => ({
    name,
    expected: `${what} ${words} ${
      typeof bound === "number" ? bound : bound.words
    }`,
    ...options,
    check(run) {
      const measured = measure(run);
      const limit = typeof bound === "number" ? bound : bound.of(run);
      return { holds: holds(measured, limit), measured };
    },
  });
}

/** A number ≥ the bound: `atLeast(0.9, "accurate", "last test accuracy", (run) => run.last("test.accuracy"))`. */
export const atLeast = comparison("at least", (a, b) => a >= b);

/** A number ≤ the bound. */
export const atMost = comparison("at most", (a, b) => a <= b);

/** A number > the bound. */
export const above = comparison("above", (a, b) => a > b);

/** A number < the bound. */
export const below = comparison("below", (a, b) => a < b);

/** A number that equals the bound exactly. */
export const equal = comparison("equal to", (a, b) => a === b);

/** A number from `low` to `high`. */
export function within<Run = RunRecord, const Name extends string = string>(
  [low, high]: readonly [number, number],
  name: Name,
  what: string,
  measure: (run: Run) => number,
  options?: Pick<Expectation<Run>, "applies">,
): Expectation<Run, Name> {
  return {
    name,
    expected: `${what} from ${low} to ${high}`,
    ...options,
    check(run) {
      const measured = measure(run);
      return { holds: measured >= low && measured <= high, measured };
    },
  };
}

/** Every expectation that applies, judged. One that throws does not hold and says why. */
export function judge(
  study: { readonly expect: readonly Expectation[] },
  recorded: Recorded,
): {
  name: string;
  holds: boolean;
  measured: number | string | null;
  expected: string;
}[] {
  const record = runRecord(recorded);
  return study.expect
    .filter(({ applies }) => applies?.(record) ?? true)
    .map(({ name, expected, check }) => {
      try {
        const { holds, measured } = check(record);
        return { name, holds, measured, expected };
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        return {
          name,
          holds: false,
          measured: `not judged: ${reason}`,
          expected,
        };
      }
    });
}
