/** A straight line through points. */
export interface LineFit {
  readonly slope: number;
  readonly intercept: number;
  /** Share of the variance of y that the line explains, R², at most 1. */
  readonly explained: number;
}

/**
 * The line of least squares through points.
 *
 * @throws {RangeError} With fewer than two different x, or as many y as not x
 */
export function lineFit(
  x: readonly number[],
  y: readonly number[],
): LineFit {
  const count = x.length;
  if (y.length !== count || new Set(x).size < 2) {
    throw new RangeError(
      `Cannot fit a line through ${count} x and ${y.length} y: needs as many of both, and two different x`,
    );
  }
  const mean = (values: readonly number[]) =>
    values.reduce((sum, value) => sum + value, 0) / count;
  const [middleX, middleY] = [mean(x), mean(y)];
  const moment = (
    a: readonly number[],
    b: readonly number[],
    [middleA, middleB]: [number, number],
  ) =>
    a.reduce((sum, value, i) => sum + (value - middleA) * (b[i]! - middleB), 0);
  const slope = moment(x, y, [middleX, middleY]) /
    moment(x, x, [middleX, middleX]);
  const intercept = middleY - slope * middleX;
  const left = y.reduce(
    (sum, value, i) => sum + (value - intercept - slope * x[i]!) ** 2,
    0,
  );
  const all = moment(y, y, [middleY, middleY]);
  return { slope, intercept, explained: all === 0 ? 1 : 1 - left / all };
}
