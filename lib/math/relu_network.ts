/** ReLU networks as plain numbers, and their output from the definition. */
import type { Random } from "./random.ts";

/** One affine map `y = Wx + b`: `weight` [units][inputs], `bias` [units]. */
export interface Affine {
  readonly weight: readonly (readonly number[])[];
  readonly bias: readonly number[];
}

/** Affine maps with ReLU between them: l layers have l − 1 hidden ones. */
export type ReluNetwork = readonly Affine[];

/** `Wx + b`, one number per unit. */
export function affine(
  { weight, bias }: Affine,
  x: readonly number[],
): number[] {
  return weight.map((row, unit) =>
    row.reduce((sum, w, i) => sum + w * x[i]!, bias[unit]!)
  );
}

/** `max(z, 0)` of every number. */
export function relu(z: readonly number[]): number[] {
  return z.map((value) => Math.max(value, 0));
}

/** The outputs of a network at x. */
export function outputsAt(
  network: ReluNetwork,
  x: readonly number[],
): number[] {
  return network.reduce<readonly number[]>(
    (y, layer, i) => affine(layer, i === 0 ? y : relu(y)),
    x,
  ) as number[];
}

/** The output of a network with one input and one output. */
export function outputAt(network: ReluNetwork, x: number): number {
  return outputsAt(network, [x])[0]!;
}

/** A network with standard normal weights and biases; `widths` from input to output, as in `[1, 8, 1]`. */
export function drawReluNetwork(
  random: Random,
  widths: readonly number[],
): ReluNetwork {
  return widths.slice(1).map((units, i) => ({
    weight: Array.from(
      { length: units },
      () => [...random.normals(widths[i]!)],
    ),
    bias: [...random.normals(units)],
  }));
}
