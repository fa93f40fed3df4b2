/** Everything that can be timed, as plain data: it goes to the contenders' processes as JSON. */
import type { Conv } from "./conv/workload.ts";
import type { Elementwise } from "./elementwise/workload.ts";
import type { Gemm } from "./gemm/workload.ts";
import type { Training } from "./training/workload.ts";

/** The adapter's arithmetic alone: independent multiply-adds in registers. */
export interface Peak {
  readonly kind: "peak";
  readonly name: "peak";
}

/** Something that can be timed. */
export type Workload = Gemm | Conv | Elementwise | Training | Peak;

/** The workload of a kind. */
export type OfKind<K extends Workload["kind"]> = Extract<Workload, { kind: K }>;
