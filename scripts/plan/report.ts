/** The plans of an experiment for a person: a table of layers and the facts of each plan, 80 columns wide. */
import {
  planColumns,
  planExtent,
  planFacts,
  planLegend,
  planRows,
  type PlanSummary,
} from "../../lib/core/plan_summary.ts";
import { formatDuration } from "../../lib/core/units.ts";
import { formatNumber, paint, table, WIDTH, wrap } from "../cli/terminal.ts";
import type { Rates } from "./rates.ts";

/** A plan as `deno task plan` reports it. */
export interface Report {
  readonly summary: PlanSummary;
  /** Milliseconds a step, estimated; `null` without an adapter. */
  readonly stepMs: number | null;
}

/** A plan's name and extent, its table, and its facts. */
export function formatReport({ summary, stepMs }: Report): string {
  const facts = planFacts(summary);
  if (stepMs !== null) {
    facts.push({
      name: "time",
      text: `at least ${formatMilliseconds(stepMs)} a step`,
    });
  }
  const widest = Math.max(...facts.map(({ name }) => name.length));
  return [
    `${paint("bold", summary.name)}  ${planExtent(summary)}`,
    table(planRows(summary), { header: planColumns, right: [2, 3, 4, 5] }),
    "",
    ...facts.map(({ name, text }) => {
      const lines = wrap(text, WIDTH - widest - 2);
      const indent = "\n" + " ".repeat(widest + 2);
      return `${paint("dim", name.padEnd(widest))}  ${lines.join(indent)}`;
    }),
    "",
  ].join("\n");
}

/** What the table's cells mean, and where the times come from. */
export function formatLegend(rates: Rates | null): string {
  const lines = [...wrap(planLegend, WIDTH)];
  if (rates !== null) {
    const { product, convolution, bytes, dispatch } = rates;
    lines.push(...wrap(
      `Times from rates just measured: ${
        formatNumber(product / 1e6)
      } GFLOPS in matrix products, ${
        formatNumber(convolution / 1e6)
      } in convolutions, ${formatNumber(bytes / 1e6)} GB/s, ${
        formatNumber(dispatch * 1e3)
      } µs a dispatch; small steps take longer.`,
      WIDTH,
    ));
  }
  return paint("dim", lines.join("\n"));
}

/** Two digits, as an estimate deserves. */
function formatMilliseconds(ms: number): string {
  const rounded = Number(ms.toPrecision(2));
  return ms < 10 ? `${rounded} ms` : formatDuration(rounded);
}
