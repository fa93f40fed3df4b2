/** TensorFlow.js as a contender: `tfjs.ts webgpu` or `tfjs.ts wasm`. */
import { fileURLToPath } from "node:url";
import type { Contender, Work } from "../contender.ts";
import { serve } from "../serve.ts";
import {
  type Gemm,
  gemmOperands,
  sampleEntries,
  type Training,
  trainingStart,
  transposed,
} from "../workloads.ts";
import type { TensorFlow } from "./tfjs_types.ts";

const version = "4.22.0";

/** Opens TensorFlow.js on one of its back ends, `webgpu` or `wasm`. */
async function openTensorFlow(name: string): Promise<Contender> {
  const tf: TensorFlow = await import(`npm:@tensorflow/tfjs-core@${version}`);
  // Registers the gradients; without it nothing differentiates in Deno.
  await import(`npm:@tensorflow/tfjs-layers@${version}`);
  const specifier = `npm:@tensorflow/tfjs-backend-${name}@${version}`;
  const backend = await import(specifier);
  if (name === "wasm") {
    const folder = new URL(".", import.meta.resolve(specifier));
    backend.setWasmPaths(fileURLToPath(folder));
  }
  if (!await tf.setBackend(name)) {
    throw new Error(`TensorFlow.js offers no ${name} here`);
  }
  return {
    version,
    adapter: tf.backend().device?.adapterInfo.description ?? null,
    open: (workload) => {
      if (workload.kind === "gemm") return Promise.resolve(gemm(tf, workload));
      if (workload.kind === "training") {
        return Promise.resolve(training(tf, workload));
      }
      throw new Error(`TensorFlow.js has no ${workload.name}`);
    },
  };
}

function gemm(tf: TensorFlow, workload: Gemm): Work {
  const { layout, size } = workload;
  const { left, right } = gemmOperands(workload);
  const a = tf.tensor(left, [size, size]);
  const b = tf.tensor(right, [size, size]);
  // Transposing first and multiplying plainly is faster than the flags of
  // matMul: 10 times on wasm, 2.5 times for NT on WebGPU.
  const product = () => {
    if (layout === "NN") return tf.matMul(a, b);
    const turned = tf.transpose(layout === "TN" ? a : b);
    const result = layout === "TN"
      ? tf.matMul(turned, b)
      : tf.matMul(a, turned);
    turned.dispose();
    return result;
  };
  return {
    async values() {
      const result = product();
      const values = sampleEntries(workload, await result.data());
      result.dispose();
      return values;
    },
    async run(n) {
      for (let i = 1; i < n; i++) product().dispose();
      const last = product();
      // Reading one entry of the last result waits for all of them.
      const corner = tf.slice(last, [size - 1, size - 1], [1, 1]);
      await corner.data();
      corner.dispose();
      last.dispose();
    },
    close() {
      a.dispose();
      b.dispose();
    },
  };
}

function training(tf: TensorFlow, workload: Training): Work {
  const { learningRate, batch, widths, comparedSteps } = workload;
  const start = trainingStart(workload);
  const outputs = widths.at(-1)!;
  const x = tf.tensor(start.images, [batch, widths[0]!]);
  const hot = new Float32Array(batch * outputs);
  start.classes.forEach((c, row) => hot[row * outputs + c] = 1);
  const target = tf.tensor(hot, [batch, outputs]);
  const parameters = start.layers.flatMap((layer) => [
    tf.variable(tf.tensor(transposed(layer), [layer.inputs, layer.outputs])),
    tf.variable(tf.tensor(layer.bias, [layer.outputs])),
  ]);
  const optimizer = tf.train.sgd(learningRate);

  const loss = () => {
    const last = parameters.length / 2 - 1;
    let y = x;
    for (let layer = 0; layer <= last; layer++) {
      const weight = parameters[2 * layer]!;
      y = tf.add(tf.matMul(y, weight), parameters[2 * layer + 1]!);
      if (layer < last) y = tf.relu(y);
    }
    return tf.losses.softmaxCrossEntropy(target, y);
  };
  const step = () => optimizer.minimize(loss, true, parameters);

  return {
    async values() {
      const losses: number[] = [];
      for (let i = 0; i < comparedSteps; i++) {
        const value = step();
        losses.push((await value.data())[0]!);
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

await serve(() => openTensorFlow(Deno.args[0]!));
