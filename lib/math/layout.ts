/** Operations that move elements and compute nothing. */
import { sameShape, type Shape, sizeOf } from "../core/shape.ts";
import { operation, type Var } from "./autodiff.ts";
import { broadcastShape, offsets, strides } from "./indexing.ts";

/** The same elements in another shape. */
export function reshape(a: Var, shape: Shape): Var {
  return operation(a.value.slice(), shape, [{
    to: a,
    pull: (grad, into) => grad.forEach((g, i) => into[i]! += g),
  }]);
}

/** Axes in another order, as in `[1, 0]`; without `axes` they are reversed. */
export function transpose(a: Var, axes?: readonly number[]): Var {
  const order = axes ?? a.shape.map((_, axis) => axis).reverse();
  if (
    !sameShape(
      order.toSorted((a, b) => a - b),
      a.shape.map((_, axis) => axis),
    )
  ) {
    throw new TypeError(
      `Cannot order the axes of [${a.shape}] as [${order}]: name each axis once`,
    );
  }
  const steps = strides(a.shape);
  const shape = order.map((axis) => a.shape[axis]!);
  return gather(a, offsets(shape, order.map((axis) => steps[axis]!)), shape);
}

/** `a` repeated along new leading axes and axes of size 1, as numpy does. */
export function broadcastTo(a: Var, shape: Shape): Var {
  if (sameShape(a.shape, shape)) return a;
  if (!sameShape(broadcastShape(a.shape, shape), shape)) {
    throw new TypeError(`Cannot broadcast [${a.shape}] to [${shape}]`);
  }
  const missing = shape.length - a.shape.length;
  const steps = strides(a.shape);
  const repeated = shape.map((_, axis) =>
    axis < missing || a.shape[axis - missing] === 1 ? 0 : steps[axis - missing]!
  );
  return gather(a, offsets(shape, repeated), shape);
}

/**
 * `y[i] = a[indices[i]]` over flat indices, 0 where the index is −1: slices,
 * padding, the windows of a convolution. Gradients of an element add up.
 */
export function gather(
  a: Var,
  indices: ArrayLike<number>,
  shape: Shape,
): Var {
  const value = Float64Array.from(indices, (i) => i < 0 ? 0 : a.value[i]!);
  const pull = (grad: Float64Array, into: Float64Array) => {
    for (let i = 0; i < grad.length; i++) {
      if (indices[i]! >= 0) into[indices[i]!]! += grad[i]!;
    }
  };
  return operation(value, shape, [{ to: a, pull }]);
}

/**
 * Arrays side by side along the last axis; their other axes must agree.
 *
 * @throws {TypeError} If there is no array
 */
export function concatenate(parts: readonly Var[]): Var {
  const [first] = parts;
  if (!first) throw new TypeError("Cannot concatenate nothing");
  const widths = parts.map(({ shape }) => shape.at(-1)!);
  const all = widths.reduce((sum, width) => sum + width, 0);
  const shape = [...first.shape.slice(0, -1), all];
  const owner = widths.flatMap((width, part) =>
    Array<number>(width).fill(part)
  );
  const place = widths.flatMap((width) =>
    Array.from({ length: width }, (_, i) => i)
  );
  const value = Float64Array.from({ length: sizeOf(shape) }, (_, i) => {
    const column = i % all;
    const part = owner[column]!;
    const row = (i - column) / all;
    return parts[part]!.value[row * widths[part]! + place[column]!]!;
  });
  return operation(
    value,
    shape,
    parts.map((to, part) => ({
      to,
      pull: (grad, into) =>
        grad.forEach((g, i) => {
          const column = i % all;
          if (owner[column] !== part) return;
          const row = (i - column) / all;
          into[row * widths[part]! + place[column]!]! += g;
        }),
    })),
  );
}
