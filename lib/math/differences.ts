import type { Random } from "./random.ts";

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

/** At most `count` different indices below `length`, drawn at random, in order. */
export function sampleIndices(
  length: number,
  { count = 200, random }: { count?: number; random: Random },
): number[] {
  const chosen = new Set<number>();
  // Floyd's method: each step adds one index, whatever was drawn before.
  for (let top = Math.max(0, length - count); top < length; top++) {
    const drawn = random.integer(0, top + 1);
    chosen.add(chosen.has(drawn) ? top : drawn);
  }
  return [...chosen].sort((a, b) => a - b);
}
