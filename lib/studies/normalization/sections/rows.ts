/** Rows of matrices, for sides of an equation that hold several statements. */
import { type Matrix, matrix } from "../../../study/derivation/algebra.ts";

/** Row `i` of a matrix, [1, columns]. */
export function rowOf({ columns, data }: Matrix, i = 0): Matrix {
  return matrix(1, columns, data.subarray(i * columns, (i + 1) * columns));
}

/** One matrix above the other; both have the same columns. */
export function stacked(above: Matrix, below: Matrix): Matrix {
  return matrix(above.rows + below.rows, above.columns, [
    ...above.data,
    ...below.data,
  ]);
}
