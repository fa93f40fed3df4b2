/** Random operands of a kernel case and what follows from them in float64. */
import type { Random } from "../math/random.ts";
import {
  exact,
  identity,
  type Matrix,
  matrix,
  ones,
  scalar,
} from "./algebra.ts";
import type { KernelCase, Operands } from "./derivation.ts";

/** A matrix of float32 numbers, uniform on [−1, 1), so that the GPU gets the very same. */
function draw32(random: Random, [rows, columns]: [number, number]): Matrix {
  return matrix(rows, columns, Float32Array.from(random.array(rows * columns)));
}

/** One-hot rows of random classes. */
function drawClasses(
  random: Random,
  [rows, classes]: [number, number],
): Matrix {
  const target = matrix(rows, classes, new Float64Array(rows * classes));
  for (let row = 0; row < rows; row++) {
    target.data[row * classes + random.integer(0, classes)] = 1;
  }
  return target;
}

/** `X·Wᵀ + 1bᵀ`, [batch, units]. */
function affine(
  input: Matrix,
  { weight, bias }: { weight: Matrix; bias: Matrix },
): Matrix {
  const { plus, product, transpose } = exact;
  return plus(
    product(input, transpose(weight)),
    product(ones(input.rows), transpose(bias)),
  );
}

/** Draws the operands of a case; see {@linkcode Operands}. */
export function drawOperands(
  { layer, loss, input: [batch, features] }: KernelCase,
  random: Random,
): Operands {
  const input = draw32(random, [batch, features]);
  const units = layer.units ?? features;
  const weight = layer.identity
    ? identity(units)
    : draw32(random, [units, features]);
  const bias = layer.identity
    ? matrix(units, 1, new Float64Array(units))
    : draw32(random, [units, 1]);
  const output = layer.kind === "dense"
    ? affine(input, { weight, bias })
    : exact[layer.kind](input);
  const target = loss === "cross entropy"
    ? drawClasses(random, [batch, units])
    : draw32(random, [batch, units]);
  const dOutput = exact.minus(output, target);
  const dWeight = exact.product(exact.transpose(dOutput), input);
  const learningRate = scalar(Math.fround(0.1));
  const kept = draw32(random, [units, features]);
  const state = matrix(units, features, kept.data.map(Math.abs));
  return {
    input,
    weight,
    bias,
    output,
    target,
    dOutput,
    dWeight,
    learningRate,
    state,
  };
}
