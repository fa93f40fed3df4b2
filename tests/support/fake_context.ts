/** A context that keeps what an experiment tells it. */
import type { Gpu } from "../../lib/gpu/mod.ts";
import {
  checkPoint,
  checkProgress,
  checkResult,
} from "../../lib/train/check_record.ts";
import {
  decodeCheckpoint,
  encodeCheckpoint,
} from "../../lib/train/checkpoint.ts";
import { countRows, type PartContext } from "../../lib/train/parts.ts";
import type {
  Checkpoint,
  ExperimentContext,
} from "../../lib/train/experiment.ts";

/** A context with what was recorded, as `series step values`, and the last checkpoint. */
export interface FakeContext<Config = Record<string, never>>
  extends ExperimentContext<Config>, PartContext {
  readonly rows: string[];
  readonly results: Record<string, unknown>;
  /** As a store would give it back; `null` before the first. */
  readonly saved: Checkpoint | null;
  /** Values of the first replica of a series by step. */
  series(name: string): number[];
}

/** A context that asks to stop once `stopAfter` values are recorded. */
export function fakeContext<Config = Record<string, never>>(
  options: {
    stopAfter?: number;
    resume?: Checkpoint | null;
    seed?: number;
    config?: Config;
    gpu?: Gpu;
  } = {},
): FakeContext<Config> {
  const { stopAfter = Infinity, resume = null, seed = 0 } = options;
  const rows: string[] = [];
  const counted = countRows(resume);
  const results: Record<string, unknown> = {};
  let saved: Uint8Array | null = null;
  return {
    rows,
    results,
    get saved() {
      return saved === null ? null : decodeCheckpoint(saved);
    },
    series: (name) =>
      rows.map((row) => row.split(" ")).filter(([series]) => series === name)
        .map(([, , values]) => Number(values!.split(",")[0])),
    config: options.config ?? {} as Config,
    seed,
    replicas: 1,
    get gpu() {
      if (options.gpu) return options.gpu;
      throw new Error("not used");
    },
    dataFolder: undefined,
    counted,
    resume,
    get stopping() {
      return rows.length >= stopAfter;
    },
    profiling: false,
    record(series, step, value) {
      const values = Array.from(checkPoint(series, step, value));
      counted.count += values.length;
      if (counted.count <= counted.known) return;
      rows.push(`${series} ${step} ${values}`);
    },
    result(name, value) {
      checkResult(name, value);
      results[name] = value;
    },
    progress: checkProgress,
    alive() {},
    log() {},
    usesData() {},
    profile() {},
    checkpoint(checkpoint) {
      saved = encodeCheckpoint(checkpoint);
      return Promise.resolve();
    },
  };
}
