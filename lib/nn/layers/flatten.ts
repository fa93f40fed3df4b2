import { checkOptions, type NoOptions } from "../../core/options.ts";
import { sizeOf } from "../../core/shape.ts";
import { copy } from "../op/copy.ts";
import { type Initializer, torchDefault } from "../initializers.ts";
import { type Layer, onlyInput } from "../op/layer.ts";

/**
 * All numbers of an example as one row of features, in the order in which they
 * lie in memory; no op is needed.
 *
 * Shapes: input [batch, ...], output [batch, features]. An image [height, width,
 * channels] gives features in this order, PyTorch's torch.flatten those of
 * [channels, height, width]: {@linkcode flattenedLast} permutes the weights of a
 * dense layer that follows.
 *
 * @throws {RangeError} If there is not one input
 */
export function flatten(options: NoOptions = {}): Layer {
  checkOptions("make flatten", options, {});
  return {
    kind: "flatten",
    build: (inputs) => {
      const [batch, ...example] = onlyInput("flatten", inputs);
      return {
        output: [batch!, sizeOf(example)],
        parameters: {},
        identity: "always",
        forward: ({ label, inputs, output }) => [
          copy(`${label} forward`, inputs[0]!, {
            value: output,
            accumulate: false,
          }),
        ],
        backward: ({ label, dOutput, dInputs: [dX] }) =>
          dX ? [copy(`${label} backward`, dOutput, dX)] : [],
      };
    },
  };
}

/**
 * Weights [units, features] of a dense layer behind PyTorch's flatten, whose
 * features are ordered [channels, height, width], for one behind {@linkcode
 * flatten}, ordered [height, width, channels].
 *
 * @param image Height, width, channels
 * @throws {RangeError} If the weights are not those of such images
 */
export function flattenedLast(
  weight: Float32Array,
  image: readonly [number, number, number],
): Float32Array {
  const [height, width, channels] = image;
  const pixels = height * width;
  const features = pixels * channels;
  if (weight.length % features !== 0) {
    throw new RangeError(
      `Cannot permute ${weight.length} weights: images of shape [${image}] have ${features} features`,
    );
  }
  return weight.map((_, i) => {
    const feature = i % features;
    const channel = feature % channels;
    const pixel = (feature - channel) / channels;
    return weight[i - feature + channel * pixels + pixel]!;
  });
}

/**
 * Draws the weights of a dense layer behind {@linkcode flatten} as PyTorch draws
 * those of one behind its own, for images of height, width, channels.
 *
 * @param initial Default: PyTorch's, U(±1/√features)
 */
export function behindFlatten(
  image: readonly [number, number, number],
  initial: Initializer = torchDefault(sizeOf(image)),
): Initializer {
  return (random, shape) => flattenedLast(initial(random, shape), image);
}
