/** A long series thinned to what a chart can show, without losing its extremes. */
import type { Database } from "./database.ts";
import { COLUMNS, fromRow, selectRows, seriesKey } from "./metric_rows.ts";
import { runKey } from "./run_rows.ts";
import type { MetricRow } from "./schemas.ts";

// First, last, smallest and largest row of a bucket for each replica, and the
// first of each NaN or infinity. `min(value)` makes SQLite take the other
// columns from the row that holds the minimum.
const BUCKET = "FROM metrics WHERE series = ?1 AND sequence BETWEEN ?2 AND ?3";
const PICK = `
  SELECT ${COLUMNS} FROM metrics WHERE series = ?1 AND sequence IN (
    SELECT min(sequence) ${BUCKET} GROUP BY replica
    UNION SELECT max(sequence) ${BUCKET} GROUP BY replica
    UNION SELECT sequence FROM (SELECT sequence, min(value) ${BUCKET} GROUP BY replica)
    UNION SELECT sequence FROM (SELECT sequence, max(value) ${BUCKET} GROUP BY replica)
    UNION SELECT min(sequence) ${BUCKET} AND value IS NULL GROUP BY replica, special
  ) ORDER BY sequence`;

/**
 * A series thinned to about `points` rows per replica. The range of sequence
 * numbers is cut into `points / 4` buckets; each keeps the first, last, smallest
 * and largest row per replica and the first NaN, +∞ and −∞. All kept rows are
 * recorded ones, in order.
 */
export function selectThinned(
  database: Database,
  id: string,
  { series, points }: { series: string; points: number },
): MetricRow[] {
  const run = runKey(database, id);
  const key = seriesKey(database, { run: run.key, name: series });
  const { count, first, last, replicas } = database.get(
    `SELECT (SELECT count FROM series WHERE key = ?1) AS count,
       (SELECT min(sequence) FROM metrics WHERE series = ?1) AS first,
       (SELECT max(sequence) FROM metrics WHERE series = ?1) AS last,
       (SELECT replicas FROM runs WHERE key = ?2) AS replicas`,
    [key, run.key],
  )!;
  if (Number(count) <= points * Number(replicas)) {
    return selectRows(database, id, { series, after: 0, limit: -1 });
  }
  const buckets = Math.max(1, Math.floor(points / 4));
  const width = Math.ceil((Number(last) - Number(first) + 1) / buckets);
  return Array.from({ length: buckets }, (_, bucket) => {
    const start = Number(first) + bucket * width;
    return database.all(PICK, [key, start, start + width - 1])
      .map((row) => fromRow(row, series));
  }).flat();
}
