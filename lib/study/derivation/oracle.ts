/** Left sides: what reverse mode and central differences say about a function of matrices. */
import { backward, type Var, variable } from "../../math/autodiff.ts";
import { centralDifferences } from "../../math/differences.ts";
import type { Random } from "../../math/random.ts";
import { type Matrix, matrix } from "./algebra.ts";

/** A [rows, columns] matrix of numbers uniform on [−1, 1). */
export function draw(
  random: Random,
  [rows, columns]: [number, number],
): Matrix {
  return matrix(rows, columns, random.array(rows * columns));
}

/** A matrix as a variable of the autodiff tape, [rows, columns]. */
export function toVariable(a: Matrix): Var {
  return variable(a.data, [a.rows, a.columns]);
}

/** The value of a two-dimensional variable. */
export function valueOf(a: Var): Matrix {
  return matrix(a.shape[0]!, a.shape[1]!, a.value);
}

/** The gradient that `backward` left on a two-dimensional variable. */
export function gradientOf(a: Var): Matrix {
  return matrix(a.shape[0]!, a.shape[1]!, a.grad);
}

/** Gradients of a scalar function at `at`, by reverse mode, one per argument. */
export function gradients<const T extends readonly Matrix[]>(
  at: T,
  f: (variables: { [K in keyof T]: Var }) => Var,
): { [K in keyof T]: Matrix } {
  const variables = at.map(toVariable) as { [K in keyof T]: Var };
  backward(f(variables));
  return variables.map(gradientOf) as { [K in keyof T]: Matrix };
}

/** Step of the differences; twice it stays below the distance that checks keep from kinks, 1e-3. */
const STEP = 2e-4;

/**
 * The gradient of a scalar function at `at`, by central differences of two
 * steps, `(4·D(h) − D(2h)) / 3`, whose error is of order h⁴: gradients of deep
 * layers are small, and a smaller step would drown them in rounding.
 */
export function slopes(at: Matrix, f: (a: Matrix) => number): Matrix {
  const [near, far] = [STEP, 2 * STEP].map((step) =>
    centralDifferences(
      (data) => f(matrix(at.rows, at.columns, data)),
      at.data,
      { step },
    )
  );
  const slope = near!.map((d, i) => (4 * d - far![i]!) / 3);
  return matrix(at.rows, at.columns, slope);
}
