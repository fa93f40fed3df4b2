/** What is timed: the matrix products of a dense layer and one whole training step, with the numbers every contender starts from. */
import { TorchRandom } from "../../lib/core/random.ts";

/** `NT` is X·Wᵀ (forward), `NN` is dY·W (gradient of the input), `TN` is dYᵀ·X (gradient of the weight). */
export type Layout = "NT" | "NN" | "TN";

/** One product of two square matrices, `size` × `size`. */
export interface Gemm {
  readonly kind: "gemm";
  readonly name: string;
  readonly layout: Layout;
  readonly size: number;
}

/** Forward, softmax cross-entropy, backward and plain SGD of a ReLU network. */
export interface Training {
  readonly kind: "training";
  readonly name: string;
  /** Widths of input, hidden layers and output. */
  readonly widths: readonly number[];
  readonly batch: number;
  readonly learningRate: number;
  /** Steps whose losses are compared before anything is timed. */
  readonly comparedSteps: number;
}

/** The adapter's arithmetic alone: independent multiply-adds in registers. */
export interface Peak {
  readonly kind: "peak";
  readonly name: string;
}

export type Workload = Gemm | Training | Peak;

export const peak: Peak = { kind: "peak", name: "peak" };

const gemms = (["NT", "NN", "TN"] as const).flatMap((layout) =>
  [512, 768, 1024].map((size): Gemm => ({
    kind: "gemm",
    name: `gemm-${layout.toLowerCase()}-${size}`,
    layout,
    size,
  }))
);

const training: Training = {
  kind: "training",
  name: "training-step",
  widths: [784, 256, 128, 10],
  batch: 64,
  learningRate: 0.1,
  comparedSteps: 5,
};

/** Every workload `deno task bench` knows, in the order it runs them. */
export const workloads: readonly (Gemm | Training)[] = [...gemms, training];

/** Multiplications plus additions of one run; for training those of its matrix products (the first layer has no gradient of its input). */
export function flopsOf(workload: Gemm | Training): number {
  if (workload.kind === "gemm") return 2 * workload.size ** 3;
  return workload.widths.slice(1).reduce((sum, width, i) => {
    const products = i === 0 ? 2 : 3;
    return sum + products * 2 * workload.batch * workload.widths[i]! * width;
  }, 0);
}

/** Both operands of a product as they lie in memory, row-major, uniform in [−½, ½). */
export function gemmOperands(
  { size }: Gemm,
): { left: Float32Array; right: Float32Array } {
  const random = new TorchRandom(1);
  return {
    left: random.uniform(size * size, -0.5, 0.5),
    right: random.uniform(size * size, -0.5, 0.5),
  };
}

/** Row-major places of the product that are compared: both ends and a walk that visits all rows and columns evenly. */
export function sampledEntries({ size }: Gemm, count = 64): number[] {
  const stride = Math.floor(size * size * 0.6180339887) | 1;
  const walk = Array.from(
    { length: count - 2 },
    (_, i) => ((i + 1) * stride) % (size * size),
  );
  return [0, ...walk, size * size - 1];
}

/** The values of `product` at the sampled entries. */
export function sampleEntries(gemm: Gemm, product: ArrayLike<number>) {
  return sampledEntries(gemm).map((entry) => product[entry]!);
}

/** One layer's start: `weight` is [outputs, inputs] row-major, both uniform in ±1/√inputs as PyTorch draws them. */
export interface LayerStart {
  readonly inputs: number;
  readonly outputs: number;
  readonly weight: Float32Array;
  readonly bias: Float32Array;
}

/** Start and batch of a training workload: `images` is [batch, inputs] in [0, 1), `classes` is [batch]. */
export interface TrainingStart {
  readonly layers: readonly LayerStart[];
  readonly images: Float32Array;
  readonly classes: Int32Array;
}

/** The same start in every process: drawn from PyTorch's generator with a fixed seed. */
export function trainingStart({ widths, batch }: Training): TrainingStart {
  const random = new TorchRandom(2);
  const layers = widths.slice(1).map((outputs, i) => {
    const inputs = widths[i]!;
    const bound = 1 / Math.sqrt(inputs);
    const weight = random.uniform(outputs * inputs, -bound, bound);
    return {
      inputs,
      outputs,
      weight,
      bias: random.uniform(outputs, -bound, bound),
    };
  });
  const images = random.rand(batch * widths[0]!);
  return {
    layers,
    images,
    classes: random.randint(0, widths.at(-1)!, batch),
  };
}

/** `weight` as [inputs, outputs], the order jax-js and TensorFlow.js multiply by. */
export function transposed(
  { weight, inputs, outputs }: LayerStart,
): Float32Array {
  const result = new Float32Array(weight.length);
  for (let o = 0; o < outputs; o++) {
    for (let i = 0; i < inputs; i++) {
      result[i * outputs + o] = weight[o * inputs + i]!;
    }
  }
  return result;
}
