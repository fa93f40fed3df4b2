/** The benchmark as text: one table per workload, then the floors. */
import { table } from "../cli/terminal.ts";
import { rateOf, ratio, type Verdict } from "./floors.ts";
import type { Measurement } from "./measure.ts";

/** What was measured with: printed above the figures, without which they mean little. */
export interface Setting {
  /** ISO 8601. */
  readonly date: string;
  readonly machine: string;
  readonly deno: string;
  readonly contenders: readonly {
    readonly name: string;
    readonly version: string;
    /** WebGPU adapter; `null` on the CPU. */
    readonly adapter: string | null;
  }[];
}

/** Lines that name machine, date, versions and adapter. */
export function formatSetting(setting: Setting): string {
  const adapters = [
    ...new Set(setting.contenders.flatMap(({ adapter }) => adapter ?? [])),
  ];
  const versions = setting.contenders.filter(({ name }) => name !== "peak")
    .map(({ name, version }) => `${name} ${version}`);
  return [
    `${setting.date}  ${setting.machine}  Deno ${setting.deno}`,
    `adapter: ${adapters.join(" / ")}` +
    (adapters.length > 1 ? "  (NOT the same for all: ratios mislead)" : ""),
    versions.join(", "),
  ].join("\n");
}

/** The table of one workload; `peakRate` in GFLOPS. */
export function formatMeasurement(
  measurement: Measurement,
  peakRate: number,
): string {
  const { workload, flops, timings, failures } = measurement;
  const rows = timings.map((timing) => {
    const rate = rateOf(measurement, timing);
    const times = timing.contender === "nabla"
      ? null
      : ratio(measurement, timing.contender);
    return [
      timing.contender,
      timing.min.toFixed(2),
      timing.median.toFixed(2),
      rate.toFixed(1),
      peakRate > 0 ? (rate / peakRate).toFixed(2) : "–",
      times === null ? "" : `${times.toFixed(2)}×`,
      timing.comparison.error.toExponential(0),
    ];
  });
  const header = [
    "",
    workload.kind === "gemm" ? "ms" : "ms/step",
    "median",
    "GFLOPS",
    "of peak",
    "nabla is",
    "error",
  ];
  const rounds = timings[0]?.samples.length ?? 0;
  const beside = Math.max(0, ...measurement.peak);
  return [
    `${workload.name}  ${(flops / 1e6).toFixed(1)} MFLOP, ${rounds} rounds` +
    (beside > 0 ? `, peak beside it ${beside.toFixed(0)} GFLOPS` : ""),
    table(rows, { header, right: [1, 2, 3, 4, 5, 6] }),
    ...Object.entries(failures).map(([name, why]) => `${name}: ${why}`),
  ].join("\n");
}

/** One line per floor: reached, not reached or not measured. */
export function formatVerdicts(verdicts: readonly Verdict[]): string {
  const rows = verdicts.map((verdict) => {
    const { workload, against, least, measured, beside, reached } = verdict;
    const ofPeak = against === "peak";
    return [
      "floor",
      workload,
      ofPeak ? `${least} of peak` : `${least}× ${against}`,
      measured === null ? "not measured" : reached ? "reached" : "not reached",
      measured === null ? "" : `${measured.toFixed(2)}${ofPeak ? " " : "×"}`,
      beside === null ? "" : `${beside.toFixed(2)} of the peak beside it`,
    ];
  });
  return table(rows, { right: [4] });
}
