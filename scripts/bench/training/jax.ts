import type { Work } from "../contender.ts";
import type { Jax, Value } from "../peers/jax_types.ts";
import { permute } from "../permute.ts";
import {
  type Layer,
  layersOf,
  type LayerStart,
  product,
  targetRows,
  type Training,
  trainingStart,
} from "./workload.ts";

/** Opens a training on jax-js, channels second and replicas as the batch axis of products; one jitted function a step. */
export function openTraining(jax: Jax, workload: Training): Work {
  const { numpy, nn } = jax;
  const { learningRate, batch, replicas, input, comparedSteps } = workload;
  const start = trainingStart(workload);
  const layers = layersOf(workload);
  const outputs = start.layers.at(-1)!.outputs;
  const image = input.length === 3 ? [1, input[0], input[1]] : input;
  const x = replicas > 1
    ? numpy.array(repeat(start.x, replicas), {
      shape: [replicas, batch, ...image],
    })
    : numpy.array(start.x, { shape: [batch, ...image] });
  const target = numpy.array(targetRows(start), { shape: [batch, outputs] });

  const loss = (parameters: Value[], x: Value, target: Value) => {
    const given = parameters.values();
    const y = layers.reduce((y, layer) => apply(jax, layer, y, given), x);
    // Every replica follows the gradient of its own loss alone.
    if (workload.loss === "meanSquare") {
      const squares = numpy.square(y.sub(target));
      return numpy.sum(squares).mul(1 / (batch * outputs));
    }
    return numpy.sum(nn.logSoftmax(y).mul(target)).mul(-1 / batch);
  };
  const step = jax.jit((parameters: Value[], x: Value, target: Value) => {
    const [value, gradients] = jax.valueAndGrad(loss)(
      parameters.map((parameter) => parameter.ref),
      x,
      target,
    );
    return [
      value,
      parameters.map((p, i) => p.sub(gradients[i]!.mul(learningRate))),
    ] as [Value, Value[]];
  });
  const advance = (parameters: Value[]) => step(parameters, x.ref, target.ref);

  let parameters = start.layers.flatMap((layer) =>
    parametersOf(jax, layer, replicas)
  );
  return {
    async values() {
      const losses: number[] = [];
      for (let i = 0; i < comparedSteps; i++) {
        const [value, next] = advance(parameters);
        parameters = next;
        losses.push((await value.data())[0]! / replicas);
      }
      return losses;
    },
    async run(n) {
      let value: Value | undefined;
      for (let i = 0; i < n; i++) {
        value?.dispose();
        [value, parameters] = advance(parameters);
      }
      await jax.blockUntilReady([value, parameters]);
      value?.dispose();
    },
    close() {
      for (const value of [x, target, ...parameters]) value.dispose();
    },
  };
}

/** The same numbers for every replica: products do not spread a batch over replicas. */
function repeat(values: Float32Array, count: number): Float32Array {
  const result = new Float32Array(count * values.length);
  for (let i = 0; i < count; i++) result.set(values, i * values.length);
  return result;
}

/** Weight and bias in the shapes in which {@linkcode apply} uses them. */
function parametersOf(
  { numpy }: Jax,
  { weight, bias, inputs, outputs, kernel }: LayerStart,
  replicas: number,
): Value[] {
  if (kernel.length > 0) {
    return [
      numpy.array(weight, { shape: [outputs, inputs, ...kernel] }),
      numpy.array(bias, { shape: [1, outputs, 1, 1] }),
    ];
  }
  const side = replicas > 1 ? [replicas] : [];
  const turned = permute(weight, [replicas, outputs, inputs], [0, 2, 1]);
  return [
    numpy.array(turned.values, { shape: [...side, inputs, outputs] }),
    numpy.array(bias, {
      shape: replicas > 1 ? [replicas, 1, outputs] : [outputs],
    }),
  ];
}

function apply(
  { numpy, nn, lax }: Jax,
  layer: Layer,
  x: Value,
  parameters: Iterator<Value>,
): Value {
  switch (layer.type) {
    case "dense": {
      const weight = parameters.next().value!;
      return numpy.matmul(x, weight).add(parameters.next().value!);
    }
    case "conv": {
      const around: [number, number] = [layer.padding, layer.padding];
      const weight = parameters.next().value!;
      return lax.conv(x, weight, [1, 1], [around, around])
        .add(parameters.next().value!);
    }
    case "maxPool": {
      const { kernel, stride } = layer;
      return lax.reduceWindow(
        x,
        (window) => numpy.max(window),
        [1, 1, kernel, kernel],
        [1, 1, stride, stride],
      );
    }
    case "flatten":
      return x.reshape([-1, product(layer.after)]);
    case "relu":
      return nn.relu(x);
    case "tanh":
      return numpy.tanh(x);
  }
}
