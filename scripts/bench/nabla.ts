/** Nabla as a contender. */
import settings from "../../deno.json" with { type: "json" };
import { type Gpu, openGpu } from "../../lib/gpu/mod.ts";
import { openConv } from "./conv/nabla.ts";
import { openElementwise } from "./elementwise/nabla.ts";
import { openGemm } from "./gemm/nabla.ts";
import { type Openers, openWith } from "./open_with.ts";
import { serve } from "./serve.ts";
import { openTraining } from "./training/nabla.ts";

const openers: Openers<Gpu> = {
  gemm: openGemm,
  conv: openConv,
  elementwise: openElementwise,
  training: openTraining,
};

await serve(async () => {
  const gpu = await openGpu();
  return {
    version: settings.version,
    adapter: gpu.adapter.description,
    open: (workload) => openWith(openers, gpu, workload),
  };
});
