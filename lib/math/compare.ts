/** Where two arrays differ most, relative to size. */
export interface Difference {
  /** `|actual − expected| / max(|actual|, |expected|, floor)`; 0 if all agree, `Infinity` at a NaN. */
  error: number;
  /** Flat index; 0 if all agree. */
  index: number;
  actual: number;
  expected: number;
}

/**
 * The largest relative error of `actual` against `expected` and where it is.
 *
 * @param options.floor Size below which differences count as absolute, in units of
 * the values; `largest(expected)` measures every element against the largest one,
 * as fits float32 sums that cancel. Default 1e-30
 * @throws {TypeError} If the lengths differ
 */
export function relativeError(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  { floor = 1e-30 }: { floor?: number } = {},
): Difference {
  if (actual.length !== expected.length) {
    throw new TypeError(
      `Cannot compare ${actual.length} numbers with ${expected.length}`,
    );
  }
  let worst = 0;
  let index = 0;
  for (let i = 0; i < actual.length; i++) {
    const error = elementError(actual[i]!, expected[i]!, floor);
    if (error > worst) {
      worst = error;
      index = i;
    }
  }
  return {
    error: worst,
    index,
    actual: actual[index] ?? 0,
    expected: expected[index] ?? 0,
  };
}

/** `max |x|`, 0 for no values. */
export function largest(values: ArrayLike<number>): number {
  let found = 0;
  for (let i = 0; i < values.length; i++) {
    found = Math.max(found, Math.abs(values[i]!));
  }
  return found;
}

function elementError(a: number, b: number, floor: number): number {
  if (a === b) return 0;
  const error = Math.abs(a - b) / Math.max(Math.abs(a), Math.abs(b), floor);
  return Number.isNaN(error) ? Infinity : error;
}
