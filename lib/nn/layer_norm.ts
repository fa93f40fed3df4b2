import { cellsOf } from "./cells.ts";
import { ones, zeros } from "./initializers.ts";
import {
  type BackwardValues,
  type Layer,
  onlyInput,
  type ParameterSpec,
} from "./layer.ts";
import { replicaStride } from "./loss.ts";
import { adding, type KernelOp, type Op } from "./ops.ts";
import { rowsOf } from "./rows.ts";

/** Options of {@linkcode layerNorm}. */
export interface LayerNormOptions {
  /** ε, added to the variance. Default: 1e-5. */
  readonly epsilon?: number;
}

/**
 * Normalization along the last axis, `y = (x − μ) / √(σ² + ε) ⊙ weight + bias`,
 * with mean and (biased) variance of each row.
 *
 * Shapes: input and output [batch, ..., features], weight and bias [features],
 * which start at 1 and 0. Sources: Ba et al. 2016, arXiv:1607.06450;
 * torch.nn.LayerNorm.
 *
 * @throws {RangeError} If `epsilon` is not positive, or there is not one input
 */
export function layerNorm(options: LayerNormOptions = {}): Layer {
  const { epsilon = 1e-5 } = options;
  if (!(epsilon > 0 && epsilon < Infinity)) {
    throw new RangeError(
      `Cannot make layerNorm with epsilon ${epsilon}: it must be a positive number`,
    );
  }
  return {
    kind: "layerNorm",
    options: { epsilon },
    build: (inputs) => {
      const shape = onlyInput("layerNorm", inputs);
      const columns = shape.at(-1)!;
      const cells = cellsOf(columns);
      const { rows, over, constants, iterations } = rowsOf(shape, cells);
      const count = rows * columns;
      const affine = (initial: ParameterSpec["initial"]) => ({
        shape: [columns],
        initial,
      });
      const kernel = (
        x: Parameters<typeof replicaStride>[0],
        op: Pick<KernelOp, "label" | "entry" | "reads" | "writes">,
      ): KernelOp => ({
        kind: "kernel",
        ...op,
        file: "layer_norm.wgsl",
        needs: [cells.source, "row_sum.wgsl"],
        accumulates: [],
        over,
        sizes: [
          rows,
          columns / cells.size,
          replicaStride(x, count) / cells.size,
        ],
        constants: { ...constants, epsilon },
        flops: 8 * count,
        iterations: iterations(3, 2),
      });
      return {
        output: shape,
        parameters: { weight: affine(ones), bias: affine(zeros) },
        forward: ({ label, inputs: [x], output, parameters, scratch }) => [
          kernel(x!, {
            label: `${label} forward`,
            entry: "forward",
            reads: {
              x: x!,
              weight: parameters.weight!,
              bias: parameters.bias!,
            },
            writes: {
              y: output,
              newMean: scratch("mean", [rows]),
              newScale: scratch("scale", [rows]),
            },
          }),
        ],
        backward: (values) => backward(values, { rows, columns, kernel }),
      };
    },
  };
}

function backward(
  {
    label,
    inputs: [x],
    parameters,
    dOutput,
    dInputs: [dX],
    dParameters,
    scratch,
  }: BackwardValues,
  { rows, columns, kernel }: {
    rows: number;
    columns: number;
    kernel: (
      x: Parameters<typeof replicaStride>[0],
      op: Pick<KernelOp, "label" | "entry" | "reads" | "writes">,
    ) => KernelOp;
  },
): Op[] {
  const ops: Op[] = [];
  const count = rows * columns;
  const statistics = {
    x: x!,
    mean: scratch("mean", [rows]),
    scale: scratch("scale", [rows]),
    dY: dOutput,
  };
  if (dX) {
    const op = kernel(x!, {
      label: `${label} backward input`,
      entry: "backward",
      reads: { ...statistics, weight: parameters.weight! },
      writes: { dX: dX.value },
    });
    const { accumulates, constants } = adding(dX);
    ops.push({
      ...op,
      accumulates,
      constants: { ...op.constants, ...constants },
      flops: 12 * count,
    });
  }
  const { weight: dWeight, bias: dBias } = dParameters;
  if (dWeight) {
    const product = scratch("product", [rows, columns]);
    ops.push({
      ...kernel(x!, {
        label: `${label} backward weight, products`,
        entry: "products",
        reads: statistics,
        writes: { product },
      }),
      over: { invocations: count / cellsOf(columns).size },
      flops: 3 * count,
      iterations: 0,
    }, {
      kind: "columnSum",
      label: `${label} backward weight`,
      rows,
      columns,
      x: product,
      sum: dWeight.value,
      accumulate: dWeight.accumulate,
    });
  }
  if (dBias) {
    ops.push({
      kind: "columnSum",
      label: `${label} backward bias`,
      rows,
      columns,
      x: dOutput,
      sum: dBias.value,
      accumulate: dBias.accumulate,
    });
  }
  return ops;
}
