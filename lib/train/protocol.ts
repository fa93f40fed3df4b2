/** What the worker that runs an experiment and the supervisor say to each other. */
import type { PlanSummary } from "../core/plan_summary.ts";
import type { TileChoice } from "../core/tile_table.ts";
import type { KernelTiming } from "../gpu/mod.ts";
import type { AdapterInfo } from "../results/schemas.ts";
import type { AdapterTiles } from "./adapter_tiles.ts";
import type { Progress } from "./experiment.ts";

/** A metric on its way to the store. */
export interface Row {
  readonly step: number;
  readonly series: string;
  readonly replica: number;
  readonly value: number;
}

/** A dispatch that was compiled, and in which form. */
export interface KernelNote {
  readonly label: string;
  readonly file: string;
  readonly variant: string;
  /** Of a matrix product or convolution. */
  readonly choice?: TileChoice;
}

/** First and only order to a worker. */
export interface Start {
  /** URL of the module whose default export is the experiment. */
  readonly module: string;
  readonly config: Record<string, unknown>;
  readonly seed: number;
  readonly replicas: number;
  readonly dataFolder: string | undefined;
  readonly profiling: boolean;
  /** Bytes of the checkpoint to go on from. */
  readonly resume: Uint8Array | null;
  /** Later ones count where two name the same product. */
  readonly tiles: readonly AdapterTiles[];
  readonly control: Int32Array;
}

/** Answers to the message with the same number: `null`, or why it could not be stored. */
export interface Answer {
  readonly number: number;
  readonly problem: string | null;
}

/** Why a run ended without finishing. */
export interface Failure {
  readonly message: string;
  readonly stack: string;
  readonly exitCode: number;
  readonly deviceLost: boolean;
}

/** What a worker tells its supervisor. */
export type FromWorker =
  | { kind: "adapter"; adapter: AdapterInfo }
  | { kind: "kernels"; kernels: KernelNote[] }
  | { kind: "plan"; plan: PlanSummary }
  | { kind: "data"; name: string; sha256: string }
  | { kind: "metrics"; rows: Row[] }
  | { kind: "result"; name: string; value: unknown }
  | { kind: "progress"; progress: Progress }
  | { kind: "log"; text: string }
  | { kind: "profile"; timings: readonly KernelTiming[] }
  | {
    kind: "checkpoint";
    number: number;
    epoch: number;
    step: number;
    bytes: Uint8Array;
  }
  | { kind: "completed" }
  | { kind: "interrupted" }
  | { kind: "failed"; failure: Failure };

/** Words of the shared control block. A worker that is busy in a kernel sees no message, but it sees these between steps. */
export const word = {
  /** 1 once the run shall stop. */
  stop: 0,
  /** Counts signs of life. */
  beats: 1,
  /** Messages posted by the worker. */
  posted: 2,
  /** Messages the supervisor has dealt with. */
  handled: 3,
} as const;

/** A control block that both threads see. */
export function createControl(): Int32Array {
  return new Int32Array(new SharedArrayBuffer(4 * 4));
}
