/** Repeats a run from its record and compares every number. */
import type { MetricRow, Run } from "../results/schemas.ts";
import { tilesOfRun } from "./adapter_tiles.ts";
import type { Progress } from "./experiment.ts";
import { type Ending, startWorker } from "./host.ts";
import type { FromWorker, Row } from "./protocol.ts";

/** How a repeated run compares with its record. */
export interface Comparison {
  readonly verdict: "bit-identical" | "within tolerance" | "diverged";
  /** Numbers compared. */
  readonly compared: number;
  /** Largest difference, relative to the largest number of its series (at least 0.01). */
  readonly largest: number;
  /** Where the runs part for the first time, by more than the tolerance if they diverged; `null` if they do not. */
  readonly at: Parting | null;
}

/** A number in which a run and its repeat differ. */
export interface Parting {
  readonly series: string;
  readonly step: number;
  readonly replica: number;
  readonly recorded: number;
  /** `null` if the repeat recorded no such number. */
  readonly repeated: number | null;
}

/** Compares a repeat with the record while it runs. */
export interface Comparer {
  /** Looks at rows of the repeat; rows the record lacks are passed over. */
  look(rows: readonly Row[]): void;
  /** Whether every row of the record has been seen, or the runs have diverged. */
  readonly decided: boolean;
  /** The verdict, with rows that never came counted as diverged. */
  conclude(): Comparison;
}

/** Whether a series holds measured times, as `batch.time` does: they are never the same twice. */
function isMeasuredTime(series: string): boolean {
  return series.endsWith(".time");
}

/** Compares a repeat with `recorded` rows, row by row; measured times are passed over. */
export function createComparer(
  recorded: readonly MetricRow[],
  tolerance: number,
): Comparer {
  const scales = new Map<string, number>();
  const missing = new Map<string, MetricRow>();
  for (const row of recorded) {
    if (isMeasuredTime(row.series)) continue;
    missing.set(keyOf(row), row);
    if (Number.isFinite(row.value)) {
      const known = scales.get(row.series) ?? 0.01;
      scales.set(row.series, Math.max(known, Math.abs(row.value)));
    }
  }
  let compared = 0;
  let largest = 0;
  let first: Parting | null = null;
  let diverged: Parting | null = null;
  return {
    get decided() {
      return diverged !== null || missing.size === 0;
    },
    look(rows) {
      for (const { step, series, replica, value } of rows) {
        const key = keyOf({ step, series, replica });
        const row = missing.get(key);
        if (row === undefined) continue;
        missing.delete(key);
        compared++;
        if (Object.is(row.value, value)) continue;
        const parting = {
          series,
          step,
          replica,
          recorded: row.value,
          repeated: value,
        };
        const distance = Math.abs(row.value - value) /
          (scales.get(series) ?? 0.01);
        largest = Math.max(
          largest,
          Number.isNaN(distance) ? Infinity : distance,
        );
        first ??= parting;
        if (!(distance <= tolerance)) diverged ??= parting;
      }
    },
    conclude() {
      const [absent] = missing.values();
      if (absent !== undefined) {
        const { series, step, replica, value: recorded } = absent;
        diverged ??= { series, step, replica, recorded, repeated: null };
      }
      const verdict = diverged
        ? "diverged"
        : first
        ? "within tolerance"
        : "bit-identical";
      return { verdict, compared, largest, at: diverged ?? first };
    },
  };
}

function keyOf({ series, replica, step }: Omit<Row, "value">): string {
  return `${series} ${replica} ${step}`;
}

/** How to repeat a run. */
export interface RepeatOptions {
  /** URL of the module that defines the experiment. */
  readonly module: string;
  readonly comparer: Comparer;
  readonly dataFolder?: string;
  readonly watchdog?: number;
  readonly onProgress?: (progress: Progress) => void;
}

/** Runs `run` again with the tiles of its record, without storing anything, until the comparer has decided. */
export async function repeatRun(
  run: Run,
  options: RepeatOptions,
): Promise<Ending> {
  const { module, comparer, dataFolder, watchdog = 60_000 } = options;
  const host = startWorker({
    module,
    config: run.config,
    seed: run.seed,
    replicas: run.replicas,
    dataFolder,
    profiling: false,
    resume: null,
    tiles: [tilesOfRun(run)],
    watchdog,
    handle(message: FromWorker) {
      if (message.kind === "progress") options.onProgress?.(message.progress);
      if (message.kind !== "metrics" || comparer.decided) return;
      comparer.look(message.rows);
      if (comparer.decided) host.stop();
    },
  });
  return await host.ended;
}
