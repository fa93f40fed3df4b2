/** What was measured against what theory expects, in standard errors. */
export interface Deviation {
  readonly mean: number;
  readonly theory: number;
  /** Of the mean. */
  readonly standardError: number;
  /** `(mean − theory) / standardError`. */
  readonly errors: number;
}

/** The mean of independent values against its expectation. */
export function deviation(
  values: readonly number[],
  theory: number,
): Deviation {
  const count = values.length;
  // Divided first: squares of large values would overflow their sum.
  const mean = values.reduce((sum, value) => sum + value / count, 0);
  const variance = values.reduce(
    (sum, value) => sum + (value / mean - 1) ** 2 / (count - 1),
    0,
  );
  const standardError = Math.abs(mean) * Math.sqrt(variance / count);
  return {
    mean,
    theory,
    standardError,
    errors: (mean - theory) / standardError,
  };
}

/** The deviation of the most standard errors, and its index. */
export function worst(
  deviations: readonly Deviation[],
): { index: number; errors: number } {
  const sizes = deviations.map(({ errors }) => Math.abs(errors));
  const notNumber = sizes.findIndex(Number.isNaN);
  const index = notNumber >= 0 ? notNumber : sizes.indexOf(Math.max(...sizes));
  return { index, errors: sizes[index]! };
}
