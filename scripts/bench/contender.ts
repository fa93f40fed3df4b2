/**
 * How the benchmark talks to a contender. Every contender runs in a process of
 * its own, since the peers register globals and workers and keep their process
 * alive; parent and child exchange one JSON line per request and reply.
 */
import type { Workload } from "./workload.ts";

/** A workload ready to run. */
export interface Work {
  /** Runs once from the start and returns what is compared: sampled entries of a product, losses of the first steps. */
  values(): Promise<number[]>;
  /** Runs `n` times and returns when the last one is done. */
  run(n: number): Promise<void>;
  close(): void;
}

/** A library, opened. */
export interface Contender {
  /** Version of the library. */
  readonly version: string;
  /** The WebGPU adapter it computes on; `null` on the CPU. */
  readonly adapter: string | null;
  open(workload: Workload): Promise<Work>;
}

/** What the parent may ask of a child. */
export interface Requests {
  hello: {
    give: Record<string, never>;
    get: { version: string; adapter: string | null };
  };
  /** `ms` is what the first run took, compilation included. */
  open: { give: { workload: Workload }; get: { values: number[]; ms: number } };
  sample: { give: { n: number }; get: { ms: number } };
  close: { give: Record<string, never>; get: Record<string, never> };
}

/** Name of a request. */
export type Ask = keyof Requests;

/** What goes with a request. */
export type Give<A extends Ask> = Requests[A]["give"];

/** What a request is answered with. */
export type Get<A extends Ask> = Requests[A]["get"];

/** The answer as it goes through the pipe. */
export type Reply = { ok: Get<Ask> } | { error: string };
