/** A run as CSV (RFC 4180): comment lines with everything but the metrics, then one line per row. Pure. */
import { runDocument } from "./documents.ts";
import type { MetricRow, Run } from "./schemas.ts";

const HEADER = ["sequence", "step", "series", "replica", "value"] as const;

/**
 * The run and its metric rows. Each field of the run is a line `# name: JSON`;
 * readers skip these with `comment="#"`. NaN and infinities are written
 * `NaN`, `Infinity`, `-Infinity`. Lines end with CR LF; UTF-8 without a byte order
 * mark, which would hide the first "#".
 */
export function runCsv(run: Run, metrics: readonly MetricRow[]): string {
  const comments = Object.entries(runDocument(run))
    .map(([name, value]) => `# ${name}: ${JSON.stringify(value)}`);
  const rows = metrics.map((row) =>
    HEADER.map((name) => cell(row[name])).join(",")
  );
  return [...comments, HEADER.join(","), ...rows, ""].join("\r\n");
}

function cell(value: string | number): string {
  if (typeof value === "number") return String(value);
  // Spreadsheets run text that begins like a formula.
  const text = /^[=+\-@\t\r#]/.test(value) ? `'${value}` : value;
  // Readers that skip comments do so at any "#" outside of quotes.
  return /[",#\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
