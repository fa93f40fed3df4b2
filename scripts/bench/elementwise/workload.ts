/** Passes of layers that compute little for every number, so that memory decides how fast they are. */
import { TorchRandom } from "../../../lib/core/random.ts";
import { type Shape, sizeOf } from "../../../lib/core/shape.ts";

/** A layer, and what it needs to know. */
export type LightLayer =
  | {
    readonly type:
      | "copy"
      | "relu"
      | "sigmoid"
      | "add"
      | "softmax"
      | "layerNorm"
      | "batchNorm";
  }
  | { readonly type: "dropout"; readonly probability: number }
  | {
    readonly type: "maxPool2d" | "averagePool2d";
    /** Height and width of the window. */
    readonly kernel: number;
    readonly stride: number;
  };

/** One pass of one layer; backward computes the gradients of the input and of parameters. */
export interface Elementwise {
  readonly kind: "elementwise";
  readonly name: string;
  readonly layer: LightLayer;
  readonly pass: "forward" | "backward";
  /** Of the input, an even batch first. */
  readonly shape: Shape;
}

/** Shape of the output. */
export function outputShape({ layer, shape }: Elementwise): readonly number[] {
  if (!("kernel" in layer)) return shape;
  const { kernel, stride } = layer;
  const [batch, ...sizes] = shape.slice(0, -1) as [number, ...number[]];
  const windows = sizes.map((size) => Math.floor((size - kernel) / stride) + 1);
  return [batch, ...windows, shape.at(-1)!];
}

/**
 * Arrays that a pass reads or writes besides x and y, or dY and dX, by their shape:
 * the second summand, y or x of the forward pass, which pixels were largest.
 */
const besides: Readonly<
  Record<
    LightLayer["type"],
    Partial<Record<Elementwise["pass"], "input" | "output">>
  >
> = {
  copy: {},
  relu: { backward: "output" },
  sigmoid: { backward: "output" },
  add: { forward: "input" },
  softmax: { backward: "output" },
  layerNorm: { backward: "input" },
  batchNorm: { backward: "input" },
  dropout: {},
  maxPool2d: { forward: "output", backward: "output" },
  averagePool2d: {},
};

/**
 * The least bytes that have to move: every input read once, every output written
 * once. Parameters and statistics of a channel or row count for nothing.
 */
export function trafficOf(workload: Elementwise): number {
  const input = sizeOf(workload.shape);
  const output = sizeOf(outputShape(workload));
  const more = besides[workload.layer.type][workload.pass];
  return 4 * (input + output + (more ? { input, output }[more] : 0));
}

/** Input, second summand and gradient of the output, and the parameters of a normalization. */
export type Operand = "x" | "other" | "dY" | "weight" | "bias";

/**
 * The same operands in every process, of the first two examples alone: the batch
 * repeats them, so that the statistics of a channel are those of two.
 */
export function twoExamples(
  workload: Elementwise,
): Readonly<Record<Operand, Float32Array>> {
  const random = new TorchRandom(4);
  const two = (shape: Shape) =>
    random.uniform(sizeOf([2, ...shape.slice(1)]), -0.5, 0.5);
  const channels = workload.shape.at(-1)!;
  return {
    x: two(workload.shape),
    other: two(workload.shape),
    dY: two(outputShape(workload)),
    weight: random.uniform(channels, 0.5, 1.5),
    bias: random.uniform(channels, -0.5, 0.5),
  };
}
