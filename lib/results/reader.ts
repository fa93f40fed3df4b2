/** What pages and commands read of runs, wherever the runs lie. */
import type { ListedRun } from "./listed_run.ts";
import type { SeriesSummary } from "./metric_rows.ts";
import type { CheckRow, MetricRow, Run, RunStatus } from "./schemas.ts";
import type { Summary } from "./shipped/summary.ts";

/** Which runs are asked for. */
export interface RunFilter {
  study?: string;
  status?: RunStatus;
  /** A preset whose runs are left out. */
  except?: Run["preset"];
}

/** Which rows of a run are asked for. */
export interface RowFilter {
  series?: string;
  /** Rows with a greater sequence number; 0 unless told. */
  after?: number;
  /** All unless told. */
  limit?: number;
}

/** The mean over the replicas at a step. */
export interface Mean {
  readonly step: number;
  readonly value: number;
}

/**
 * Runs with their metrics, and checks of derivations. Methods that take an id
 * reject with a NablaError if there is no such run, except `run()`.
 */
export interface RunReader {
  /**
   * The run, or `null`. Its status is the recorded one: see `effectiveStatus()`.
   *
   * @throws {RunUnreadable} If another program made its record invalid
   */
  run(id: string): Promise<Run | null>;
  /** The newest runs first, `limit` of them (100) after the first `offset` (0). */
  runs(
    options?: RunFilter & { limit?: number; offset?: number },
  ): Promise<ListedRun[]>;
  /** How many runs there are. */
  count(options?: RunFilter): Promise<number>;
  /** The newest run of a study that can be read, or `null`. */
  latestRun(
    study: string,
    options?: Omit<RunFilter, "study">,
  ): Promise<Run | null>;
  /** Rows in the order of their sequence numbers. */
  metrics(id: string, options?: RowFilter): Promise<MetricRow[]>;
  /** Rows of a series at the given steps, in the order of their sequence numbers. */
  metricsAt(
    id: string,
    series: string,
    steps: readonly number[],
  ): Promise<MetricRow[]>;
  /** The mean over the replicas at every step of a series, by ascending step; NaN where no value is finite. */
  means(id: string, series: string): Promise<Mean[]>;
  /** The series of a run with row counts and last rows. */
  series(id: string): Promise<SeriesSummary[]>;
  /** A series thinned to about `points` (1000) recorded rows per replica: first, last, smallest, largest, first NaN and infinities of each bucket. */
  downsampled(
    id: string,
    series: string,
    options?: { points?: number },
  ): Promise<MetricRow[]>;
  /** Mean and spread of a series of many replicas where they are kept in place of its rows; `null` elsewhere. */
  summary(id: string, series: string): Promise<Summary | null>;
  /** Outcomes of one study's checks, or of all. A row that another program made invalid is left out. */
  checks(study?: string): Promise<CheckRow[]>;
}
