/** The light layers in float64, by the definitions of `lib/math`. */
import { sizeOf } from "../../../lib/core/shape.ts";
import {
  backward,
  constant,
  type Var,
  variable,
} from "../../../lib/math/autodiff.ts";
import { philox } from "../../../lib/math/dropout.ts";
import {
  type Affine,
  batchNorm,
  layerNorm,
  softmax,
} from "../../../lib/math/normalization.ts";
import {
  add,
  mul,
  relu,
  scale,
  sigmoid,
  sum,
} from "../../../lib/math/operations.ts";
import { averagePool2d, maxPool2d } from "../../../lib/math/pooling.ts";
import { sampledEntries } from "../entries.ts";
import { dropoutKey, EPSILON, SEED, STEP } from "./layers.ts";
import {
  type Elementwise,
  type LightLayer,
  outputShape,
  twoExamples,
} from "./workload.ts";

/** Compared entries of a pass: those of two examples, over and over. */
export function expectedPass(workload: Elementwise): number[] {
  const { layer, pass } = workload;
  const shape = pass === "forward" ? outputShape(workload) : workload.shape;
  const values = ofTwoExamples(workload);
  return sampledEntries(sizeOf(shape)).map((entry) => {
    const value = values[entry % values.length]!;
    return layer.type === "dropout" && isDropped(entry, layer.probability)
      ? 0
      : value;
  });
}

function ofTwoExamples(workload: Elementwise): Float64Array {
  const { layer, pass } = workload;
  const { x, other, dY, weight, bias } = twoExamples(workload);
  const two = [2, ...workload.shape.slice(1)];
  const channels = [two.at(-1)!];
  const input = variable(x, two);
  const output = apply(layer, input, {
    other: constant(other, two),
    affine: {
      weight: constant(weight, channels),
      bias: constant(bias, channels),
    },
  });
  if (pass === "forward") return output.value;
  backward(sum(mul(output, constant(dY, output.shape))));
  return input.grad;
}

/** Dropout as if nothing were dropped: the mask does not repeat. */
function apply(
  layer: LightLayer,
  x: Var,
  { other, affine }: { other: Var; affine: Affine },
): Var {
  switch (layer.type) {
    case "copy":
      return scale(x, 1);
    case "relu":
      return relu(x);
    case "sigmoid":
      return sigmoid(x);
    case "add":
      return add(x, other);
    case "softmax":
      return softmax(x);
    case "layerNorm":
      return layerNorm(x, affine, EPSILON);
    case "batchNorm":
      return batchNorm(x, affine, EPSILON);
    case "dropout":
      return scale(x, 1 / (1 - layer.probability));
    case "maxPool2d":
      return maxPool2d(x, windowsOf(layer));
    case "averagePool2d":
      return averagePool2d(x, windowsOf(layer));
  }
}

function windowsOf({ kernel, stride }: { kernel: number; stride: number }) {
  return {
    kernel: [kernel, kernel],
    stride: [stride, stride],
    padding: [0, 0],
  } as const;
}

function isDropped(entry: number, probability: number): boolean {
  const words = philox([Math.floor(entry / 4), STEP, 0, 0], [SEED, dropoutKey]);
  return words[entry % 4]! < Math.floor(probability * 2 ** 32);
}
