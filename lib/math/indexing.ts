/** Flat indices into row-major arrays. */
import { type Shape, sizeOf } from "../core/shape.ts";

/** Elements between neighbours along each axis of a row-major array. */
export function strides(shape: Shape): number[] {
  return shape.map((_, axis) => sizeOf(shape.slice(axis + 1)));
}

/** For every element of `shape`, in order, `Σ index[axis] · steps[axis]`. */
export function offsets(shape: Shape, steps: readonly number[]): Uint32Array {
  let found = new Uint32Array(1);
  shape.forEach((size, axis) => {
    const wider = new Uint32Array(found.length * size);
    for (let i = 0; i < wider.length; i++) {
      wider[i] = found[Math.floor(i / size)]! + (i % size) * steps[axis]!;
    }
    found = wider;
  });
  return found;
}

/**
 * The shape two arrays take together: aligned at the last axis, equal sizes or 1.
 *
 * @throws {TypeError} If the shapes do not fit
 */
export function broadcastShape(a: Shape, b: Shape): Shape {
  const axes = Math.max(a.length, b.length);
  return Array.from({ length: axes }, (_, axis) => {
    const x = a[axis - axes + a.length] ?? 1;
    const y = b[axis - axes + b.length] ?? 1;
    if (x !== y && x !== 1 && y !== 1) {
      throw new TypeError(
        `Cannot combine [${a}] and [${b}]: axes counted from the last must be equal or 1`,
      );
    }
    return x === 1 ? y : x;
  });
}
