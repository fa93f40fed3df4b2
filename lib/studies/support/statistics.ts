/** Mean and deviation of what a study measured several times; unlike `spreadOf`, they do not hide what is not finite. */

/** The mean, NaN of no values. */
export function mean(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  return sum / values.length;
}

/** Mean and sample standard deviation, which is 0 for one value. */
export function moments(
  values: readonly number[],
): { mean: number; deviation: number } {
  const center = mean(values);
  const squares = values.reduce((sum, value) => sum + (value - center) ** 2, 0);
  const deviation = Math.sqrt(squares / Math.max(1, values.length - 1));
  return { mean: center, deviation };
}
