/** What the two kinds of pooling share. */
import { checkOptions, perAxisOf, required } from "../../core/options.ts";
import { sizeOf } from "../../core/shape.ts";
import { cellsOf } from "./cells.ts";
import {
  type BuiltLayer,
  type ForwardValues,
  type Layer,
  onlyInput,
} from "./layer.ts";
import { replicaStride } from "./loss.ts";
import { adding, type KernelOp, type Window } from "./ops.ts";
import type { Gradient } from "./value.ts";
import { type PerAxis, perAxis, slide } from "./window.ts";

/** Options of `maxPool2d` and `averagePool2d`. */
export interface PoolOptions {
  /** Rows and columns of a window. */
  readonly kernel: PerAxis;
  /** Pixels from one window to the next. Default: the kernel, so that windows do not overlap. */
  readonly stride?: PerAxis;
  /** Pixels that the first window begins outside, at most half the kernel. Default: 0. */
  readonly padding?: PerAxis;
}

/** Pooling of one image shape. */
export interface Pool {
  readonly output: readonly number[];
  /** One entry of a pooling kernel; counts follow from what it is over. */
  op(
    entry: "forward" | "backward",
    values: Pick<ForwardValues, "label" | "inputs">,
    bound: Pick<KernelOp, "reads" | "writes"> & { result?: Gradient },
  ): KernelOp;
}

/**
 * A pooling layer whose kernel is `<kind in snake case>.wgsl`.
 *
 * @throws {RangeError} If an option is no whole number, the padding is larger than half the kernel, the input is not [batch, height, width, channels], or the window does not fit
 */
export function poolLayer(
  kind: "maxPool2d" | "averagePool2d",
  options: PoolOptions,
  passes: (pool: Pool) => Pick<BuiltLayer, "forward" | "backward">,
): Layer {
  checkOptions(`make ${kind}`, options, {
    kernel: required(perAxisOf(2, 1)),
    stride: perAxisOf(2, 1),
    padding: perAxisOf(2, 0),
  });
  const { kernel, stride = kernel, padding = 0 } = options;
  const sizes = {
    kernel: perAxis(2, kernel, 1),
    stride: perAxis(2, stride, 1),
    padding: perAxis(2, padding, 0),
  };
  sizes.padding.forEach((padding, axis) => {
    if (2 * padding > sizes.kernel[axis]!) {
      throw new RangeError(
        `Cannot make ${kind} with padding ${padding}: it must be at most half the kernel of ${
          sizes.kernel[axis]
        }`,
      );
    }
  });
  return {
    kind,
    options: sizes,
    build(inputs) {
      const input = onlyInput(kind, inputs);
      if (input.length !== 4) {
        throw new RangeError(
          `Cannot build ${kind} on an input of shape [${input}]: it must be [batch, height, width, channels]`,
        );
      }
      const pool = makePool(kind, input, slide(kind, input, sizes));
      return { output: pool.output, parameters: {}, ...passes(pool) };
    },
  };
}

function makePool(
  kind: "maxPool2d" | "averagePool2d",
  input: readonly number[],
  window: Window,
): Pool {
  const [batch, height, width, channels] = input as [
    number,
    number,
    number,
    number,
  ];
  const [, rows, columns] = window.output;
  const [, kernelHeight, kernelWidth] = window.kernel;
  const [, strideHeight, strideWidth] = window.stride;
  const [, padHeight, padWidth] = window.padding;
  const output = [batch, rows, columns, channels];
  const cells = cellsOf(channels);
  const reachRows = reach(window, 1);
  const reachColumns = reach(window, 2);
  const overlap = Math.ceil(kernelHeight / strideHeight) *
    Math.ceil(kernelWidth / strideWidth);
  const forward = {
    over: { invocations: sizeOf(output) / cells.size },
    iterations: kernelHeight * (1 + kernelWidth),
    flops: sizeOf(output) * kernelHeight * kernelWidth,
  };
  const blocks = batch * Math.ceil(height / 2) * Math.ceil(width / 2);
  const backward = {
    over: { invocations: blocks * channels / cells.size },
    iterations: reachRows * (1 + reachColumns),
    flops: sizeOf(input) * overlap,
  };
  return {
    output,
    op(entry, { label, inputs }, { reads, writes, result }) {
      const added = result
        ? adding(result)
        : { accumulates: [], constants: {} };
      return {
        kind: "kernel",
        label: `${label} ${entry}`,
        file: kind === "maxPool2d" ? "max_pool2d.wgsl" : "average_pool2d.wgsl",
        needs: [cells.source, "windows.wgsl"],
        entry,
        reads,
        writes: result ? { ...writes, dX: result.value } : writes,
        accumulates: added.accumulates,
        sizes: [
          ...[batch, height, width, channels / cells.size, rows, columns],
          replicaStride(inputs[0]!, sizeOf(input) / cells.size),
        ],
        constants: {
          ...added.constants,
          ...{ kernelHeight, kernelWidth, strideHeight, strideWidth },
          ...{ padHeight, padWidth, reachRows, reachColumns },
        },
        ...{ forward, backward }[entry],
      };
    },
  };
}

/** Windows at most that cover one of two neighbouring rows (columns), the first of which is even. */
function reach(
  { kernel, stride, padding, output }: Window,
  axis: 1 | 2,
): number {
  const counts = Array.from({ length: stride[axis] }, (_, i) => {
    const place = padding[axis] + 2 * i;
    const last = Math.floor((place + 1) / stride[axis]);
    const first = Math.ceil((place - kernel[axis] + 1) / stride[axis]);
    return last - first + 1;
  });
  return Math.min(Math.max(...counts), output[axis]);
}
