/** Random batches for the checks, and the definitions that they are held against. */
import type { Var } from "../../../math/autodiff.ts";
import { batchNorm, layerNorm } from "../../../math/normalization.ts";
import {
  mean,
  mul,
  reshape,
  square,
  sub,
  sum,
} from "../../../math/operations.ts";
import type { Random } from "../../../math/random.ts";
import { type Matrix, matrix } from "../../../study/derivation/algebra.ts";
import { draw, toVariable, valueOf } from "../../../study/derivation/oracle.ts";

/** A batch, one example per row, parameters as columns, and the gradient `dY` that arrives at the output. */
export interface Batch {
  readonly x: Matrix;
  /** γ. */
  readonly weight: Matrix;
  /** β. */
  readonly bias: Matrix;
  readonly dY: Matrix;
  /** ε, as large as a variance may be, so that leaving it out shows. */
  readonly epsilon: number;
}

/** A batch of 5 examples with 4 features. */
export function drawBatch(random: Random): Batch {
  const [examples, features] = [5, 4];
  return {
    x: draw(random, [examples, features]),
    weight: draw(random, [features, 1]),
    bias: draw(random, [features, 1]),
    dY: draw(random, [examples, features]),
    epsilon: random.uniform(0.05, 0.5),
  };
}

/** The variance of every feature by its definition, as a row. */
export function variancesOf({ x }: Batch): Matrix {
  const a = toVariable(x);
  const squares = square(sub(a, mean(a, 0)));
  return matrix(1, x.columns, mean(squares, 0).value);
}

/** Both normalizations by their definitions. */
const DEFINITIONS = { examples: batchNorm, features: layerNorm };

/** The output of a normalization as a variable; parameters are columns. */
export function normalize(
  over: keyof typeof DEFINITIONS,
  [x, weight, bias]: readonly [Var, Var, Var],
  epsilon: number,
): Var {
  const flat = (a: Var) => reshape(a, [a.value.length]);
  const affine = { weight: flat(weight), bias: flat(bias) };
  return DEFINITIONS[over](x, affine, epsilon);
}

/** The output of a normalization. */
export function outputOf(
  over: keyof typeof DEFINITIONS,
  { x, weight, bias, epsilon }: Omit<Batch, "dY">,
): Matrix {
  const [a, b, c] = [x, weight, bias].map(toVariable) as [Var, Var, Var];
  return valueOf(normalize(over, [a, b, c], epsilon));
}

/** `Σ dY ⊙ Y`, a loss whose gradient at the output is `dY`. */
export function lossOf(output: Var, dY: Matrix): Var {
  return sum(mul(toVariable(dY), output));
}
