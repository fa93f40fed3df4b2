/** The benchmark as Markdown tables, one row per workload. */
import type { ContenderName } from "./contenders.ts";
import { bestOfBaseline, rateOf, ratio } from "./floors.ts";
import type { Measurement } from "./measure.ts";
import {
  formatFloor,
  formatMeasured,
  formatRate,
  formatSetting,
  type Report,
  type SectionResult,
} from "./report.ts";

/** Everything, to be pasted into a page. */
export function formatMarkdown({ setting, results }: Report): string {
  const all = results.flatMap(({ measurements }) => measurements);
  return [
    `    ${setting.command}`,
    formatSetting(setting).replaceAll("\n", "  \n"),
    ...results.flatMap((result) => [
      `### ${result.section.name}: ${result.section.summary}`,
      figures(result, all),
      floors(result),
    ]),
  ].filter((part) => part !== "").join("\n\n");
}

function figures(
  { section: { unit }, measurements }: SectionResult,
  all: readonly Measurement[],
): string {
  const baselines = distinct(
    measurements.flatMap(({ baselines }) => baselines),
  );
  const peers = distinct(measurements.flatMap(({ timings }) => timings))
    .filter((name) => name !== "nabla");
  const rows = measurements.map((measurement) => {
    const { workload, timings } = measurement;
    const ours = timings.find(({ contender }) => contender === "nabla");
    return [
      `\`${workload.name}\``,
      ours ? ours.min.toPrecision(3) : "–",
      ours ? formatRate(rateOf(ours, unit), unit) : "–",
      ...baselines.map((name) => {
        const best = bestOfBaseline(measurement, name, all);
        return ours && best ? (rateOf(ours, unit) / best).toFixed(2) : "–";
      }),
      ...peers.map((name) => ratio(measurement, name)?.toPrecision(3) ?? "–"),
    ];
  });
  return table([
    "workload",
    "ms",
    unit.name,
    ...baselines.map((name) => `of ${name}`),
    ...peers.map((name) => `× ${name}`),
  ], rows);
}

function floors({ section: { unit }, verdicts }: SectionResult): string {
  if (verdicts.length === 0) return "";
  return table(
    ["workload", "floor", "measured", ""],
    verdicts.map(({ workload, floor, measured, reached }) => [
      `\`${workload}\``,
      formatFloor(floor, unit),
      measured === null ? "–" : formatMeasured(floor, measured),
      measured === null ? "not measured" : reached ? "reached" : "not reached",
    ]),
  );
}

const distinct = (those: readonly { readonly contender: ContenderName }[]) => [
  ...new Set(those.map(({ contender }) => contender)),
];

/** A Markdown table. */
function table(
  header: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [header, header.map(() => "---"), ...rows].map(line).join("\n");
}
