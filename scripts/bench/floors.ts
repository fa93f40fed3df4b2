/** Compares what was measured with the speeds Nabla means to hold. */
import type { ContenderName } from "./contenders.ts";
import type { Measurement, Timing } from "./measure.ts";
import type { Floor, Section, Unit } from "./section.ts";

/** A floor and what was measured; `null` if one side was not. */
export interface Verdict {
  readonly workload: string;
  readonly floor: Floor;
  readonly measured: number | null;
  /** The same against the baseline as it ran beside this workload; `null` for floors without one. */
  readonly beside: number | null;
  readonly reached: boolean;
}

/** The rate of a timing's fastest sample. */
export function rateOf({ work, min }: Timing, { perMs }: Unit): number {
  return work * perMs / min;
}

/** Nabla's rate over a contender's, fastest sample against fastest sample; `null` if one was not measured. */
export function ratio(
  measurement: Measurement,
  contender: ContenderName,
): number | null {
  const ours = timingOf(measurement, "nabla");
  const theirs = timingOf(measurement, contender);
  return ours && theirs
    ? ours.work / ours.min / (theirs.work / theirs.min)
    : null;
}

const timingOf = ({ timings }: Measurement, name: ContenderName) =>
  timings.find(({ contender }) => contender === name);

/**
 * The fastest a baseline ran beside a measurement; in any of `all`, if it is
 * constant. `null` if it was not measured.
 */
export function bestOfBaseline(
  measurement: Measurement,
  contender: ContenderName,
  all: readonly Measurement[],
): number | null {
  const find = ({ baselines }: Measurement) =>
    baselines.find((one) => one.contender === contender);
  const rates = find(measurement)?.constant
    ? all.flatMap((one) => find(one)?.rates ?? [])
    : find(measurement)?.rates ?? [];
  return rates.length > 0 ? Math.max(...rates) : null;
}

/** Compares a measurement with its floors; `all` are those of the whole run, itself among them. */
export function judge(
  section: Section,
  measurement: Measurement,
  all: readonly Measurement[],
): Verdict[] {
  const workload = measurement.workload.name;
  return section.floors(measurement.workload).map((floor) => {
    const found = find(floor, measurement, { unit: section.unit, all });
    return { workload, floor, ...found, reached: holds(floor, found.measured) };
  });
}

/** What was measured of what a floor is about. */
function find(
  floor: Floor,
  measurement: Measurement,
  { unit, all }: { unit: Unit; all: readonly Measurement[] },
): Pick<Verdict, "measured" | "beside"> {
  const ours = timingOf(measurement, "nabla");
  switch (floor.kind) {
    case "times":
      return { measured: ratio(measurement, floor.against), beside: null };
    case "fraction": {
      const over = (best: number | null) =>
        ours && best !== null ? rateOf(ours, unit) / best : null;
      return {
        measured: over(bestOfBaseline(measurement, floor.of, all)),
        beside: over(bestOfBaseline(measurement, floor.of, [measurement])),
      };
    }
    case "rate":
      return { measured: ours ? rateOf(ours, unit) : null, beside: null };
    case "time":
      return { measured: ours ? ours.min : null, beside: null };
  }
}

function holds(floor: Floor, measured: number | null): boolean {
  if (measured === null) return false;
  return floor.kind === "time"
    ? measured <= floor.mostMs
    : measured >= floor.least;
}
