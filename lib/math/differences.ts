/**
 * Gradient by central differences, `(f(x + h·eᵢ) − f(x − h·eᵢ)) / 2h`, one entry per
 * index (all of `x` unless given). Error about `h²f‴/6 + 10⁻¹⁶|f|/h`; keep `x` further
 * than `h` from kinks. `x` itself stays as it is.
 */
export function centralDifferences(
  f: (x: Float64Array) => number,
  x: Float64Array,
  { step = 1e-6, indices = x.keys() }: {
    /** `h`, absolute, in units of `x`. */
    step?: number;
    indices?: Iterable<number>;
  } = {},
): Float64Array {
  const moved = x.slice();
  return Float64Array.from(indices, (i) => {
    const center = x[i]!;
    const above = center + step;
    const below = center - step;
    moved[i] = above;
    const high = f(moved);
    moved[i] = below;
    const low = f(moved);
    moved[i] = center;
    return (high - low) / (above - below);
  });
}
