/** Measures one workload on all contenders in turn. */
import type { Child } from "./child.ts";
import { compare, type Comparison, reference } from "./reference.ts";
import { summarize } from "./statistics.ts";
import { flopsOf, type Gemm, peak, type Training } from "./workloads.ts";

/** Rounds at least, however long they take. */
const FEWEST_ROUNDS = 3;

/** One contender's times of one workload. */
export interface Timing {
  readonly contender: string;
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

/** One workload, measured; `failures` has a message per contender without a timing. */
export interface Measurement {
  readonly workload: Gemm | Training;
  readonly flops: number;
  /** GFLOPS of the peak kernel in each round. */
  readonly peak: readonly number[];
  readonly timings: readonly Timing[];
  readonly failures: Readonly<Record<string, string>>;
}

/**
 * Compares every contender's values first, then takes samples in rounds, each
 * contender once per round and the peak kernel beside them, so that a neighbour
 * on the machine slows all of them alike. Contenders with wrong values are not timed.
 *
 * @param options.seconds Seconds of samples per contender, three rounds at least
 */
export async function measure(
  workload: Gemm | Training,
  children: readonly Child[],
  { seconds }: { seconds: number },
): Promise<Measurement> {
  const failures: Record<string, string> = {};
  const expected = reference(workload);
  const lanes: Lane[] = [];
  for (const child of children) {
    try {
      lanes.push(await openLane(child, workload, expected));
    } catch (error) {
      failures[child.name] = (error as Error).message;
    }
  }
  await sampleInTurn(lanes, seconds * 1000, failures);
  for (const { child } of lanes) await child.ask("close", {});
  const isPeak = ({ child }: Lane) => child.name === peak.name;
  return {
    workload,
    flops: flopsOf(workload),
    peak: lanes.filter(isPeak).flatMap(({ samples, values }) =>
      samples.map((ms) => values[0]! / ms / 1e6)
    ),
    timings: lanes.filter((lane) => !isPeak(lane)).map((lane) => ({
      contender: lane.child.name,
      samples: lane.samples,
      ...summarize(lane.samples),
      repetitions: lane.n,
      first: lane.first,
      comparison: lane.comparison,
    })),
    failures,
  };
}

/** A contender that takes part in the rounds. */
interface Lane {
  readonly child: Child;
  readonly n: number;
  readonly samples: number[];
  readonly first: number;
  /** Of the peak kernel: its FLOPs, its values being checked by itself. */
  readonly values: readonly number[];
  readonly comparison: Comparison;
}

async function openLane(
  child: Child,
  workload: Gemm | Training,
  expected: readonly number[],
): Promise<Lane> {
  const isPeak = child.name === peak.name;
  const { values, ms } = await child.ask("open", {
    workload: isPeak ? peak : workload,
  });
  const comparison = isPeak
    ? { error: 0, tolerance: 0, holds: true }
    : compare(workload, values, expected);
  if (!comparison.holds) {
    await child.ask("close", {});
    throw new Error(
      `wrong values: relative error ${
        comparison.error.toExponential(1)
      }, allowed ${comparison.tolerance}`,
    );
  }
  const { n } = await child.ask("calibrate", {});
  return { child, n, samples: [], first: ms, values, comparison };
}

/** Lanes that break on the way are taken out of `lanes` and noted in `failures`. */
async function sampleInTurn(
  lanes: Lane[],
  budget: number,
  failures: Record<string, string>,
): Promise<void> {
  let spent = 0;
  for (
    let round = 0;
    lanes.length > 0 &&
    (round < FEWEST_ROUNDS || spent < budget * lanes.length);
    round++
  ) {
    for (const lane of [...lanes]) {
      try {
        const { ms } = await lane.child.ask("sample", { n: lane.n });
        lane.samples.push(ms / lane.n);
        spent += ms;
      } catch (error) {
        failures[lane.child.name] = (error as Error).message;
        lanes.splice(lanes.indexOf(lane), 1);
      }
    }
  }
}
