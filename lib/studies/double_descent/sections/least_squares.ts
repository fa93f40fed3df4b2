/** Linear regression by orthogonalization and by inversion: two ways to the same numbers. */
import {
  exact,
  identity,
  type Matrix,
  matrix,
} from "../../../study/derivation/algebra.ts";

/** `a = QR` with orthonormal columns of Q, [n, p] with n ≥ p, by Gram and Schmidt. */
function orthogonalize(a: Matrix): { Q: Matrix; R: Matrix } {
  const { rows: n, columns: p } = a;
  const Q = matrix(n, p, a.data);
  const R = matrix(p, p, new Float64Array(p * p));
  const at = (i: number, j: number) => i * p + j;
  for (let j = 0; j < p; j++) {
    for (let k = 0; k < j; k++) {
      let dot = 0;
      for (let i = 0; i < n; i++) dot += Q.data[at(i, k)]! * Q.data[at(i, j)]!;
      R.data[at(k, j)] = dot;
      for (let i = 0; i < n; i++) {
        Q.data[at(i, j)]! -= dot * Q.data[at(i, k)]!;
      }
    }
    let square = 0;
    for (let i = 0; i < n; i++) square += Q.data[at(i, j)]! ** 2;
    R.data[at(j, j)] = Math.sqrt(square);
    for (let i = 0; i < n; i++) Q.data[at(i, j)]! /= Math.sqrt(square);
  }
  return { Q, R };
}

/** The w of least norm among those that make `‖Xw − y‖` least; X is [n, p] of full rank, y a column. */
export function leastSquares(X: Matrix, y: Matrix): Matrix {
  const { product, transpose } = exact;
  if (X.rows >= X.columns) {
    const { Q, R } = orthogonalize(X);
    return substitute(R, product(transpose(Q), y), "back");
  }
  const { Q, R } = orthogonalize(transpose(X));
  return product(Q, substitute(transpose(R), y, "forward"));
}

/** Solves a triangular system. */
function substitute(
  triangle: Matrix,
  y: Matrix,
  direction: "back" | "forward",
): Matrix {
  const n = triangle.rows;
  const x = new Float64Array(n);
  const order = Array.from(
    { length: n },
    (_, i) => direction === "back" ? n - 1 - i : i,
  );
  for (const i of order) {
    let rest = y.data[i]!;
    for (let j = 0; j < n; j++) {
      if (j !== i) rest -= triangle.data[i * n + j]! * x[j]!;
    }
    x[i] = rest / triangle.data[i * n + i]!;
  }
  return matrix(n, 1, x);
}

/** `A⁻¹` of a symmetric positive definite matrix, by Gauss and Jordan. */
export function inverse(A: Matrix): Matrix {
  const n = A.rows;
  const left = A.data.slice();
  const right = identity(n).data.slice();
  for (let pivot = 0; pivot < n; pivot++) {
    const factor = left[pivot * n + pivot]!;
    for (let j = 0; j < n; j++) {
      left[pivot * n + j]! /= factor;
      right[pivot * n + j]! /= factor;
    }
    for (let i = 0; i < n; i++) {
      const share = left[i * n + pivot]!;
      if (i === pivot || share === 0) continue;
      for (let j = 0; j < n; j++) {
        left[i * n + j]! -= share * left[pivot * n + j]!;
        right[i * n + j]! -= share * right[pivot * n + j]!;
      }
    }
  }
  return matrix(n, n, right);
}
