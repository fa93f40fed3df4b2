/** TensorFlow.js as a contender: `tfjs.ts webgpu` or `tfjs.ts wasm`. */
import { fileURLToPath } from "node:url";
import type { Contender } from "../contender.ts";
import { openConv } from "../conv/tfjs.ts";
import { openGemm } from "../gemm/tfjs.ts";
import { type Openers, openWith } from "../open_with.ts";
import { serve } from "../serve.ts";
import { openTraining } from "../training/tfjs.ts";
import type { TensorFlow } from "./tfjs_types.ts";

const version = "4.22.0";

const openers: Openers<TensorFlow> = {
  gemm: openGemm,
  conv: openConv,
  training: openTraining,
};

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
    open: (workload) => openWith(openers, tf, workload),
  };
}

await serve(() => openTensorFlow(Deno.args[0]!));
