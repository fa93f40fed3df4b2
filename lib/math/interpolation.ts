import type { ReluNetwork } from "./relu_network.ts";

/** Where a function is interpolated: `pieces` straight lines of equal length between two ends. */
export interface Knots {
  readonly low: number;
  readonly high: number;
  readonly pieces: number;
}

/**
 * A network with one hidden ReLU layer that joins points of `f` by straight lines:
 * a unit turns on at each knot but the last, and its weight is the change of slope
 * there. Shapes: `[pieces][1]` and `[1][pieces]`. Its error is at most
 * `h²/8 · max |f″|` between the ends, with `h` the length of a piece.
 */
export function interpolatingNetwork(
  f: (x: number) => number,
  { low, high, pieces }: Knots,
): ReluNetwork {
  const length = (high - low) / pieces;
  const knots = Array.from({ length: pieces }, (_, i) => low + i * length);
  const slopes = knots.map((x) => (f(x + length) - f(x)) / length);
  const changes = slopes.map((slope, i) => slope - (slopes[i - 1] ?? 0));
  return [
    { weight: knots.map(() => [1]), bias: knots.map((x) => -x) },
    { weight: [changes], bias: [f(low)] },
  ];
}
