/**
 * An array with its axes in another order.
 *
 * @param shape Of `values`, row-major
 * @param order Axis of `values` that each axis of the result is
 */
export function permute(
  values: Float32Array,
  shape: readonly number[],
  order: readonly number[],
): { values: Float32Array; shape: number[] } {
  const strides = shape.map((_, axis) =>
    shape.slice(axis + 1).reduce((a, b) => a * b, 1)
  );
  const sizes = order.map((axis) => shape[axis]!);
  const result = new Float32Array(values.length);
  let next = 0;
  const walk = (axis: number, from: number) => {
    if (axis === order.length) {
      result[next++] = values[from]!;
      return;
    }
    const stride = strides[order[axis]!]!;
    for (let i = 0; i < sizes[axis]!; i++) walk(axis + 1, from + i * stride);
  };
  walk(0, 0);
  return { values: result, shape: sizes };
}
