/** Which steps of a long series a chart needs. Pure. */
import { spreadOf } from "../../core/spread.ts";
import type { MetricRow } from "../schemas.ts";

/** The rows of all replicas at one step. */
interface Point {
  step: number;
  values: number[];
}

/** Why a step is kept: it is the smallest of its bucket by one of these. */
const ORDERS: readonly ((point: Point) => number)[] = [
  ({ values }) => spreadOf(values).mean,
  ({ values }) => -spreadOf(values).mean,
  ({ values }) => Math.min(...values.filter(Number.isFinite)),
  ({ values }) => -Math.max(...values.filter(Number.isFinite)),
];

/** What no axis holds. */
const FAULTS: readonly ((value: number) => boolean)[] = [
  Number.isNaN,
  (value) => value === Infinity,
  (value) => value === -Infinity,
];

/**
 * Series that are drawn against each other, thinned: the steps of each
 * are cut into `buckets`, and a bucket keeps those of its smallest and largest
 * mean and value and of its first NaN, +∞ and −∞; the first and last step stay.
 * A kept step keeps the rows of every replica and, where it stands in several
 * of the series, of each, so that means and differences stay what they were.
 */
export function thinTogether<T extends { rows: readonly MetricRow[] }>(
  group: readonly T[],
  buckets: number,
): T[] {
  const kept = new Set(
    group.flatMap(({ rows }) => stepsOf(pointsOf(rows), buckets)),
  );
  return group.map((series) => ({
    ...series,
    rows: series.rows.filter(({ step }) => kept.has(step)),
  }));
}

function pointsOf(rows: readonly MetricRow[]): Point[] {
  const points = new Map<number, Point>();
  for (const { step, value } of rows) {
    const point = points.get(step);
    if (point) point.values.push(value);
    else points.set(step, { step, values: [value] });
  }
  return [...points.values()];
}

function stepsOf(points: readonly Point[], buckets: number): number[] {
  if (points.length <= 2 * buckets) return points.map(({ step }) => step);
  const kept = [points[0]!, points.at(-1)!];
  for (let i = 0; i < buckets; i++) {
    const start = Math.floor(i * points.length / buckets);
    const end = Math.floor((i + 1) * points.length / buckets);
    const bucket = points.slice(start, end);
    kept.push(
      ...ORDERS.map((size) => smallest(bucket, size)),
      ...FAULTS.flatMap((isFault) =>
        bucket.find(({ values }) => values.some(isFault)) ?? []
      ),
    );
  }
  return kept.map(({ step }) => step);
}

/** The first point of smallest `size`; one without a size only where none has one. */
function smallest(bucket: Point[], size: (point: Point) => number): Point {
  let best = bucket[0]!;
  for (const point of bucket) {
    if (size(point) < size(best) || Number.isNaN(size(best))) best = point;
  }
  return best;
}
