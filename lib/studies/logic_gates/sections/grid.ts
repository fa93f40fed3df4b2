/** Points of the plane on which gates are checked, and networks on them. */
import type { Truth } from "../../../math/gates.ts";
import type { Random } from "../../../math/random.ts";
import { outputsAt, type ReluNetwork } from "../../../math/relu_network.ts";
import { type Matrix, matrix } from "../../../study/derivation/algebra.ts";

/** Multiples of ⅛ from −2 to 2: sums of them are exact in float64, and 0 is one. */
const AXIS = Array.from({ length: 33 }, (_, i) => (i - 16) / 8);

/** Every point of a 33 × 33 grid that holds both axes, one per column: [2, 1089]. */
export const grid: Matrix = matrix(2, AXIS.length ** 2, [
  ...AXIS.flatMap((x1) => AXIS.map(() => x1)),
  ...AXIS.flatMap(() => AXIS),
]);

/** `count` points of the plane, one per column. */
export function drawPoints(random: Random, count: number): Matrix {
  return matrix(2, count, random.array(2 * count, { low: -2, high: 2 }));
}

/** A function of two numbers at every column of x: [1, n]. */
export function rowOf(
  x: Matrix,
  f: (x1: number, x2: number) => number,
): Matrix {
  const { columns, data } = x;
  return matrix(
    1,
    columns,
    Array.from({ length: columns }, (_, i) => f(data[i]!, data[columns + i]!)),
  );
}

/** Where a statement holds, as 1 and 0. */
export function truthOf(x: Matrix, truth: Truth): Matrix {
  return rowOf(x, (x1, x2) => Number(truth(x1, x2)));
}

/** The outputs of a network at every column, from the definition. */
export function outputsOf(network: ReluNetwork, x: Matrix): Matrix {
  return rowOf(x, (x1, x2) => outputsAt(network, [x1, x2])[0]!);
}
