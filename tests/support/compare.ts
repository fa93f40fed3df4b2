import assert from "node:assert/strict";
import { relativeError } from "../../lib/math/compare.ts";

/**
 * Fails if a relative error exceeds `tolerance`; the message names index, both
 * values and the error. `floor` is the size below which errors count as absolute.
 */
export function assertClose(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  { tolerance, floor, label = "values" }: {
    tolerance: number;
    floor?: number;
    label?: string;
  },
): void {
  const worst = relativeError(actual, expected, { floor });
  assert.ok(
    worst.error <= tolerance,
    `${label}[${worst.index}] is ${worst.actual}, expected ${worst.expected}: relative error ${
      worst.error.toExponential(2)
    }, tolerance ${tolerance}`,
  );
}
