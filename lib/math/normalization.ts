/** Normalizations as their definitions; gradients flow through mean and variance. */
import { sizeOf } from "../core/shape.ts";
import { constant, type Var } from "./autodiff.ts";
import {
  add,
  div,
  exp,
  mean,
  mul,
  power,
  reshape,
  square,
  sub,
  sum,
} from "./operations.ts";

/** Scale and shift of a normalization, [features] each. */
export interface Affine {
  readonly weight: Var;
  readonly bias: Var;
}

/** What batch normalization keeps, [channels] each. */
export interface Statistics {
  readonly mean: ArrayLike<number>;
  readonly variance: ArrayLike<number>;
}

/** `exp x / Σ exp x` along the last axis, the largest taken out first. */
export function softmax(x: Var): Var {
  const columns = x.shape.at(-1)!;
  const rows = x.value.length / columns;
  const flat = reshape(x, [rows, columns]);
  const largest = Float64Array.from(
    { length: rows },
    (_, r) => Math.max(...x.value.subarray(r * columns, (r + 1) * columns)),
  );
  const e = exp(sub(flat, constant(largest, [rows, 1])));
  return reshape(div(e, sum(e, 1)), x.shape);
}

/** `(x − μ) / √(σ² + ε) ⊙ weight + bias` along the last axis, σ² biased. */
export function layerNorm(
  x: Var,
  { weight, bias }: Affine,
  epsilon: number,
): Var {
  const columns = x.shape.at(-1)!;
  const flat = reshape(x, [x.value.length / columns, columns]);
  return reshape(affine(normal(flat, 1, epsilon), { weight, bias }), x.shape);
}

/** `(x − μ) / √(σ² + ε) ⊙ weight + bias` with μ and σ² of each last-axis channel over everything else. */
export function batchNorm(
  x: Var,
  { weight, bias }: Affine,
  epsilon: number,
): Var {
  const flat = rowsOf(x);
  return reshape(affine(normal(flat, 0, epsilon), { weight, bias }), x.shape);
}

/** The same with given mean and variance. */
export function batchNormEvaluation(
  x: Var,
  parameters: Affine,
  { mean, variance, epsilon }: Statistics & { epsilon: number },
): Var {
  const channels = x.shape.at(-1)!;
  const deviation = Float64Array.from(
    variance,
    (v) => Math.sqrt(v + epsilon),
  );
  const centered = sub(rowsOf(x), constant(mean, [channels]));
  const scaled = div(centered, constant(deviation, [channels]));
  return reshape(affine(scaled, parameters), x.shape);
}

/** Running statistics after a batch: `r ← r + m (now − r)`, the variance divided by n − 1. */
export function movedStatistics(
  { mean: oldMean, variance: oldVariance }: Statistics,
  x: Var,
  momentum: number,
): { mean: Float64Array; variance: Float64Array } {
  const flat = rowsOf(x);
  const rows = flat.shape[0]!;
  const now = mean(flat, 0);
  const spread = sum(square(sub(flat, now)), 0);
  const move = (old: ArrayLike<number>, next: Float64Array, scale: number) =>
    Float64Array.from(old, (o, i) => o + momentum * (next[i]! * scale - o));
  return {
    mean: move(oldMean, now.value, 1),
    variance: move(oldVariance, spread.value, 1 / Math.max(rows - 1, 1)),
  };
}

function rowsOf(x: Var): Var {
  const channels = x.shape.at(-1)!;
  return reshape(x, [sizeOf(x.shape) / channels, channels]);
}

function normal(x: Var, axis: number, epsilon: number): Var {
  const centered = sub(x, mean(x, axis));
  const variance = mean(square(centered), axis);
  return mul(centered, power(add(variance, constant([epsilon], [1])), -0.5));
}

function affine(x: Var, { weight, bias }: Affine): Var {
  return add(mul(x, weight), bias);
}
