/** Measures one workload on all contenders in turn. */
import type { Child } from "./child.ts";
import type { ContenderName } from "./contenders.ts";
import type { Baseline, Comparison, Section } from "./section.ts";
import { repetitions, summarize } from "../../lib/train/timing/repetitions.ts";
import type { Workload } from "./workload.ts";

/** Rounds at least, if they do not take too long. */
const FEWEST_ROUNDS = 3;

/** Milliseconds of samples that are enough for a contender, however few they are. */
const LONG_MS = 6000;

/** One contender's times of one workload. */
export interface Timing {
  readonly contender: ContenderName;
  /** Work of one run, in the section's unit: less than Nabla's where it got a smaller batch. */
  readonly work: number;
  /** Milliseconds of one run in each round's sample. */
  readonly samples: readonly number[];
  readonly min: number;
  readonly median: number;
  /** Runs per sample. */
  readonly repetitions: number;
  /** Milliseconds until the first values were there, compilation included. */
  readonly first: number;
  readonly comparison: Comparison;
}

/** How fast a baseline ran beside a workload. */
export interface BaselineRates {
  readonly contender: ContenderName;
  /** Name of what it ran. */
  readonly workload: string;
  /** See {@linkcode Baseline}. */
  readonly constant: boolean;
  /** Its rate in each round, in the section's unit. */
  readonly rates: readonly number[];
}

/** One workload, measured. */
export interface Measurement {
  readonly workload: Workload;
  /** Work of one run of Nabla, in the section's unit. */
  readonly work: number;
  readonly baselines: readonly BaselineRates[];
  readonly timings: readonly Timing[];
  /** Why a contender does not take part. */
  readonly absent: Readonly<Record<string, string>>;
  /** What went wrong with a contender that has no timing. */
  readonly failures: Readonly<Record<string, string>>;
}

/**
 * Compares every contender's values first, then takes samples in rounds, each
 * contender once per round and the baselines beside them, so that a neighbour on
 * the machine slows all of them alike. Who computes wrong values is not timed.
 *
 * @param options.seconds Seconds of samples per contender; three rounds at least, unless they take longer than six seconds
 */
export async function measure<W extends Workload>(
  section: Section<W>,
  workload: W,
  { children, seconds }: { children: readonly Child[]; seconds: number },
): Promise<Measurement> {
  const failures: Record<string, string> = {};
  const absent: Record<string, string> = {};
  const baselines = section.baselines?.(workload) ?? [];
  const expected = onceEach((given: W) => section.expected(given));
  const lanes: Lane[] = [];
  for (const child of children) {
    const { name } = child;
    try {
      const baseline = baselines.find(({ contender }) => contender === name);
      if (baseline) lanes.push(await openBaseline(child, baseline));
      if (name !== "nabla" && !section.against.includes(name)) continue;
      const given = section.given?.(workload, name) ?? workload;
      if (typeof given === "string") absent[name] = given;
      else lanes.push(await openLane(child, given, { section, expected }));
    } catch (error) {
      failures[name] = (error as Error).message;
    }
  }
  await sampleInTurn(lanes, seconds * 1000, failures);
  for (const { child } of lanes) await child.ask("close", {});
  return {
    workload,
    work: section.work(workload),
    baselines: lanes.flatMap(({ child, baseline, samples, work }) =>
      baseline
        ? [{
          contender: child.name,
          workload: baseline.workload.name,
          constant: baseline.constant,
          rates: samples.map((ms) => work * section.unit.perMs / ms),
        }]
        : []
    ),
    timings: lanes.flatMap(({ child, comparison, samples, work, n, first }) =>
      comparison
        ? [{
          contender: child.name,
          work,
          samples,
          ...summarize(samples),
          repetitions: n,
          first,
          comparison,
        }]
        : []
    ),
    absent,
    failures,
  };
}

/** A contender or a baseline that takes part in the rounds. */
interface Lane {
  readonly child: Child;
  readonly n: number;
  readonly samples: number[];
  readonly first: number;
  readonly work: number;
  readonly baseline?: Baseline;
  readonly comparison?: Comparison;
}

async function openBaseline(child: Child, baseline: Baseline): Promise<Lane> {
  const { values, ms } = await child.ask("open", baseline);
  const work = baseline.work(values);
  return { ...await opened(child, ms), work, baseline };
}

async function openLane<W extends Workload>(
  child: Child,
  workload: W,
  { section, expected }: {
    section: Section<W>;
    expected: (workload: W) => readonly number[];
  },
): Promise<Lane> {
  const { values, ms } = await child.ask("open", { workload });
  const comparison = section.compare(values, expected(workload));
  if (!comparison.holds) {
    await child.ask("close", {});
    throw new Error(
      `wrong values: relative error ${
        comparison.error.toExponential(1)
      }, allowed ${comparison.tolerance}`,
    );
  }
  const work = section.work(workload);
  return { ...await opened(child, ms), work, comparison };
}

/** What every lane begins with; `first` is what opening took, in ms. */
async function opened(child: Child, first: number) {
  return { child, n: await calibrate(child), samples: [], first };
}

/** Computes for every workload once: contenders mostly get the same. */
function onceEach<W, T>(compute: (workload: W) => T): (workload: W) => T {
  const found = new Map<string, T>();
  return (workload) => {
    const key = JSON.stringify(workload);
    const value = found.get(key) ?? compute(workload);
    found.set(key, value);
    return value;
  };
}

/** Runs that make one sample long enough. */
function calibrate(child: Child): Promise<number> {
  return repetitions(async (n) => (await child.ask("sample", { n })).ms);
}

/** Lanes that break on the way are taken out of `lanes` and noted in `failures`. */
async function sampleInTurn(
  lanes: Lane[],
  budget: number,
  failures: Record<string, string>,
): Promise<void> {
  const wants = ({ samples, n }: Lane) => {
    const spent = n * samples.reduce((sum, ms) => sum + ms, 0);
    return spent < budget ||
      (samples.length < FEWEST_ROUNDS && spent < LONG_MS);
  };
  for (let round = 0; lanes.some(wants); round++) {
    for (const lane of lanes.filter(wants)) {
      try {
        const { ms } = await lane.child.ask("sample", { n: lane.n });
        lane.samples.push(ms / lane.n);
      } catch (error) {
        failures[lane.child.name] = (error as Error).message;
        lanes.splice(lanes.indexOf(lane), 1);
      }
    }
  }
}
