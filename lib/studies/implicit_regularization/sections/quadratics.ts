/** Random losses `J_b(θ) = ½(θ − c_b)ᵀ H_b (θ − c_b)`, whose every derivative can be written down. */
import { backward } from "../../../math/autodiff.ts";
import {
  add,
  matmul,
  scale,
  square,
  sub,
  sum,
} from "../../../math/operations.ts";
import type { Random } from "../../../math/random.ts";
import { exact, type Matrix } from "../../../study/derivation/algebra.ts";
import {
  draw,
  gradientOf,
  toVariable,
} from "../../../study/derivation/oracle.ts";

/** One mini-batch's loss, with `H = AᵀA`. */
export interface Quadratic {
  readonly A: Matrix;
  readonly H: Matrix;
  readonly c: Matrix;
}

/** Mini-batches and a point θ. */
export interface Problem {
  readonly batches: readonly Quadratic[];
  readonly theta: Matrix;
}

/** Parameters of the problems. */
const SIZE = 3;

/** A problem of three mini-batches. */
export function drawProblem(random: Random): Problem {
  return {
    theta: draw(random, [SIZE, 1]),
    batches: Array.from({ length: 3 }, () => {
      const A = draw(random, [SIZE, SIZE]);
      const c = draw(random, [SIZE, 1]);
      return { A, H: exact.product(exact.transpose(A), A), c };
    }),
  };
}

/** `∇J_b(θ)` by reverse mode. */
export function gradientAt({ A, c }: Quadratic, theta: Matrix): Matrix {
  const variable = toVariable(theta);
  const residual = matmul(toVariable(A), sub(variable, toVariable(c)));
  backward(scale(sum(square(residual)), 0.5));
  return gradientOf(variable);
}

/** `∇J(θ)` by reverse mode through the mean of the losses. */
export function fullGradientAt(
  { batches }: Pick<Problem, "batches">,
  theta: Matrix,
): Matrix {
  const variable = toVariable(theta);
  const stacked = batches.map(({ A, c }) =>
    scale(
      sum(square(matmul(toVariable(A), sub(variable, toVariable(c))))),
      0.5 / batches.length,
    )
  );
  backward(stacked.reduce(add));
  return gradientOf(variable);
}

/** `(1/n) Σ a`. */
export function average(terms: readonly Matrix[]): Matrix {
  return exact.scale(1 / terms.length, terms.reduce(exact.plus));
}

/** `‖a‖²`. */
export function squaredNorm(a: Matrix): number {
  return a.data.reduce((sum, value) => sum + value * value, 0);
}
