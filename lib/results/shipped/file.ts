/** The file of a shipped run: its document with the metrics in columns, as JSON under gzip. */
import { z } from "zod";
import { parseRunDocument, runDocument } from "../documents.ts";
import type { MetricRow, Run } from "../schemas.ts";
import { Columns, columnsOf } from "./columns.ts";
import { pack, parse, unpack } from "./pack.ts";
import { isMany, Summary, summaryOf } from "./summary.ts";

/** A run with its metrics, series by series. */
export interface ShippedRun {
  run: Run;
  series: Columns[];
  /** The series of many replicas, whose rows are not kept. */
  summaries: Summary[];
}

/** Rows of one series, in order. */
export interface SeriesRows {
  name: string;
  rows: readonly MetricRow[];
  /** Whether every digit is needed, as where another series is subtracted. */
  exact: boolean;
}

/** The bytes of the file of `run` with these series. */
export function encodeShipped(
  run: Run,
  series: readonly SeriesRows[],
): Uint8Array {
  return pack({
    ...runDocument({ ...run, shipped: true }),
    series: series.filter(({ rows }) => !isMany(rows))
      .map(({ name, rows, exact }) => columnsOf(name, rows, { exact })),
    summaries: series.filter(({ rows }) => isMany(rows))
      .map(({ name, rows }) => summaryOf(name, rows)),
  });
}

const Metrics = z.object({
  series: z.array(Columns),
  summaries: z.array(Summary),
});

/** What {@link encodeShipped} was given, thinned series as they are. @throws {NablaError} If `bytes` are something else */
export function decodeShipped(bytes: Uint8Array): ShippedRun {
  const document = unpack(bytes);
  const metrics = parse(Metrics, document);
  return { run: parseRunDocument(document).run, ...metrics };
}
