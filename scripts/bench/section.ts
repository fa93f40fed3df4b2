/** What a part of the benchmark has to say about its workloads. */
import { largest, relativeError } from "../../lib/math/compare.ts";
import type { ContenderName } from "./contenders.ts";
import type { Workload } from "./workload.ts";

/** How fast work gets done; a rate is `work · perMs / ms`. */
export interface Unit {
  readonly name: "GFLOPS" | "GB/s" | "steps/s";
  /** The rate, in this unit, of one unit of work per millisecond. */
  readonly perMs: number;
}

/** Work is counted in multiplications and additions. */
export const GFLOPS: Unit = { name: "GFLOPS", perMs: 1e-6 };
/** Work is counted in bytes that are read and written. */
export const GBPS: Unit = { name: "GB/s", perMs: 1e-6 };
/** Work is counted in training steps of one model. */
export const STEPS: Unit = { name: "steps/s", perMs: 1e3 };

/** A speed Nabla means to hold: times a contender's rate, a fraction of a baseline's, a rate, or milliseconds. */
export type Floor =
  | {
    readonly kind: "times";
    readonly against: ContenderName;
    readonly least: number;
  }
  | {
    readonly kind: "fraction";
    readonly of: ContenderName;
    readonly least: number;
  }
  | { readonly kind: "rate"; readonly least: number }
  | { readonly kind: "time"; readonly mostMs: number };

/** Error of computed values and what it may be. */
export interface Comparison {
  readonly error: number;
  readonly tolerance: number;
  readonly holds: boolean;
}

/** Something on the same adapter that a workload is measured against, as the peak of its arithmetic. */
export interface Baseline {
  readonly contender: ContenderName;
  readonly workload: Workload;
  /** Whether it is the same whatever runs beside it: then its fastest sample of the whole run counts, which can only make others look slower. */
  readonly constant: boolean;
  /**
   * Work of one run, in the section's unit.
   *
   * @throws {Error} If the values of a run are wrong
   */
  work(values: readonly number[]): number;
}

/** A part of the benchmark, asked for by name. */
export interface Section<W extends Workload = Workload> {
  /** The word on the command line; the names of its workloads begin with it. */
  readonly name: string;
  /** One line for the help. */
  readonly summary: string;
  /** Whether it runs when nothing is named. */
  readonly usual: boolean;
  readonly unit: Unit;
  /** Who takes part, besides Nabla. */
  readonly against: readonly ContenderName[];
  readonly workloads: readonly W[];
  /** Work of one run, in the section's unit. */
  work(workload: W): number;
  /** What a run must compute, in float64. */
  expected(workload: W): readonly number[];
  /** Compares a contender's values with the expected ones. */
  compare(values: readonly number[], expected: readonly number[]): Comparison;
  floors(workload: W): readonly Floor[];
  /** Default: none. */
  baselines?(workload: W): readonly Baseline[];
  /** What a contender gets instead, as a smaller batch where rates do not depend on it; a text if it cannot take part. Default: the workload. */
  given?(workload: W, contender: ContenderName): W | string;
}

/** Compares numbers that are sums: errors relative to the largest, as terms cancel. */
export function compareSums(
  values: readonly number[],
  expected: readonly number[],
  tolerance: number,
): Comparison {
  const { error } = relativeError(values, expected, {
    floor: largest(expected),
  });
  return { error, tolerance, holds: error <= tolerance };
}

/** Compares numbers each by its own size. */
export function compareEach(
  values: readonly number[],
  expected: readonly number[],
  tolerance: number,
): Comparison {
  const { error } = relativeError(values, expected);
  return { error, tolerance, holds: error <= tolerance };
}
