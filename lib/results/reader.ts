/** What pages and commands read of runs, wherever the runs lie. */
import type { SeriesSummary } from "./metric_rows.ts";
import type { CheckRow, MetricRow, Run, RunStatus } from "./schemas.ts";
import type { Summary } from "./shipped/summary.ts";

/** Which runs are asked for. */
export interface RunFilter {
  study?: string;
  status?: RunStatus;
  /** 100 unless told. */
  limit?: number;
}

/** Which rows of a run are asked for. */
export interface RowFilter {
  series?: string;
  /** Rows with a greater sequence number; 0 unless told. */
  after?: number;
  /** All unless told. */
  limit?: number;
}

/**
 * Runs with their metrics, and checks of derivations. Methods that take an id
 * throw a NablaError if there is no such run, except `run()`.
 */
export interface RunReader {
  /** The run, or `null`. Its status is the recorded one: see `effectiveStatus()`. */
  run(id: string): Run | null;
  /** The newest runs first. */
  runs(options?: RunFilter): Run[];
  /** The newest run of a study, or `null`. */
  latestRun(study: string, options?: { status?: RunStatus }): Run | null;
  /** Rows in the order of their sequence numbers. */
  metrics(id: string, options?: RowFilter): MetricRow[];
  /** The series of a run with row counts and last rows. */
  series(id: string): SeriesSummary[];
  /** A series thinned to about `points` (1000) recorded rows per replica: first, last, smallest, largest, first NaN and infinities of each bucket. */
  downsampled(
    id: string,
    series: string,
    options?: { points?: number },
  ): MetricRow[];
  /** Mean and spread of a series of many replicas where they are kept in place of its rows; `null` elsewhere. */
  summary(id: string, series: string): Summary | null;
  /** Outcomes of one study's checks, or of all. */
  checks(study?: string): CheckRow[];
}
