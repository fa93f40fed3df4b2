/** How several values of one quantity lie: their mean, and two measures of how far they spread. */

/** Shares of the values below `low` and below `high`: of a normal distribution, one standard deviation to either side. */
export const BAND = [0.16, 0.84] as const;

/** Statistics of the finite ones among some values. */
export interface Spread {
  /** NaN where no value is finite. */
  mean: number;
  /** Sample standard deviation; 0 for fewer than two values. */
  deviation: number;
  /** The 16th and the 84th percentile, which unlike mean ± deviation never leave the range of the values. */
  low: number;
  high: number;
}

/** Mean and spread of the finite values. */
export function spreadOf(values: readonly number[]): Spread {
  const finite = values.filter(Number.isFinite).sort((a, b) => a - b);
  const count = finite.length;
  const mean = count === 0
    ? NaN
    : finite.reduce((sum, value) => sum + value / count, 0);
  const squares = finite.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return {
    mean,
    deviation: count > 1 ? Math.sqrt(squares / (count - 1)) : 0,
    low: quantile(finite, BAND[0]),
    high: quantile(finite, BAND[1]),
  };
}

/** The value below which a share of the sorted values lies, linear between neighbours; NaN of none. */
function quantile(sorted: readonly number[], share: number): number {
  const place = share * (sorted.length - 1);
  const below = sorted[Math.floor(place)] ?? NaN;
  const above = sorted[Math.ceil(place)] ?? NaN;
  return below + (place - Math.floor(place)) * (above - below);
}
