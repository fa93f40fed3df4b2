import type { Work } from "../contender.ts";
import type { Tensor, TensorFlow } from "../peers/tfjs_types.ts";
import { permute } from "../permute.ts";
import { channelsLastStart } from "./channels_last.ts";
import {
  type Layer,
  layersOf,
  type LayerStart,
  product,
  targetRows,
  type Training,
} from "./workload.ts";

/** Opens a training on TensorFlow.js with `optimizer.minimize`; replicas are the batch axis of products. */
export function openTraining(tf: TensorFlow, workload: Training): Work {
  const { learningRate, batch, replicas, input, comparedSteps } = workload;
  const start = channelsLastStart(workload);
  const layers = layersOf(workload);
  const outputs = start.layers.at(-1)!.outputs;
  const x = tf.tensor(start.x, [batch, ...input]);
  const target = tf.tensor(targetRows(start), [batch, outputs]);
  const parameters = start.layers.flatMap((layer) =>
    parametersOf(tf, layer, replicas)
  );
  const optimizer = tf.train.sgd(learningRate);

  const loss = () => {
    const given = parameters.values();
    const y = layers.reduce((y, layer) => apply(tf, layer, y, given), x);
    if (workload.loss === "crossEntropy") {
      return tf.losses.softmaxCrossEntropy(target, y);
    }
    // Every replica follows the gradient of its own loss alone.
    const squares = tf.sum(tf.squaredDifference(y, target));
    return tf.mul(squares, tf.scalar(1 / (batch * outputs)));
  };
  const step = () => optimizer.minimize(loss, true, parameters);

  return {
    async values() {
      const losses: number[] = [];
      for (let i = 0; i < comparedSteps; i++) {
        const value = step();
        losses.push((await value.data())[0]! / replicas);
        value.dispose();
      }
      return losses;
    },
    async run(n) {
      for (let i = 1; i < n; i++) step().dispose();
      const last = step();
      await last.data();
      last.dispose();
    },
    close() {
      optimizer.dispose();
      for (const tensor of [x, target, ...parameters]) tensor.dispose();
    },
  };
}

/** Weight and bias in the shapes in which {@linkcode apply} uses them. */
function parametersOf(
  tf: TensorFlow,
  { weight, bias, inputs, outputs, kernel }: LayerStart,
  replicas: number,
): Tensor[] {
  const conv = kernel.length > 0;
  const turned = conv
    ? permute(weight, [outputs, ...kernel, inputs], [1, 2, 3, 0])
    : permute(weight, [replicas, outputs, inputs], [0, 2, 1]);
  const [weightShape, biasShape] = conv || replicas > 1
    ? [turned.shape, conv ? [outputs] : [replicas, 1, outputs]]
    : [[inputs, outputs], [outputs]];
  return [
    tf.variable(tf.tensor(turned.values, weightShape)),
    tf.variable(tf.tensor(bias, biasShape)),
  ];
}

function apply(
  tf: TensorFlow,
  layer: Layer,
  x: Tensor,
  parameters: Iterator<Tensor>,
): Tensor {
  switch (layer.type) {
    case "dense": {
      const weight = parameters.next().value!;
      return tf.add(tf.matMul(x, weight), parameters.next().value!);
    }
    case "conv": {
      const weight = parameters.next().value!;
      const y = tf.conv2d(x, weight, 1, layer.padding);
      return tf.add(y, parameters.next().value!);
    }
    case "maxPool":
      return tf.maxPool(x, layer.kernel, layer.stride, "valid");
    case "flatten":
      return tf.reshape(x, [-1, product(layer.after)]);
    case "relu":
      return tf.relu(x);
    case "tanh":
      return tf.tanh(x);
  }
}
