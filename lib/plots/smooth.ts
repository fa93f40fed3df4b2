/**
 * Exponential moving average without start-up bias:
 * `s_i = (w s_{i-1} + (1 - w) y_i) / (1 - w^n)`. `weight` in [0, 1) is the share
 * of the past; 0 returns the values. A value that is not finite stays what it
 * is and the average starts afresh behind it.
 */
export function smooth(values: readonly number[], weight: number): number[] {
  let average = 0, bias = 1;
  return values.map((value) => {
    if (!Number.isFinite(value)) {
      average = 0;
      bias = 1;
      return value;
    }
    average = weight * average + (1 - weight) * value;
    bias *= weight;
    return average / (1 - bias);
  });
}
