/** Metric rows: appended in transactions, read after a cursor. */
import type { Database, Row } from "./database.ts";
import type { Mean } from "./reader.ts";
import { runKey } from "./run_rows.ts";
import type { MetricRow } from "./schemas.ts";

/** A row before the store has given it its place. */
export type NewMetricRow = Omit<MetricRow, "sequence">;

/** A series of a run and its last row. */
export interface SeriesSummary {
  series: string;
  /** Rows, all replicas together. */
  count: number;
  last: MetricRow;
}

/** Columns {@link fromRow} needs. */
export const COLUMNS = "sequence, step, replica, value, special";

/** Appends rows in one transaction and returns the sequence number of the last. */
export function appendRows(
  database: Database,
  id: string,
  rows: readonly NewMetricRow[],
): number {
  rows.forEach(checkRow);
  return database.transaction(() => {
    const run = runKey(database, id);
    const counts = new Map<string, number>();
    for (const { series } of rows) {
      counts.set(series, (counts.get(series) ?? 0) + 1);
    }
    const keys = new Map<string, number>();
    for (const [name, count] of counts) {
      const { key } = database.get(
        "INSERT INTO series (run, name, count) VALUES (?1, ?2, ?3) ON CONFLICT (run, name) DO UPDATE SET count = count + ?3 RETURNING key",
        [run.key, name, count],
      )!;
      keys.set(name, Number(key));
    }
    let sequence = run.lastSequence;
    for (const { series, step, replica, value } of rows) {
      const finite = Number.isFinite(value);
      database.run("INSERT INTO metrics VALUES (?, ?, ?, ?, ?, ?, ?)", [
        keys.get(series)!,
        ++sequence,
        run.key,
        step,
        replica,
        finite ? value : null,
        finite ? null : String(value),
      ]);
    }
    database.run(
      "UPDATE runs SET last_sequence = ?, heartbeat_at = iif(status = 'running', ?, heartbeat_at) WHERE key = ?",
      [sequence, new Date().toISOString(), run.key],
    );
    return sequence;
  });
}

/** Rows of a run, or of one series of it, with `sequence > after`, in order. */
export function selectRows(
  database: Database,
  id: string,
  { series, after, limit }: { series?: string; after: number; limit: number },
): MetricRow[] {
  const { key } = runKey(database, id);
  if (series === undefined) {
    return database.all(
      `SELECT name, ${COLUMNS} FROM metrics JOIN series ON series.key = metrics.series WHERE metrics.run = ? AND sequence > ? ORDER BY sequence LIMIT ?`,
      [key, after, limit],
    ).map((row) => fromRow(row, String(row.name)));
  }
  return database.all(
    `SELECT ${COLUMNS} FROM metrics WHERE series = ? AND sequence > ? ORDER BY sequence LIMIT ?`,
    [seriesKey(database, { run: key, name: series }), after, limit],
  ).map((row) => fromRow(row, series));
}

/** Rows of a series at some steps, in order. */
export function selectRowsAt(
  database: Database,
  id: string,
  { series, steps }: { series: string; steps: readonly number[] },
): MetricRow[] {
  const { key } = runKey(database, id);
  return database.all(
    `SELECT ${COLUMNS} FROM metrics WHERE series = ? AND step IN (SELECT value FROM json_each(?)) ORDER BY sequence`,
    [seriesKey(database, { run: key, name: series }), JSON.stringify(steps)],
  ).map((row) => fromRow(row, series));
}

/** The mean over the replicas at every step of a series. */
export function selectMeans(
  database: Database,
  id: string,
  series: string,
): Mean[] {
  const { key } = runKey(database, id);
  return database.all(
    "SELECT step, avg(value) AS mean FROM metrics WHERE series = ? GROUP BY step ORDER BY step",
    [seriesKey(database, { run: key, name: series })],
  ).map(({ step, mean }) => ({
    step: Number(step),
    value: Number(mean ?? NaN),
  }));
}

/** Every series of a run in the order they were first recorded in. */
export function selectSeries(database: Database, id: string): SeriesSummary[] {
  const { key } = runKey(database, id);
  return database.all(
    "SELECT key, name, count FROM series WHERE run = ? AND count > 0 ORDER BY key",
    [key],
  ).flatMap((row) => {
    const series = String(row.name);
    const last = database.get(
      `SELECT ${COLUMNS} FROM metrics WHERE series = ? ORDER BY sequence DESC LIMIT 1`,
      [row.key!],
    );
    // Another program may have changed the count and left no row.
    return last
      ? [{ series, count: Number(row.count), last: fromRow(last, series) }]
      : [];
  });
}

/** Removes the rows with `sequence > after`. Their numbers are not given again. */
export function removeRowsAfter(
  database: Database,
  id: string,
  after: number,
): void {
  database.transaction(() => {
    const { key } = runKey(database, id);
    database.run("DELETE FROM metrics WHERE run = ? AND sequence > ?", [
      key,
      after,
    ]);
    database.run(
      "UPDATE series SET count = (SELECT count(*) FROM metrics WHERE metrics.series = series.key) WHERE run = ?",
      [key],
    );
  });
}

/** Key of a series; `null`, which no row has, if it was never recorded. */
export function seriesKey(
  database: Database,
  { run, name }: { run: number; name: string },
): number | null {
  const row = database.get(
    "SELECT key FROM series WHERE run = ? AND name = ?",
    [run, name],
  );
  return row ? Number(row.key) : null;
}

/** A row of {@link COLUMNS} as people know it; a NULL without its reason counts as NaN. */
export function fromRow(row: Row, series: string): MetricRow {
  return {
    sequence: Number(row.sequence),
    step: Number(row.step),
    series,
    replica: Number(row.replica),
    value: Number(row.value ?? row.special ?? NaN),
  };
}

function checkRow(row: NewMetricRow, index: number): void {
  const { step, series, replica, value } = row;
  const natural = (n: number) => Number.isSafeInteger(n) && n >= 0;
  if (
    natural(step) && natural(replica) && typeof value === "number" &&
    typeof series === "string" && series.length > 0 && series.length <= 200
  ) return;
  throw new TypeError(
    `Cannot record metric row ${index}, ${
      JSON.stringify({ step, series, replica, value: String(value) })
    }: step and replica must be integers from 0, series a text of 1 to 200 letters, value a number`,
  );
}
