/**
 * Float64 matrices and the few operations in which right-hand sides of
 * derivation lines are written. A right-hand side receives the operations as
 * an argument, so a test can replace any single one by a wrong one and demand
 * that the line's check fails.
 */

/** A float64 matrix, row-major; a column vector has one column, a scalar is 1×1. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly data: Float64Array;
}

/** A matrix from its entries in row-major order. @throws {RangeError} If there are not `rows·columns` of them */
export function matrix(
  rows: number,
  columns: number,
  data: ArrayLike<number>,
): Matrix {
  if (data.length !== rows * columns) {
    throw new RangeError(
      `Cannot make a ${rows}×${columns} matrix: got ${data.length} entries, needs ${
        rows * columns
      }`,
    );
  }
  return { rows, columns, data: Float64Array.from(data) };
}

/** A column vector `[n, 1]`. */
export function column(data: ArrayLike<number>): Matrix {
  return matrix(data.length, 1, data);
}

/** A 1×1 matrix. */
export function scalar(value: number): Matrix {
  return matrix(1, 1, [value]);
}

/** The identity `I`, [n, n]. */
export function identity(n: number): Matrix {
  const result = matrix(n, n, new Float64Array(n * n));
  for (let i = 0; i < n; i++) result.data[i * n + i] = 1;
  return result;
}

/** A matrix whose every entry is 1. */
export function ones(rows: number, columns = 1): Matrix {
  return matrix(rows, columns, new Float64Array(rows * columns).fill(1));
}

function map(a: Matrix, f: (value: number) => number): Matrix {
  return matrix(a.rows, a.columns, a.data.map(f));
}

function zip(
  name: string,
  [a, b]: [Matrix, Matrix],
  f: (a: number, b: number) => number,
): Matrix {
  if (a.rows !== b.rows || a.columns !== b.columns) {
    throw new RangeError(
      `Cannot ${name} ${a.rows}×${a.columns} and ${b.rows}×${b.columns}: shapes must be equal`,
    );
  }
  return matrix(
    a.rows,
    a.columns,
    a.data.map((value, i) => f(value, b.data[i]!)),
  );
}

/** The operations a right-hand side may use. */
export interface Algebra {
  /** `AB`, [n, k]·[k, m] → [n, m]. */
  product(a: Matrix, b: Matrix): Matrix;
  /** `Aᵀ`. */
  transpose(a: Matrix): Matrix;
  /** `a ⊗ b = abᵀ` of two column vectors, [n], [m] → [n, m]. */
  outer(a: Matrix, b: Matrix): Matrix;
  /** The Kronecker product, every entry of A times B: [n, m], [p, q] → [np, mq]. */
  kronecker(a: Matrix, b: Matrix): Matrix;
  /** `A + B`. */
  plus(a: Matrix, b: Matrix): Matrix;
  /** `A − B`. */
  minus(a: Matrix, b: Matrix): Matrix;
  /** `A ⊙ B`, entry by entry. */
  hadamard(a: Matrix, b: Matrix): Matrix;
  /** `A ⊘ B`, entry by entry. */
  quotient(a: Matrix, b: Matrix): Matrix;
  /** `cA`. */
  scale(c: number, a: Matrix): Matrix;
  /** The diagonal matrix of a column vector, [n] → [n, n]. */
  diagonal(a: Matrix): Matrix;
  /** `σ(z) = 1/(1 + e^{−z})`, entry by entry. */
  sigmoid(a: Matrix): Matrix;
  /** `tanh z`, entry by entry. */
  tanh(a: Matrix): Matrix;
  /** `ReLU(z) = max(z, 0)`, entry by entry. */
  relu(a: Matrix): Matrix;
  /** `Θ(z)`: 1 where z > 0, else 0. */
  step(a: Matrix): Matrix;
  /** `e^z`, entry by entry. */
  exp(a: Matrix): Matrix;
  /** `log z`, entry by entry. */
  log(a: Matrix): Matrix;
  /** `√z`, entry by entry. */
  root(a: Matrix): Matrix;
}

/** The operations as they are. */
export const exact: Algebra = {
  product(a, b) {
    if (a.columns !== b.rows) {
      throw new RangeError(
        `Cannot multiply ${a.rows}×${a.columns} by ${b.rows}×${b.columns}: inner sizes must be equal`,
      );
    }
    const data = new Float64Array(a.rows * b.columns);
    for (let i = 0; i < a.rows; i++) {
      for (let k = 0; k < a.columns; k++) {
        const factor = a.data[i * a.columns + k]!;
        for (let j = 0; j < b.columns; j++) {
          data[i * b.columns + j]! += factor * b.data[k * b.columns + j]!;
        }
      }
    }
    return matrix(a.rows, b.columns, data);
  },
  transpose(a) {
    const data = a.data.map((_, i) =>
      a.data[(i % a.rows) * a.columns + Math.floor(i / a.rows)]!
    );
    return matrix(a.columns, a.rows, data);
  },
  outer: (a, b) => exact.product(a, exact.transpose(b)),
  kronecker(a, b) {
    const [rows, columns] = [a.rows * b.rows, a.columns * b.columns];
    const data = new Float64Array(rows * columns).map((_, at) => {
      const [i, j] = [Math.floor(at / columns), at % columns];
      return a.data[
        Math.floor(i / b.rows) * a.columns + Math.floor(j / b.columns)
      ]! *
        b.data[(i % b.rows) * b.columns + j % b.columns]!;
    });
    return matrix(rows, columns, data);
  },
  plus: (a, b) => zip("add", [a, b], (x, y) => x + y),
  minus: (a, b) => zip("subtract", [a, b], (x, y) => x - y),
  hadamard: (a, b) => zip("multiply entrywise", [a, b], (x, y) => x * y),
  quotient: (a, b) => zip("divide entrywise", [a, b], (x, y) => x / y),
  scale: (c, a) => map(a, (x) => c * x),
  diagonal(a) {
    const result = matrix(a.rows, a.rows, new Float64Array(a.rows * a.rows));
    a.data.forEach((x, i) => result.data[i * a.rows + i] = x);
    return result;
  },
  sigmoid: (a) => map(a, (x) => 1 / (1 + Math.exp(-x))),
  tanh: (a) => map(a, Math.tanh),
  relu: (a) => map(a, (x) => Math.max(x, 0)),
  step: (a) => map(a, (x) => x > 0 ? 1 : 0),
  exp: (a) => map(a, Math.exp),
  log: (a) => map(a, Math.log),
  root: (a) => map(a, Math.sqrt),
};
