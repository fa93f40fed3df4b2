import {
  backward,
  constant,
  type Var,
  variable,
} from "../../../lib/math/autodiff.ts";
import { convolution } from "../../../lib/math/convolution.ts";
import {
  meanSquaredError,
  softmaxCrossEntropy,
} from "../../../lib/math/losses.ts";
import {
  add,
  matmul,
  relu,
  reshape,
  tanh,
  transpose,
} from "../../../lib/math/operations.ts";
import { maxPool2d } from "../../../lib/math/pooling.ts";
import { channelsLastStart } from "./channels_last.ts";
import {
  type Layer,
  layersOf,
  product,
  type Training,
  type TrainingStart,
} from "./workload.ts";

/** Losses of the first steps in float64, the mean over the replicas. */
export function losses(training: Training): number[] {
  const start = channelsLastStart(training);
  const { replicas, comparedSteps } = training;
  const sums = Array<number>(comparedSteps).fill(0);
  for (let replica = 0; replica < replicas; replica++) {
    replicaLosses(training, start, replica).forEach((loss, step) =>
      sums[step]! += loss / replicas
    );
  }
  return sums;
}

function replicaLosses(
  training: Training,
  start: TrainingStart,
  replica: number,
): number[] {
  const { batch, input, learningRate, comparedSteps } = training;
  const layers = layersOf(training);
  const x = constant(start.x, [batch, ...input]);
  let parameters = start.layers.map(
    ({ outputs, inputs, kernel, weight, bias }) => {
      const size = outputs * inputs * product(kernel);
      const from = replica * size;
      return {
        weight: variable(weight.subarray(from, from + size), [
          outputs,
          ...kernel,
          inputs,
        ]),
        bias: variable(
          bias.subarray(replica * outputs, (replica + 1) * outputs),
          [outputs],
        ),
      };
    },
  );
  return Array.from({ length: comparedSteps }, () => {
    const given = parameters.values();
    const y = layers.reduce((y, layer) => apply(layer, y, given), x);
    const loss = start.classes.length > 0
      ? softmaxCrossEntropy(y, start.classes)
      : meanSquaredError(y, constant(start.numbers, y.shape));
    backward(loss);
    const moved = ({ value, grad, shape }: Var) =>
      variable(value.map((p, i) => p - learningRate * grad[i]!), shape);
    parameters = parameters.map(({ weight, bias }) => ({
      weight: moved(weight),
      bias: moved(bias),
    }));
    return loss.value[0]!;
  });
}

/** Parameters of a layer. */
interface Parameters {
  readonly weight: Var;
  readonly bias: Var;
}

function apply(layer: Layer, x: Var, parameters: Iterator<Parameters>): Var {
  switch (layer.type) {
    case "dense": {
      const { weight, bias } = parameters.next().value!;
      return add(matmul(x, transpose(weight)), bias);
    }
    case "conv": {
      const { weight, bias } = parameters.next().value!;
      const padding = [layer.padding, layer.padding];
      const y = convolution(x, weight, { stride: [1, 1], padding });
      return add(y, bias);
    }
    case "maxPool":
      return maxPool2d(x, {
        kernel: [layer.kernel, layer.kernel],
        stride: [layer.stride, layer.stride],
        padding: [0, 0],
      });
    case "flatten":
      return reshape(x, [x.shape[0]!, product(layer.after)]);
    case "relu":
      return relu(x);
    case "tanh":
      return tanh(x);
  }
}
