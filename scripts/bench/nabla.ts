/** Nabla as a contender. */
import settings from "../../deno.json" with { type: "json" };
import { type Gpu, openGpu } from "../../lib/gpu/mod.ts";
import type { Contender, Work } from "./contender.ts";
import { gemmPlan, trainingPlan } from "./nabla_plans.ts";
import { runSteps } from "./run_plan.ts";
import { serve } from "./serve.ts";
import {
  type Gemm,
  gemmOperands,
  sampleEntries,
  type Training,
  trainingStart,
} from "./workloads.ts";

async function openNabla(): Promise<Contender> {
  const gpu = await openGpu();
  return {
    version: settings.version,
    adapter: gpu.adapter.description,
    open: (workload) => {
      if (workload.kind === "gemm") return gemm(gpu, workload);
      if (workload.kind === "training") return training(gpu, workload);
      throw new Error(`Nabla has no ${workload.name}`);
    },
  };
}

async function gemm(gpu: Gpu, workload: Gemm): Promise<Work> {
  const { plan, left, right, product } = gemmPlan(workload, gpu.target);
  const program = await gpu.compile(plan);
  const operands = gemmOperands(workload);
  program.write(left, operands.left);
  program.write(right, operands.right);
  return {
    async values() {
      await runSteps(program, 1);
      return sampleEntries(workload, await program.read(product));
    },
    run: (n) => runSteps(program, n),
    close: () => program.destroy(),
  };
}

async function training(gpu: Gpu, workload: Training): Promise<Work> {
  const program = await gpu.compile(trainingPlan(workload, gpu.target));
  const start = trainingStart(workload);
  start.layers.forEach(({ weight, bias }, i) => {
    program.write(`dense${i + 1}.weight`, weight);
    program.write(`dense${i + 1}.bias`, bias);
  });
  const inputs = {
    x: start.images,
    target: Uint32Array.from(start.classes),
    examples: Uint32Array.of(workload.batch),
    learningRate: Float32Array.of(workload.learningRate),
  };
  return {
    async values() {
      const steps = Array.from(
        { length: workload.comparedSteps },
        () => inputs,
      );
      return (await program.submit(steps)).map(({ loss }) => loss![0]!);
    },
    run: (n) => runSteps(program, n, inputs),
    close: () => program.destroy(),
  };
}

await serve(openNabla);
