/** Every layer of `lib/nn` in float64, by the definitions of `lib/math`. */
import type { Var } from "../../lib/math/autodiff.ts";
import { dropout, dropoutMask } from "../../lib/math/dropout.ts";
import {
  batchNorm,
  batchNormEvaluation,
  layerNorm,
  movedStatistics,
  softmax,
} from "../../lib/math/normalization.ts";
import { convolution, type Sliding } from "../../lib/math/convolution.ts";
import * as op from "../../lib/math/operations.ts";
import {
  averagePool2d,
  maxPool2d,
  type Windows,
} from "../../lib/math/pooling.ts";
import { layerKey } from "../../lib/nn/layers/dropout.ts";
import type { Node } from "../../lib/nn/graph.ts";

type Numbers = ArrayLike<number>;

/** What a layer sees besides its inputs and parameters. */
export interface Surroundings {
  /** Default: true. */
  readonly training?: boolean;
  /** States before the step, by label. */
  readonly states?: Readonly<Record<string, Numbers>>;
  /** Seed of the replica. Default: 0. */
  readonly seed?: number;
  /** Updates done before. Default: 0. */
  readonly step?: number;
}

/** Output of a node, and what becomes of its states, by label. */
export interface Applied {
  readonly output: Var;
  readonly states: Record<string, Float64Array>;
}

/** Applies the layer of a node. */
export function applyLayer(
  node: Node,
  inputs: readonly Var[],
  { parameters, surroundings }: {
    parameters: Readonly<Record<string, Var>>;
    surroundings: Surroundings;
  },
): Applied {
  if (node.layer!.kind === "batchNorm") {
    return normalizeBatch(node, inputs[0]!, { parameters, surroundings });
  }
  const output = outputOf(node, inputs, { parameters, surroundings });
  return { output, states: {} };
}

function outputOf(
  { label, layer }: Node,
  inputs: readonly Var[],
  { parameters: { weight, bias }, surroundings }: {
    parameters: Readonly<Record<string, Var>>;
    surroundings: Surroundings;
  },
): Var {
  const { kind, options = {} } = layer!;
  const { training = true, seed = 0, step = 0 } = surroundings;
  const x = inputs[0]!;
  switch (kind) {
    case "dense": {
      const y = op.matmul(x, op.transpose(weight!));
      return bias ? op.add(y, bias) : y;
    }
    case "add":
      return op.add(x, inputs[1]!);
    case "concatenate":
      return op.concatenate(inputs);
    case "flatten":
      return op.reshape(x, [x.shape[0]!, x.value.length / x.shape[0]!]);
    case "relu":
    case "sigmoid":
    case "tanh":
      return op[kind](x);
    case "softmax":
      return softmax(x);
    case "conv2d":
    case "conv3d": {
      const y = convolution(x, weight!, options as unknown as Sliding);
      return bias ? op.add(y, bias) : y;
    }
    case "maxPool2d":
      return maxPool2d(x, windowsOf(options));
    case "averagePool2d":
      return averagePool2d(x, windowsOf(options));
    case "layerNorm":
      return layerNorm(
        x,
        { weight: weight!, bias: bias! },
        options.epsilon as number,
      );
    case "dropout": {
      const probability = options.probability as number;
      if (!training) return x;
      const mask = dropoutMask(x.value.length, {
        ...{ probability, seed, step },
        layer: layerKey(label),
      });
      return dropout(x, mask, probability);
    }
    default:
      throw new Error(`Cannot evaluate ${kind}: the oracle has no such layer`);
  }
}

function normalizeBatch(
  { layer, states }: Node,
  x: Var,
  { parameters: { weight, bias }, surroundings }: {
    parameters: Readonly<Record<string, Var>>;
    surroundings: Surroundings;
  },
): Applied {
  const { epsilon, momentum } = layer!.options as Record<string, number>;
  const affine = { weight: weight!, bias: bias! };
  const { runningMean, runningVariance } = states;
  const given = ({ label, shape, initial }: NonNullable<typeof runningMean>) =>
    surroundings.states?.[label] ?? Array<number>(shape[0]!).fill(initial);
  const running = {
    mean: given(runningMean!),
    variance: given(runningVariance!),
  };
  if (surroundings.training === false) {
    const output = batchNormEvaluation(x, affine, {
      ...running,
      epsilon: epsilon!,
    });
    return { output, states: {} };
  }
  const moved = movedStatistics(running, x, momentum!);
  return {
    output: batchNorm(x, affine, epsilon!),
    states: {
      [runningMean!.label]: moved.mean,
      [runningVariance!.label]: moved.variance,
    },
  };
}

/** Height and width, the last two of three axes. */
function windowsOf(
  options: Readonly<Record<string, number | readonly number[]>>,
): Windows {
  const pair = (name: string) =>
    (options[name] as readonly number[]).slice(-2) as unknown as [
      number,
      number,
    ];
  return {
    kernel: pair("kernel"),
    stride: pair("stride"),
    padding: pair("padding"),
  };
}
