/**
 * Exact arithmetic on float64 numbers. Each is an integer times a power of two,
 * so sums and products of some of them are integers over one common power, and
 * a quotient is a fraction of two integers.
 */

/** A fraction; the denominator is positive. */
export interface Fraction {
  readonly over: bigint;
  readonly under: bigint;
}

/** `m` and `e` with `x = m · 2^e`, both integers; e ≤ 0 unless x is a large integer. */
function split(x: number): { m: bigint; e: number } {
  if (!Number.isFinite(x)) {
    throw new RangeError(
      `Cannot take ${x} apart: only finite numbers have digits`,
    );
  }
  let e = 0;
  let m = x;
  while (!Number.isInteger(m)) {
    m *= 2;
    e--;
  }
  return { m: BigInt(m), e };
}

/**
 * The least s ≥ 0 that makes `x · 2^s` an integer for every x.
 *
 * @throws {RangeError} If a number is not finite
 */
export function commonShift(numbers: Iterable<number>): number {
  let shift = 0;
  for (const x of numbers) shift = Math.max(shift, -split(x).e);
  return shift;
}

/** `x · 2^shift`, for a shift that makes it an integer. */
export function scaled(x: number, shift: number): bigint {
  const { m, e } = split(x);
  return m << BigInt(shift + e);
}

/** Negative, zero or positive as a is less than, equal to or greater than b. */
export function compare(a: Fraction, b: Fraction): number {
  const difference = a.over * b.under - b.over * a.under;
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

/** `a / b` with a positive denominator, b ≠ 0. */
export function fraction(a: bigint, b: bigint): Fraction {
  return b < 0n ? { over: -a, under: -b } : { over: a, under: b };
}

const bits = (x: bigint) => (x < 0n ? -x : x).toString(16).length * 4;

/** The float64 number nearest to a fraction, but for the last bit. */
export function toNumber({ over, under }: Fraction): number {
  if (over === 0n) return 0;
  // A quotient of at least 60 bits holds every digit that a float64 can.
  const shift = Math.max(0, 64 + bits(under) - bits(over));
  const quotient = Number((over << BigInt(shift)) / under);
  // In two steps: 2^−shift alone may be too small for a float64.
  const half = Math.floor(shift / 2);
  return quotient * 2 ** -half * 2 ** -(shift - half);
}
