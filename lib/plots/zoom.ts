/** A range of x values. */
export type Range = readonly [number, number];

/** How far zooming in may go: this share of the whole range. */
const CLOSEST = 1e-6;

/**
 * `range` scaled by `factor` about `center` (its middle by default) and kept
 * within `whole`; null when that shows everything.
 */
export function zoom(
  range: Range | null,
  { whole, factor, center, log = false }: {
    whole: Range;
    factor: number;
    center?: number;
    log?: boolean;
  },
): Range | null {
  const [forth, back] = axis(log);
  const [low, high] = (range ?? whole).map(forth) as [number, number];
  const middle = center === undefined ? (low + high) / 2 : forth(center);
  return clamp(
    [middle - (middle - low) * factor, middle + (high - middle) * factor],
    { whole, forth, back },
  );
}

/** `range` moved by `share` of its length and kept within `whole`. */
export function pan(
  range: Range | null,
  { whole, share, log = false }: { whole: Range; share: number; log?: boolean },
): Range | null {
  if (!range) return null;
  const [forth, back] = axis(log);
  const [low, high] = range.map(forth) as [number, number];
  const [first, last] = whole.map(forth) as [number, number];
  const wanted = (high - low) * share;
  const shift = Math.min(Math.max(wanted, first - low), last - high);
  return [back(low + shift), back(high + shift)];
}

/** The range between two x values in any order; null where it is too short to see. */
export function brush(from: number, to: number, whole: Range): Range | null {
  const low = Math.max(whole[0], Math.min(from, to));
  const high = Math.min(whole[1], Math.max(from, to));
  return high - low > (whole[1] - whole[0]) * CLOSEST ? [low, high] : null;
}

type Map = (value: number) => number;

/** To and from the axis: `log(1 + x)`, which step 0 survives, or x itself. */
function axis(log: boolean): [Map, Map] {
  return log ? [Math.log1p, Math.expm1] : [(x) => x, (x) => x];
}

function clamp(
  [low, high]: [number, number],
  { whole, forth, back }: { whole: Range; forth: Map; back: Map },
): Range | null {
  const [first, last] = whole.map(forth) as [number, number];
  const shortest = (last - first) * CLOSEST;
  if (!(high - low > shortest)) {
    const middle = (low + high) / 2;
    [low, high] = [middle - shortest / 2, middle + shortest / 2];
  }
  if (low <= first && high >= last) return null;
  return [back(Math.max(low, first)), back(Math.min(high, last))];
}
