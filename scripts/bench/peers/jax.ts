/** jax-js as a contender: `jax.ts webgpu` or `jax.ts wasm`. */
import type { Contender } from "../contender.ts";
import { openConv } from "../conv/jax.ts";
import { openGemm } from "../gemm/jax.ts";
import { type Openers, openWith } from "../open_with.ts";
import { serve } from "../serve.ts";
import { openTraining } from "../training/jax.ts";
import type { Jax } from "./jax_types.ts";

const version = "0.1.25";

const openers: Openers<Jax> = {
  gemm: openGemm,
  conv: openConv,
  training: openTraining,
};

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
    open: (workload) => openWith(openers, jax, workload),
  };
}

await serve(() => openJax(Deno.args[0]!));
