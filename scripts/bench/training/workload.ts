/** Training steps of small networks, with the numbers every contender starts from. */
import { TorchRandom } from "../../../lib/core/random.ts";

/** One layer; strides of convolutions are 1. */
export type LayerOptions =
  | { readonly type: "dense"; readonly units: number }
  | {
    readonly type: "conv";
    readonly channels: number;
    readonly kernel: number;
    readonly padding: number;
  }
  | {
    readonly type: "maxPool";
    readonly kernel: number;
    readonly stride: number;
  }
  | { readonly type: "relu" | "tanh" | "flatten" };

/** Forward pass, loss, backward pass and plain SGD of a chain of layers. */
export interface Training {
  readonly kind: "training";
  readonly name: string;
  /** [features], or [height, width, 1]. */
  readonly input: readonly [number] | readonly [number, number, 1];
  readonly layers: readonly LayerOptions[];
  /** Softmax cross-entropy with classes, or the mean of squared errors against numbers. */
  readonly loss: "crossEntropy" | "meanSquare";
  readonly batch: number;
  /** Models trained side by side on the same batch; more than one only without convolutions. */
  readonly replicas: number;
  readonly learningRate: number;
  /** Steps whose losses are compared before anything is timed. */
  readonly comparedSteps: number;
}

/** A layer with the shapes of one example, channels last, before and after it. */
export type Layer = LayerOptions & {
  readonly before: readonly number[];
  readonly after: readonly number[];
};

/** The layers of a network and what flows between them. */
export function layersOf({ input, layers }: Training): Layer[] {
  let before: readonly number[] = input;
  return layers.map((layer) => {
    const after = shapeAfter(layer, before);
    const shaped = { ...layer, before, after };
    before = after;
    return shaped;
  });
}

function shapeAfter(
  layer: LayerOptions,
  before: readonly number[],
): readonly number[] {
  const slide = (kernel: number, stride: number, padding: number) =>
    before.slice(0, 2).map((size) =>
      Math.floor((size + 2 * padding - kernel) / stride) + 1
    );
  switch (layer.type) {
    case "dense":
      return [layer.units];
    case "conv":
      return [...slide(layer.kernel, 1, layer.padding), layer.channels];
    case "maxPool":
      return [...slide(layer.kernel, layer.stride, 0), before[2]!];
    case "flatten":
      return [product(before)];
    default:
      return before;
  }
}

/** The product of sizes, 1 of none. */
export const product = (sizes: readonly number[]) =>
  sizes.reduce((a, b) => a * b, 1);

/** Multiplications plus additions of one step in its dense layers and convolutions; the first layer has no gradient of its input. */
export function flopsOf(training: Training): number {
  const forward = layersOf(training).flatMap((layer) => {
    const inputs = layer.before.at(-1)!;
    const outputs = product(layer.after);
    if (layer.type === "dense") return 2 * inputs * outputs;
    if (layer.type === "conv") return 2 * inputs * outputs * layer.kernel ** 2;
    return [];
  });
  return training.batch * training.replicas *
    forward.reduce((sum, flops, i) => sum + (i === 0 ? 2 : 3) * flops, 0);
}

/** The start of a layer with parameters, drawn as PyTorch draws it and in its order: `weight` is [replicas, outputs, inputs, ...kernel], `bias` [replicas, outputs]. */
export interface LayerStart {
  readonly outputs: number;
  readonly inputs: number;
  /** Height and width of the window of a convolution. */
  readonly kernel: readonly number[];
  readonly weight: Float32Array;
  readonly bias: Float32Array;
}

/** Start and batch of a training. */
export interface TrainingStart {
  readonly layers: readonly LayerStart[];
  /** [batch, ...input] in [0, 1). */
  readonly x: Float32Array;
  /** Classes [batch], for cross-entropy; else empty. */
  readonly classes: Int32Array;
  /** [batch, outputs] in [0, 1), for squared errors; else empty. */
  readonly numbers: Float32Array;
}

/** The same start in every process: drawn from PyTorch's generator with a fixed seed. */
export function trainingStart(training: Training): TrainingStart {
  const { replicas, batch, loss } = training;
  const random = new TorchRandom(2);
  const layers = layersOf(training).flatMap((layer) => {
    if (layer.type !== "dense" && layer.type !== "conv") return [];
    const inputs = layer.before.at(-1)!;
    const outputs = layer.after.at(-1)!;
    const kernel = layer.type === "conv" ? [layer.kernel, layer.kernel] : [];
    const fan = inputs * product(kernel);
    const bound = 1 / Math.sqrt(fan);
    const weight = random.uniform(replicas * outputs * fan, -bound, bound);
    const bias = random.uniform(replicas * outputs, -bound, bound);
    return [{ inputs, outputs, kernel, weight, bias }];
  });
  const outputs = layers.at(-1)!.outputs;
  const x = random.rand(batch * product(training.input));
  const classes = loss === "crossEntropy"
    ? random.randint(0, outputs, batch)
    : new Int32Array();
  const numbers = loss === "meanSquare"
    ? random.rand(batch * outputs)
    : new Float32Array();
  return { layers, x, classes, numbers };
}

/** Classes as rows of zeros with one 1, [batch, outputs], or the numbers themselves: what libraries without class labels take. */
export function targetRows(
  { classes, numbers, layers }: TrainingStart,
): Float32Array {
  if (classes.length === 0) return numbers;
  const outputs = layers.at(-1)!.outputs;
  const rows = new Float32Array(classes.length * outputs);
  classes.forEach((c, row) => rows[row * outputs + c] = 1);
  return rows;
}
