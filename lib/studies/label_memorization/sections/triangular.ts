/** Small systems solved by definition. */
import { column, type Matrix } from "../../../study/derivation/algebra.ts";

/** The determinant of a small matrix, expanded along its first row. */
export function determinant({ rows, data }: Matrix): number {
  const minor = (row: number, columns: readonly number[]): number =>
    row === rows ? 1 : columns.reduce(
      (sum, column, i) =>
        sum + (i % 2 === 0 ? 1 : -1) * data[row * rows + column]! *
          minor(row + 1, columns.filter((other) => other !== column)),
      0,
    );
  return minor(0, Array.from({ length: rows }, (_, i) => i));
}

/** `w` with `Aw = y` for a lower triangular A. */
export function forwardSubstitution({ rows, data }: Matrix, y: Matrix): Matrix {
  const w: number[] = [];
  for (let i = 0; i < rows; i++) {
    let rest = y.data[i]!;
    for (let j = 0; j < i; j++) rest -= data[i * rows + j]! * w[j]!;
    w.push(rest / data[i * rows + i]!);
  }
  return column(w);
}
