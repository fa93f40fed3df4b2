/** The light layers of `lib/nn`, and what their streams hold. */
import { add } from "../../../lib/nn/layers/add.ts";
import { averagePool2d } from "../../../lib/nn/layers/average_pool2d.ts";
import { batchNorm } from "../../../lib/nn/layers/batch_norm.ts";
import { copy } from "../../../lib/nn/op/copy.ts";
import { dropout, layerKey } from "../../../lib/nn/layers/dropout.ts";
import { type Layer, onlyInput } from "../../../lib/nn/op/layer.ts";
import { layerNorm } from "../../../lib/nn/layers/layer_norm.ts";
import { maxPool2d } from "../../../lib/nn/layers/max_pool2d.ts";
import { relu } from "../../../lib/nn/layers/relu.ts";
import { sigmoid } from "../../../lib/nn/layers/sigmoid.ts";
import { softmax } from "../../../lib/nn/layers/softmax.ts";
import type { LightLayer } from "./workload.ts";

/** ε of the normalizations. */
export const EPSILON = 1e-5;

/** Updates done before. */
export const STEP = 5;

/** The seed of dropout. */
export const SEED = 6;

/** The number that tells the only dropout layer apart. */
export const dropoutKey = layerKey("dropout1");

/** The layer that is timed. */
export function layerOf(layer: LightLayer): Layer {
  switch (layer.type) {
    case "copy":
      return copying();
    case "relu":
      return relu();
    case "sigmoid":
      return sigmoid();
    case "add":
      return add();
    case "softmax":
      return softmax();
    case "layerNorm":
      return layerNorm({ epsilon: EPSILON });
    case "batchNorm":
      return batchNorm({ epsilon: EPSILON });
    case "dropout":
      return dropout({ probability: layer.probability });
    case "maxPool2d": {
      const { kernel, stride } = layer;
      return maxPool2d({ kernel, stride });
    }
    case "averagePool2d": {
      const { kernel, stride } = layer;
      return averagePool2d({ kernel, stride });
    }
  }
}

/** `y = x`, by the kernel that layers copy with. */
function copying(): Layer {
  return {
    kind: "copy",
    build: (inputs) => ({
      output: onlyInput("copy", inputs),
      parameters: {},
      forward: ({ label, inputs: [x], output: value }) => [
        copy(`${label} forward`, x!, { value, accumulate: false }),
      ],
      backward: ({ label, dOutput, dInputs: [dX] }) =>
        dX ? [copy(`${label} backward`, dOutput, dX)] : [],
    }),
  };
}
