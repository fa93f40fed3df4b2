/** The formulas of normalization, written in an algebra; one example per row. */
import { type Algebra, type Matrix, ones } from "./algebra.ts";

/** What mean and variance are taken over: the examples, for each feature, or the features, for each example. */
export type Over = "examples" | "features";

/** How a matrix is normalized. */
export interface Normalization {
  readonly over: Over;
  /** ε. */
  readonly epsilon: number;
}

/** Means of X, each in all the places that it was taken over: `(1/B)·11ᵀX`, or `(1/F)·X11ᵀ`. */
export function means(
  { product, scale }: Algebra,
  x: Matrix,
  over: Over,
): Matrix {
  const { rows, columns } = x;
  return over === "examples"
    ? scale(1 / rows, product(ones(rows, rows), x))
    : scale(1 / columns, product(x, ones(columns, columns)));
}

/**
 * Variances of X, divided by the count, in all the places that they were taken
 * over: mean of the squares less square of the mean, which is no even function
 * of what it is made of and so hides no wrong sign.
 */
export function variances(algebra: Algebra, x: Matrix, over: Over): Matrix {
  const { hadamard, minus } = algebra;
  const squares = means(algebra, hadamard(x, x), over);
  const [one, other] = [means(algebra, x, over), means(algebra, x, over)];
  return minus(squares, hadamard(one, other));
}

/** `s = √(σ² + ε)`, entry by entry. */
export function deviations(
  { plus, root, scale }: Algebra,
  variance: Matrix,
  epsilon: number,
): Matrix {
  const { rows, columns } = variance;
  return root(plus(variance, scale(epsilon, ones(rows, columns))));
}

/** `X̂ = (X − μ) ⊘ s`. */
export function normalized(
  algebra: Algebra,
  x: Matrix,
  { over, epsilon }: Normalization,
): Matrix {
  const { minus, quotient } = algebra;
  const s = deviations(algebra, variances(algebra, x, over), epsilon);
  return quotient(minus(x, means(algebra, x, over)), s);
}

/** A column as a row, once for every example: `1vᵀ`. */
export function everyRow(
  { product, transpose }: Algebra,
  column: Matrix,
  rows: number,
): Matrix {
  return product(ones(rows), transpose(column));
}

/** `(X − 1rᵀ) ⊘ √(1vᵀ + ε)` with a given mean r and variance v of each feature. */
export function normalizedBy(
  algebra: Algebra,
  x: Matrix,
  { mean, variance, epsilon }: {
    mean: Matrix;
    variance: Matrix;
    epsilon: number;
  },
): Matrix {
  const { minus, quotient } = algebra;
  const v = everyRow(algebra, variance, x.rows);
  const centered = minus(x, everyRow(algebra, mean, x.rows));
  return quotient(centered, deviations(algebra, v, epsilon));
}

/** `X̂ ⊙ 1γᵀ + 1βᵀ`. */
export function scaleAndShift(
  algebra: Algebra,
  x: Matrix,
  { weight, bias }: { weight: Matrix; bias: Matrix },
): Matrix {
  const { hadamard, plus } = algebra;
  const scaled = hadamard(x, everyRow(algebra, weight, x.rows));
  return plus(scaled, everyRow(algebra, bias, x.rows));
}

/** `(G − mean(G) − X̂ ⊙ mean(G ⊙ X̂)) ⊘ s`: what arrives at X of a gradient G at X̂. */
export function normalizedBackward(
  algebra: Algebra,
  { x, gradient }: { x: Matrix; gradient: Matrix },
  { over, epsilon }: Normalization,
): Matrix {
  const { hadamard, minus, quotient } = algebra;
  // Twice, as X̂ enters squared and would hide its own sign.
  const [one, other] = [1, 2].map(() =>
    normalized(algebra, x, { over, epsilon })
  ) as [Matrix, Matrix];
  const along = means(algebra, hadamard(gradient, one), over);
  const centered = minus(gradient, means(algebra, gradient, over));
  const s = deviations(algebra, variances(algebra, x, over), epsilon);
  return quotient(minus(centered, hadamard(other, along)), s);
}
