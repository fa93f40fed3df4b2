/** Formulas that derivation lines and kernels share, written in an algebra. */
import { type Algebra, type Matrix, ones } from "./algebra.ts";

/** `σ′(z) = σ(z)(1 − σ(z))`, entry by entry. */
export function sigmoidSlope(
  { hadamard, minus, sigmoid }: Algebra,
  z: Matrix,
): Matrix {
  return hadamard(sigmoid(z), minus(ones(z.rows, z.columns), sigmoid(z)));
}

/** `tanh′(z) = 1 − tanh² z`, entry by entry. */
export function tanhSlope(
  { hadamard, minus, tanh }: Algebra,
  z: Matrix,
): Matrix {
  const y = tanh(z);
  return minus(ones(z.rows, z.columns), hadamard(y, y));
}

/** Softmax of every row, [batch, classes]. */
export function softmax(
  { exp, product, quotient }: Algebra,
  logits: Matrix,
): Matrix {
  const powers = exp(logits);
  const sums = product(powers, ones(logits.columns));
  return quotient(powers, product(sums, ones(1, logits.columns)));
}

/** Mean over the rows of `log Σ e^z − z_c`, 1×1; the target is one-hot, [batch, classes]. */
export function crossEntropy(
  { exp, hadamard, log, minus, product, scale }: Algebra,
  { logits, target }: { logits: Matrix; target: Matrix },
): Matrix {
  const sumOver = ones(logits.columns);
  const perRow = minus(
    log(product(exp(logits), sumOver)),
    product(hadamard(logits, target), sumOver),
  );
  return scale(1 / logits.rows, product(ones(1, logits.rows), perRow));
}
