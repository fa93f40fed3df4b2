/** The ops of batch normalization. */
import { channelOp, type Chunks, partSums, RUN } from "./channels.ts";
import type { BackwardValues, ForwardValues } from "./layer.ts";
import { adding, type Op } from "./ops.ts";
import type { Value } from "./value.ts";

/** Mean and variance that a pass normalizes with. */
function statisticsOf(
  { training, states, scratch }: ForwardValues,
  { channels }: Chunks,
): { mean: Value; variance: Value } {
  return training
    ? {
      mean: scratch("mean", [channels]),
      variance: scratch("variance", [channels]),
    }
    : { mean: states.runningMean!, variance: states.runningVariance! };
}

/** Statistics of the batch in training, then the affine map. */
export function forward(
  values: ForwardValues,
  sizes: Chunks,
  { momentum, epsilon }: { momentum: number; epsilon: number },
): Op[] {
  const { label, inputs, output, parameters, states, training } = values;
  const { rows, channels, chunk, parts } = sizes;
  const x = inputs[0]!;
  const { examples } = values.streams;
  const { mean, variance } = statisticsOf(values, sizes);
  const means = values.scratch("means", [parts, channels]);
  const squares = values.scratch("squares", [parts, channels]);
  const { runningMean, runningVariance } = states;
  const file = "batch_norm.wgsl";
  const measure = () => [
    channelOp(sizes, x, {
      label: `${label} statistics, parts`,
      file,
      accumulates: [],
      entry: "parts",
      reads: { x, examples },
      writes: { partMean: means, partSquares: squares },
      constants: {},
      down: chunk,
      flops: 6 * rows * channels,
    }),
    channelOp(sizes, x, {
      label: `${label} statistics`,
      file,
      entry: "statistics",
      reads: { means, squares, examples },
      writes: {
        batchMean: mean,
        batchVariance: variance,
        runningMean: runningMean!,
        runningVariance: runningVariance!,
      },
      accumulates: [runningMean!, runningVariance!],
      constants: { momentum },
      flops: 8 * parts * channels,
    }),
  ];
  return [
    ...(training ? measure() : []),
    channelOp(sizes, x, {
      label: `${label} forward`,
      file,
      accumulates: [],
      entry: "affine",
      reads: {
        ...{ x, mean, variance },
        weight: parameters.weight!,
        bias: parameters.bias!,
      },
      writes: { y: output },
      constants: { epsilon },
      down: RUN,
      flops: 6 * rows * channels,
    }),
  ];
}

/** Gradients of the input and of both parameters, sums before averages. */
export function backward(
  values: BackwardValues,
  sizes: Chunks,
  epsilon: number,
): Op[] {
  const { label, inputs, parameters, dOutput, dInputs, dParameters } = values;
  const { rows, channels, chunk, parts } = sizes;
  const x = inputs[0]!;
  const { examples } = values.streams;
  const { mean, variance } = statisticsOf(values, sizes);
  const { weight: dWeight, bias: dBias } = dParameters;
  const [dX] = dInputs;
  const file = "batch_norm_backward.wgsl";
  const sums = values.scratch("sums", [parts, channels]);
  const products = values.scratch("products", [parts, channels]);
  const average = values.scratch("averages", [2, channels]);
  const ops: Op[] = [];

  if (values.training && dX || dWeight || dBias) {
    ops.push(channelOp(sizes, x, {
      label: `${label} backward, parts`,
      accumulates: [],
      file,
      entry: "parts",
      reads: { x, dY: dOutput, examples, mean, variance },
      writes: { partSum: sums, partProduct: products },
      constants: { epsilon },
      down: chunk,
      flops: 4 * rows * channels,
    }));
  }
  if (values.training && dX) {
    ops.push(channelOp(sizes, x, {
      label: `${label} backward, totals`,
      accumulates: [],
      file,
      entry: "totals",
      reads: { sums, products, examples },
      writes: { total: average },
      constants: {},
      flops: 2 * parts * channels,
    }));
  }
  if (dX) {
    const { accumulates, constants } = adding(dX);
    const { weight } = parameters;
    ops.push(channelOp(sizes, x, {
      label: `${label} backward input`,
      file,
      entry: values.training ? "input" : "fixedInput",
      reads: values.training
        ? {
          ...{ x, dY: dOutput, examples, mean, variance },
          ...{ weight: weight!, average },
        }
        : { dY: dOutput, variance, weight: weight! },
      writes: { dX: dX.value },
      accumulates,
      constants: { epsilon, ...constants },
      down: RUN,
      flops: (values.training ? 9 : 3) * rows * channels,
    }));
  }
  ops.push(...partSums(label, sizes, {
    weight: { parts: products, sum: dWeight },
    bias: { parts: sums, sum: dBias },
  }));
  return ops;
}
