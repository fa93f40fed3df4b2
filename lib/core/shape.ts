/** Sizes of an array's axes, slowest first (row-major). `[]` is a scalar. */
export type Shape = readonly number[];

/** Number of elements, `∏ shape`; 1 for a scalar. */
export function sizeOf(shape: Shape): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** `[64, 1, 28, 28]` as people write it: `64×1×28×28`; `scalar` for `[]`. */
export function formatShape(shape: Shape): string {
  return shape.length === 0 ? "scalar" : shape.join("×");
}

/** Whether both shapes have the same axes in the same order. */
export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((size, axis) => size === b[axis]);
}

/**
 * Returns `shape` if every axis is a positive integer.
 *
 * @throws {TypeError} If an axis is zero, negative, fractional, NaN or above 2³¹−1
 */
export function checkShape(name: string, shape: Shape): Shape {
  shape.forEach((size, axis) => {
    if (!Number.isInteger(size) || size < 1 || size > 0x7fffffff) {
      throw new TypeError(
        `Cannot use ${name} of shape [${shape}]: axis ${axis} is ${size}, every axis must be an integer from 1 to 2147483647`,
      );
    }
  });
  return shape;
}
