import { checkOptions, positive } from "../../core/options.ts";
import { layerNormMain } from "../../../shaders/layer_norm.ts";
import { sizeOf } from "../../core/shape.ts";
import { channelOp, type Chunks, chunksOf, partSums } from "../op/channels.ts";
import { ones, zeros } from "../initializers.ts";
import {
  type BackwardValues,
  type Layer,
  onlyInput,
  type ParameterSpec,
} from "../op/layer.ts";
import { replicaStride } from "../op/loss.ts";
import { generated } from "../op/kernel_text.ts";
import { adding, type Op } from "../op/ops.ts";
import { rowsOf } from "../op/rows.ts";
import type { Value } from "../op/value.ts";

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
  checkOptions("make layerNorm", options, { epsilon: positive });
  const { epsilon = 1e-5 } = options;
  return {
    kind: "layerNorm",
    options: { epsilon },
    build: (inputs) => {
      const shape = onlyInput("layerNorm", inputs);
      const columns = shape.at(-1)!;
      const rows = rowsOf(shape);
      const affine = (initial: ParameterSpec["initial"]) => ({
        shape: [columns],
        initial,
      });
      const common = {
        kind: "kernel",
        file: "layer_norm.wgsl",
        needs: [...rows.needs, generated(layerNormMain(rows))],
        over: rows.over,
        iterations: rows.iterations(3, 2),
      } as const;
      const sizes = (x: Value) => [
        ...[rows.rows, rows.columns],
        replicaStride(x, rows.rows * rows.columns),
      ];
      return {
        output: shape,
        parameters: { weight: affine(ones), bias: affine(zeros) },
        forward: ({ label, inputs: [x], output, parameters, scratch }) => [{
          ...common,
          label: `${label} forward`,
          entry: "forward",
          reads: {
            x: x!,
            weight: parameters.weight!,
            bias: parameters.bias!,
          },
          writes: {
            y: output,
            newMean: scratch("mean", [rows.rows]),
            newScale: scratch("scale", [rows.rows]),
          },
          accumulates: [],
          sizes: sizes(x!),
          constants: { epsilon },
          flops: 8 * sizeOf(shape),
        }],
        backward: (values) => {
          const { label, inputs, parameters, dOutput, scratch } = values;
          const [x] = inputs;
          const [dX] = values.dInputs;
          const statistics = {
            x: x!,
            mean: scratch("mean", [rows.rows]),
            scale: scratch("scale", [rows.rows]),
            dY: dOutput,
          };
          const input: Op[] = dX
            ? [{
              ...common,
              label: `${label} backward input`,
              entry: "backward",
              reads: { ...statistics, weight: parameters.weight! },
              writes: { dX: dX.value },
              sizes: sizes(x!),
              flops: 12 * sizeOf(shape),
              ...adding(dX),
            }]
            : [];
          return [...input, ...affineOps(values, chunksOf(shape), statistics)];
        },
      };
    },
  };
}

/** Gradients of weight and bias: sums over chunks of rows, then over all chunks. */
function affineOps(
  { label, dParameters: { weight, bias }, scratch }: BackwardValues,
  chunks: Chunks,
  reads: Readonly<Record<"x" | "mean" | "scale" | "dY", Value>>,
): Op[] {
  if (!weight && !bias) return [];
  const { rows, channels, chunk, parts } = chunks;
  const partSum = scratch("sums", [parts, channels]);
  const partProduct = scratch("products", [parts, channels]);
  return [
    channelOp(chunks, reads.x, {
      label: `${label} backward, parts`,
      file: "layer_norm_parts.wgsl",
      entry: "parts",
      reads,
      writes: { partSum, partProduct },
      accumulates: [],
      constants: {},
      down: chunk,
      flops: 5 * rows * channels,
    }),
    ...partSums(label, chunks, {
      weight: { parts: partProduct, sum: weight },
      bias: { parts: partSum, sum: bias },
    }),
  ];
}
