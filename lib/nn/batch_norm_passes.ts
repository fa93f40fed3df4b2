/** The ops of batch normalization. */
import { sizeOf } from "../core/shape.ts";
import { cellsOf } from "./cells.ts";
import type { BackwardValues, ForwardValues } from "./layer.ts";
import { replicaStride } from "./loss.ts";
import { adding, type KernelOp, type Op } from "./ops.ts";
import type { Value } from "./value.ts";

/** Rows of one channel that one invocation adds up at least. */
const LEAST_CHUNK = 32;

/** How the rows of an input are cut into chunks. */
export interface Sizes {
  readonly rows: number;
  readonly channels: number;
  /** Rows of one example. */
  readonly pixels: number;
  readonly chunk: number;
  readonly parts: number;
}

/** About as many chunks as rows in each, so that neither sum is long. */
export function sizesOf(shape: readonly number[]): Sizes {
  const channels = shape.at(-1)!;
  const rows = sizeOf(shape) / channels;
  const chunk = Math.max(LEAST_CHUNK, Math.ceil(Math.sqrt(rows)));
  const pixels = rows / shape[0]!;
  return { rows, channels, pixels, chunk, parts: Math.ceil(rows / chunk) };
}

function kernel(
  { rows, channels, pixels, chunk, parts }: Sizes,
  x: Value,
  op:
    & Pick<KernelOp, "label" | "entry" | "reads" | "writes" | "constants">
    & Pick<KernelOp, "flops" | "iterations">
    & { file?: KernelOp["file"]; numbers: number; accumulates?: Value[] },
): KernelOp {
  const { numbers, file = "batch_norm.wgsl", accumulates = [] } = op;
  const cells = cellsOf(channels);
  return {
    kind: "kernel",
    label: op.label,
    file,
    needs: [cells.source],
    entry: op.entry,
    reads: op.reads,
    writes: op.writes,
    accumulates,
    over: { invocations: numbers / cells.size },
    sizes: [
      ...[rows, channels / cells.size, pixels, chunk, parts],
      replicaStride(x, rows * channels / cells.size),
    ],
    constants: op.constants,
    flops: op.flops,
    iterations: op.iterations,
  };
}

/** Mean and variance that a pass normalizes with. */
function statisticsOf(
  { training, states, scratch }: ForwardValues,
  { channels }: Sizes,
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
  sizes: Sizes,
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
  const measure = () => [
    kernel(sizes, x, {
      label: `${label} statistics, parts`,
      entry: "parts",
      reads: { x, examples },
      writes: { partMean: means, partSquares: squares },
      constants: {},
      numbers: parts * channels,
      flops: 5 * rows * channels,
      iterations: 2 * chunk,
    }),
    kernel(sizes, x, {
      label: `${label} statistics`,
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
      numbers: channels,
      flops: 8 * parts * channels,
      iterations: 2 * parts,
    }),
  ];
  return [
    ...(training ? measure() : []),
    kernel(sizes, x, {
      label: `${label} forward`,
      entry: "affine",
      reads: {
        ...{ x, mean, variance },
        weight: parameters.weight!,
        bias: parameters.bias!,
      },
      writes: { y: output },
      constants: { epsilon },
      numbers: rows * channels,
      flops: 6 * rows * channels,
      iterations: 0,
    }),
  ];
}

/** Gradients of the input and of both parameters, sums before averages. */
export function backward(
  values: BackwardValues,
  sizes: Sizes,
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
    ops.push(kernel(sizes, x, {
      label: `${label} backward, parts`,
      file,
      entry: "parts",
      reads: { x, dY: dOutput, examples, mean, variance },
      writes: { partSum: sums, partProduct: products },
      constants: { epsilon },
      numbers: parts * channels,
      flops: 4 * rows * channels,
      iterations: chunk,
    }));
  }
  if (values.training && dX) {
    ops.push(kernel(sizes, x, {
      label: `${label} backward, totals`,
      file,
      entry: "totals",
      reads: { sums, products, examples },
      writes: { total: average },
      constants: {},
      numbers: channels,
      flops: 2 * parts * channels,
      iterations: parts,
    }));
  }
  if (dX) {
    const { accumulates, constants } = adding(dX);
    const { weight } = parameters;
    ops.push(kernel(sizes, x, {
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
      accumulates: [...accumulates],
      constants: { epsilon, ...constants },
      numbers: rows * channels,
      flops: (values.training ? 9 : 3) * rows * channels,
      iterations: 0,
    }));
  }
  for (
    const [name, gradient, x] of [
      ["weight", dWeight, products],
      ["bias", dBias, sums],
    ] as const
  ) {
    if (!gradient) continue;
    ops.push({
      kind: "columnSum",
      label: `${label} backward ${name}`,
      rows: parts,
      columns: channels,
      x,
      sum: gradient.value,
      accumulate: gradient.accumulate,
    });
  }
  return ops;
}
