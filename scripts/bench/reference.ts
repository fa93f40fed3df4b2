/** What the compared values must be, in float64. */
import { backward, constant, variable } from "../../lib/math/autodiff.ts";
import { largest, relativeError } from "../../lib/math/compare.ts";
import { softmaxCrossEntropy } from "../../lib/math/losses.ts";
import { add, matmul, relu, transpose } from "../../lib/math/operations.ts";
import {
  type Gemm,
  gemmOperands,
  sampledEntries,
  type Training,
  trainingStart,
} from "./workloads.ts";

/** Largest error of a sampled entry, relative to the largest entry: float32 sums of up to 1024 terms that cancel. */
export const GEMM_TOLERANCE = 1e-5;

/** Largest relative error of a loss: any two contenders then agree to 1e-4. */
export const LOSS_TOLERANCE = 5e-5;

/** Error of a contender's values and what it may be. */
export interface Comparison {
  readonly error: number;
  readonly tolerance: number;
  readonly holds: boolean;
}

/** Compares a contender's values with those of `reference(workload)`. */
export function compare(
  workload: Gemm | Training,
  values: readonly number[],
  expected: readonly number[],
): Comparison {
  const gemm = workload.kind === "gemm";
  const tolerance = gemm ? GEMM_TOLERANCE : LOSS_TOLERANCE;
  const floor = gemm ? largest(expected) : undefined;
  const { error } = relativeError(values, expected, { floor });
  return { error, tolerance, holds: error <= tolerance };
}

/** Sampled entries of the product, or the losses of the first steps. */
export function reference(workload: Gemm | Training): number[] {
  return workload.kind === "gemm" ? product(workload) : losses(workload);
}

function product(gemm: Gemm): number[] {
  const { layout, size } = gemm;
  const { left, right } = gemmOperands(gemm);
  return sampledEntries(gemm).map((entry) => {
    const row = Math.floor(entry / size);
    const column = entry % size;
    let sum = 0;
    for (let k = 0; k < size; k++) {
      const a = layout === "TN" ? k * size + row : row * size + k;
      const b = layout === "NT" ? column * size + k : k * size + column;
      sum += left[a]! * right[b]!;
    }
    return sum;
  });
}

function losses(training: Training): number[] {
  const { batch, widths, learningRate, comparedSteps } = training;
  const start = trainingStart(training);
  const x = constant(start.images, [batch, widths[0]!]);
  let parameters = start.layers.flatMap((layer) => [
    variable(layer.weight, [layer.outputs, layer.inputs]),
    variable(layer.bias, [layer.outputs]),
  ]);
  return Array.from({ length: comparedSteps }, () => {
    let y = x;
    for (let i = 0; i < parameters.length; i += 2) {
      const input = i === 0 ? y : relu(y);
      y = add(matmul(input, transpose(parameters[i]!)), parameters[i + 1]!);
    }
    const loss = softmaxCrossEntropy(y, start.classes);
    backward(loss);
    parameters = parameters.map(({ value, grad, shape }) =>
      variable(value.map((p, i) => p - learningRate * grad[i]!), shape)
    );
    return loss.value[0]!;
  });
}
