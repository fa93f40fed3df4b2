import type { Series } from "./series.ts";

/** Index of the first element of the ascending `x` that is at least `value`. */
export function firstAtLeast(x: readonly number[], value: number): number {
  let low = 0, high = x.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (x[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Index of the point of the ascending `x` that is nearest to `value`; -1 when there is none. */
export function nearest(x: readonly number[], value: number): number {
  const after = firstAtLeast(x, value);
  if (after === 0) return x.length === 0 ? -1 : 0;
  if (after === x.length) return after - 1;
  return x[after]! - value < value - x[after - 1]! ? after : after - 1;
}

/** The points with x in [from, to], and one neighbour on each side so that lines reach the frame. */
export function slice(series: Series, ends: [number, number]): Series {
  const { crowd } = series;
  const found = pick(series, range(...within(series.x, ends)));
  if (!crowd) return found;
  const [start, end] = within(crowd.x, ends);
  const x = crowd.x.slice(start, end);
  return { ...found, crowd: { x, values: crowd.values.slice(start, end) } };
}

/** First index and the one behind the last of the ascending `x` in [from, to], with a neighbour on each side. */
function within(
  x: readonly number[],
  [from, to]: [number, number],
): [number, number] {
  const start = Math.max(0, firstAtLeast(x, from) - 1);
  let end = firstAtLeast(x, to);
  while (end < x.length && x[end]! <= to) end++;
  return [start, Math.min(x.length, end + 1)];
}

/**
 * At most `2 * buckets + 2` finite points that draw the same line: the lowest
 * and the highest of each bucket of neighbours, and both ends. The first NaN,
 * +Infinity and -Infinity of every bucket are kept as well, so that none is
 * lost from sight.
 */
export function downsample(series: Series, buckets: number): Series {
  const count = series.x.length;
  if (count <= 2 * buckets) return series;
  const kept: number[] = [];
  for (let bucket = 0; bucket < buckets; bucket++) {
    const start = Math.floor(bucket * count / buckets);
    const end = Math.floor((bucket + 1) * count / buckets);
    keepOf(series.y, start, end, kept);
  }
  if (kept[0] !== 0) kept.unshift(0);
  if (kept[kept.length - 1] !== count - 1) kept.push(count - 1);
  return pick(series, kept);
}

function keepOf(y: number[], start: number, end: number, kept: number[]) {
  let low = -1, high = -1, nan = -1, above = -1, below = -1;
  for (let i = start; i < end; i++) {
    const value = y[i]!;
    if (value !== value) nan = nan < 0 ? i : nan;
    else if (value === Infinity) above = above < 0 ? i : above;
    else if (value === -Infinity) below = below < 0 ? i : below;
    else {
      if (low < 0 || value < y[low]!) low = i;
      if (high < 0 || value > y[high]!) high = i;
    }
  }
  const found = [low, high, nan, above, below].filter((i) => i >= 0);
  for (const i of [...new Set(found)].sort((a, b) => a - b)) kept.push(i);
}

function pick(series: Series, indices: number[]): Series {
  const { x, y, deviation, low, high, single, across } = series;
  const of = <T>(column: readonly T[]) => indices.map((i) => column[i]!);
  return {
    ...series,
    x: of(x),
    y: of(y),
    ...(deviation && { deviation: of(deviation) }),
    ...(low && { low: of(low) }),
    ...(high && { high: of(high) }),
    ...(single && { single: of(single) }),
    ...(across && { across: of(across) }),
  };
}

function range(start: number, end: number): number[] {
  return Array.from({ length: Math.max(0, end - start) }, (_, i) => start + i);
}
