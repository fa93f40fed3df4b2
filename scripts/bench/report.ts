/** The benchmark as text: one table per workload, then the floors. */
import { table } from "../cli/terminal.ts";
import { bestOfBaseline, rateOf, ratio, type Verdict } from "./floors.ts";
import type { Measurement } from "./measure.ts";
import type { Floor, Section, Unit } from "./section.ts";

/** What was measured with: printed above the figures, without which they mean little. */
export interface Setting {
  /** ISO 8601. */
  readonly date: string;
  readonly machine: string;
  readonly deno: string;
  /** As typed. */
  readonly command: string;
  readonly contenders: readonly {
    readonly name: string;
    readonly version: string;
    /** WebGPU adapter; `null` on the CPU. */
    readonly adapter: string | null;
  }[];
}

/** A section and what was measured of it. */
export interface SectionResult {
  readonly section: Section;
  readonly measurements: readonly Measurement[];
  readonly verdicts: readonly Verdict[];
}

/** Contenders that are no library: other uses of the adapter, and Nabla itself beside another workload. */
const yardsticks = ["peak", "gemm"];

/** A whole run. */
export interface Report {
  readonly setting: Setting;
  readonly results: readonly SectionResult[];
}

/** Everything, for a terminal. */
export function formatReport({ setting, results }: Report): string {
  const all = results.flatMap(({ measurements }) => measurements);
  return [
    formatSetting(setting),
    ...results.flatMap(({ section, measurements }) =>
      measurements.map((one) => formatMeasurement(one, section, all))
    ),
    ...results.filter(({ verdicts }) => verdicts.length > 0)
      .map(({ section, verdicts }) => formatVerdicts(verdicts, section.unit)),
  ].join("\n\n");
}

/** Lines that name machine, date, versions and adapter. */
export function formatSetting(setting: Setting): string {
  const adapters = [
    ...new Set(setting.contenders.flatMap(({ adapter }) => adapter ?? [])),
  ];
  const versions = setting.contenders
    .filter(({ name }) => !yardsticks.includes(name))
    .map(({ name, version }) => `${name} ${version}`);
  return [
    `${setting.date}  ${setting.machine}  Deno ${setting.deno}`,
    `adapter: ${adapters.join(" / ")}` +
    (adapters.length > 1 ? "  (NOT the same for all: ratios mislead)" : ""),
    versions.join(", "),
  ].join("\n");
}

/** The table of one workload; `all` are the measurements of the whole run. */
export function formatMeasurement(
  measurement: Measurement,
  { unit }: Pick<Section, "unit">,
  all: readonly Measurement[],
): string {
  const { workload, work, timings, baselines, absent, failures } = measurement;
  const rows = timings.map((timing) => {
    const rate = rateOf(timing, unit);
    const times = timing.contender === "nabla"
      ? null
      : ratio(measurement, timing.contender);
    return [
      timing.work === work
        ? timing.contender
        : `${timing.contender}, 1/${
          Math.round(work / timing.work)
        } of the work`,
      timing.min.toFixed(2),
      timing.median.toFixed(2),
      formatRate(rate, unit),
      String(timing.samples.length),
      ...baselines.map(({ contender }) =>
        (rate / bestOfBaseline(measurement, contender, all)!).toFixed(2)
      ),
      times === null ? "" : `${times.toFixed(2)}×`,
      timing.comparison.error.toExponential(0),
    ];
  });
  const header = [
    "",
    "ms",
    "median",
    unit.name,
    "samples",
    ...baselines.map(({ contender }) => `of ${contender}`),
    "nabla is",
    "error",
  ];
  const beside = baselines.map(({ contender, rates }) =>
    `  ${contender} beside it ${formatRate(Math.max(...rates), unit)}`
  );
  return [
    `${workload.name}${beside.join("")}`,
    table(rows, { header, right: header.map((_, i) => i).slice(1) }),
    ...Object.entries({ ...absent, ...failures }).map(([name, why]) =>
      `${name}: ${why}`
    ),
  ].join("\n");
}

/** Whole steps, or one decimal. */
export function formatRate(rate: number, { name }: Unit): string {
  return rate.toFixed(name === "steps/s" ? 0 : 1);
}

/** One line per floor: reached, not reached or not measured. */
export function formatVerdicts(
  verdicts: readonly Verdict[],
  unit: Unit,
): string {
  const rows = verdicts.map((verdict) => {
    const { workload, floor, measured, beside, reached } = verdict;
    return [
      "floor",
      workload,
      formatFloor(floor, unit),
      measured === null ? "not measured" : reached ? "reached" : "not reached",
      measured === null ? "" : formatMeasured(floor, measured),
      beside === null ? "" : `${beside.toFixed(2)} of that beside it`,
    ];
  });
  return table(rows, { right: [4] });
}

/** As in `8× jax-js-webgpu` or `at most 6 s`. */
export function formatFloor(floor: Floor, { name }: Unit): string {
  switch (floor.kind) {
    case "times":
      return `${floor.least}× ${floor.against}`;
    case "fraction":
      return `${floor.least} of ${floor.of}`;
    case "rate":
      return `${floor.least} ${name}`;
    case "time":
      return `at most ${floor.mostMs / 1000} s`;
  }
}

/** What was measured, in the terms of its floor. */
export function formatMeasured(floor: Floor, measured: number): string {
  switch (floor.kind) {
    case "times":
      return `${measured.toFixed(2)}×`;
    case "fraction":
      return measured.toFixed(2);
    case "rate":
      return measured.toFixed(0);
    case "time":
      return `${(measured / 1000).toFixed(2)} s`;
  }
}
