/** Parameters and statistics of a model as PyTorch names, orders and lays them out. */
import { NablaError } from "../core/errors.ts";
import type { PlanLayer } from "../core/plan.ts";
import { type Shape, sizeOf } from "../core/shape.ts";

/** An array in host memory, row-major. */
export interface Numbers {
  readonly shape: Shape;
  readonly data: Float32Array;
}

/** Where PyTorch's feature i lies here, for every i; `null` where it lies at i. */
type Order = readonly number[] | null;

/** Output of a layer. */
interface Placed {
  readonly shape: Shape;
  readonly order: Order;
}

/** PyTorch's names of what layers keep besides parameters. */
const STATE_NAMES: Readonly<Record<string, string>> = {
  runningMean: "running_mean",
  runningVariance: "running_var",
};

/**
 * Arrays of one replica, by label, as PyTorch has them: in the order of the
 * layers, weight before bias; convolutions [out, in, kernel...] instead of [out,
 * kernel..., in]; behind a flattened image, features ordered [channels, height,
 * width] instead of [height, width, channels]. Parameters keep their labels,
 * statistics get PyTorch's names, as in `batchNorm1.running_mean`.
 *
 * @throws {NablaError} If layers that share a parameter, or feed one layer, order features differently
 */
export function toTorchLayout(
  layers: readonly PlanLayer[],
  arrays: Readonly<Record<string, Numbers>>,
): Record<string, Numbers> {
  const placed = new Map<string, Placed>();
  const laid: Record<string, Numbers> = {};
  const take = (name: string, layer: PlanLayer, numbers: Numbers) => {
    const known = laid[name]?.data;
    if (known?.some((value, i) => !Object.is(value, numbers.data[i]))) {
      throw refusal(name, `${layer.label} and an earlier layer`);
    }
    laid[name] = numbers;
  };
  for (const layer of layers) {
    const inputs = layer.inputs.map((label) => placed.get(label)!);
    const order = inputOrder(layer, inputs);
    placed.set(layer.label, {
      shape: layer.shape,
      order: outputOrder(layer, inputs, order),
    });
    for (const label of Object.values(layer.parameters)) {
      take(label, layer, layOut(layer, arrays[label]!, order));
    }
    for (const [name, label] of Object.entries(layer.states)) {
      const torchName = `${layer.label}.${STATE_NAMES[name] ?? name}`;
      take(torchName, layer, layOut(layer, arrays[label]!, order));
    }
  }
  return laid;
}

/** The order of the features that a layer reads. */
function inputOrder({ label, kind }: PlanLayer, inputs: Placed[]): Order {
  if (kind === "concatenate") return concatenated(inputs);
  const [first = null, ...others] = inputs.map(({ order }) => order);
  const list = (order: Order) => String(order ?? "");
  if (others.some((order) => list(order) !== list(first))) {
    throw refusal(label, "its inputs");
  }
  return first;
}

/** The order of the features that a layer writes. */
function outputOrder(
  { kind, shape }: PlanLayer,
  inputs: readonly Placed[],
  order: Order,
): Order {
  if (kind === "flatten") return flattened(inputs[0]!);
  // A dense layer has units of its own; whatever else takes features keeps them.
  return kind === "dense" || shape.length > 1 ? null : order;
}

/** Features of an image [height, width, channels] as PyTorch flattens it. */
function flattened({ shape, order }: Placed): Order {
  if (shape.length < 2) return order;
  const channels = shape.at(-1)!;
  const pixels = sizeOf(shape) / channels;
  return Array.from(
    { length: pixels * channels },
    (_, i) => i % pixels * channels + Math.floor(i / pixels),
  );
}

/** Features of several inputs side by side; images have none. */
function concatenated(inputs: readonly Placed[]): Order {
  if (inputs.every(({ order }) => order === null)) return null;
  let offset = 0;
  return inputs.flatMap(({ shape: [size], order }) => {
    const start = offset;
    offset += size!;
    return Array.from({ length: size! }, (_, i) => start + (order?.[i] ?? i));
  });
}

function layOut(
  { kind }: PlanLayer,
  { shape, data }: Numbers,
  order: Order,
): Numbers {
  if (shape.length > 2) return channelsFirst({ shape, data });
  const isFeatures = kind !== "dense" || shape.length === 2;
  if (order === null || !isFeatures) return { shape, data };
  const size = order.length;
  return {
    shape,
    data: data.map((_, i) => data[i - i % size + order[i % size]!]!),
  };
}

/** A convolution's weight [out, kernel..., in] as [out, in, kernel...]. */
function channelsFirst({ shape, data }: Numbers): Numbers {
  const [outputs, ...kernel] = shape as number[];
  const inputs = kernel.pop()!;
  const taps = sizeOf(kernel);
  return {
    shape: [outputs!, inputs, ...kernel],
    data: data.map((_, i) => {
      const [tap, rest] = [i % taps, Math.floor(i / taps)];
      const [input, output] = [rest % inputs, Math.floor(rest / inputs)];
      return data[(output * taps + tap) * inputs + input]!;
    }),
  };
}

function refusal(name: string, who: string): NablaError {
  return new NablaError(
    `Cannot lay ${name} out as PyTorch does: ${who} order features differently, one of a flattened image and one not; read the checkpoint file itself`,
  );
}
