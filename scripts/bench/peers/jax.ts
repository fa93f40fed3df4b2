/** jax-js as a contender: `jax.ts webgpu` or `jax.ts wasm`. */
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
import type { Jax, Value } from "./jax_types.ts";

const version = "0.1.25";

/** Opens jax-js on one of its devices, `webgpu` or `wasm`. */
async function openJax(device: string): Promise<Contender> {
  const jax: Jax = await import(`npm:@jax-js/jax@${version}`);
  if (!(await jax.init(device)).includes(device)) {
    throw new Error(`jax-js offers no ${device} here`);
  }
  jax.defaultDevice(device);
  return {
    version,
    adapter: device === "webgpu"
      ? jax.getWebGPUDevice().adapterInfo.description
      : null,
    open: (workload) => {
      if (workload.kind === "gemm") return Promise.resolve(gemm(jax, workload));
      if (workload.kind === "training") {
        return Promise.resolve(training(jax, workload));
      }
      throw new Error(`jax-js has no ${workload.name}`);
    },
  };
}

function gemm(jax: Jax, workload: Gemm): Work {
  const { layout, size } = workload;
  const { left, right } = gemmOperands(workload);
  const a = jax.numpy.array(left, { shape: [size, size] });
  const b = jax.numpy.array(right, { shape: [size, size] });
  const product = jax.jit((a: Value, b: Value) =>
    jax.numpy.matmul(
      layout === "TN" ? a.transpose() : a,
      layout === "NT" ? b.transpose() : b,
    )
  );
  return {
    values: async () =>
      sampleEntries(workload, await product(a.ref, b.ref).data()),
    // Work is queued until somebody waits, and dropped with its result, so
    // every result is kept and waited for.
    async run(n) {
      const results = Array.from({ length: n }, () => product(a.ref, b.ref));
      await jax.blockUntilReady(results);
      for (const result of results) result.dispose();
    },
    close() {
      a.dispose();
      b.dispose();
    },
  };
}

function training(jax: Jax, workload: Training): Work {
  const { numpy, nn } = jax;
  const { learningRate, batch, widths, comparedSteps } = workload;
  const start = trainingStart(workload);
  const outputs = widths.at(-1)!;
  const x = numpy.array(start.images, { shape: [batch, widths[0]!] });
  const hot = new Float32Array(batch * outputs);
  start.classes.forEach((c, row) => hot[row * outputs + c] = 1);
  const target = numpy.array(hot, { shape: [batch, outputs] });

  const loss = (parameters: Value[], x: Value, target: Value) => {
    const last = parameters.length / 2 - 1;
    let y = x;
    for (let layer = 0; layer <= last; layer++) {
      const weight = parameters[2 * layer]!;
      y = numpy.matmul(y, weight).add(parameters[2 * layer + 1]!);
      if (layer < last) y = nn.relu(y);
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
  const fresh = () =>
    start.layers.flatMap((layer) => [
      numpy.array(transposed(layer), { shape: [layer.inputs, layer.outputs] }),
      numpy.array(layer.bias, { shape: [layer.outputs] }),
    ]);
  const advance = (parameters: Value[]) => step(parameters, x.ref, target.ref);

  let parameters = fresh();
  return {
    async values() {
      const losses: number[] = [];
      for (let i = 0; i < comparedSteps; i++) {
        const [value, next] = advance(parameters);
        parameters = next;
        losses.push((await value.data())[0]!);
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

await serve(() => openJax(Deno.args[0]!));
