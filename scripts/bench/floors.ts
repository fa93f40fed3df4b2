/** The speeds Nabla means to hold, each a ratio within one run on one adapter. */
import type { Measurement, Timing } from "./measure.ts";

/** Nabla against a peer's time, or against the adapter's peak rate. */
export interface Floor {
  readonly kind: Measurement["workload"]["kind"];
  readonly against: string;
  /** Times the peer's speed; fraction of the peak. */
  readonly least: number;
}

export const floors: readonly Floor[] = [
  { kind: "gemm", against: "peak", least: 0.35 },
  { kind: "gemm", against: "jax-js-webgpu", least: 8 },
  { kind: "gemm", against: "tfjs-webgpu", least: 8 },
  { kind: "training", against: "jax-js-wasm", least: 1 },
  { kind: "training", against: "jax-js-webgpu", least: 5 },
];

/** A floor and what was measured; `null` if one side was not. */
export interface Verdict {
  readonly workload: string;
  readonly against: string;
  readonly least: number;
  readonly measured: number | null;
  /** The same against the peak taken beside this workload; `null` against a peer. */
  readonly beside: number | null;
  readonly reached: boolean;
}

/** Fastest sample against fastest sample. */
export function ratio(
  { timings }: Measurement,
  contender: string,
): number | null {
  const find = (name: string): Timing | undefined =>
    timings.find((timing) => timing.contender === name);
  const ours = find("nabla");
  const theirs = find(contender);
  return ours && theirs ? theirs.min / ours.min : null;
}

/** GFLOPS of a timing's fastest sample. */
export function rateOf({ flops }: Measurement, { min }: { min: number }) {
  return flops / min / 1e6;
}

/** Compares a measurement with its floors; `peakRate` is the fastest the peak kernel ran in the whole run, in GFLOPS. */
export function judge(measurement: Measurement, peakRate: number): Verdict[] {
  const { workload, timings, peak } = measurement;
  const ours = timings.find(({ contender }) => contender === "nabla");
  const fraction = (rate: number) =>
    ours && rate > 0 ? rateOf(measurement, ours) / rate : null;
  return floors.filter(({ kind }) => kind === workload.kind).map(
    ({ against, least }) => {
      const measured = against === "peak"
        ? fraction(peakRate)
        : ratio(measurement, against);
      return {
        workload: workload.name,
        against,
        least,
        measured,
        beside: against === "peak" ? fraction(Math.max(0, ...peak)) : null,
        reached: measured !== null && measured >= least,
      };
    },
  );
}
