import type { Plan, Target } from "../../../lib/core/plan.ts";
import type { Gpu } from "../../../lib/gpu/mod.ts";
import { dense } from "../../../lib/nn/layers/dense.ts";
import { sequential } from "../../../lib/nn/graph.ts";
import { halfSquaredNorm } from "../../../lib/nn/losses/half_squared_norm.ts";
import { buildPlan } from "../../../lib/nn/plan.ts";
import type { Work } from "../contender.ts";
import { sampleEntries } from "../entries.ts";
import { isolate } from "../../../lib/train/timing/isolate.ts";
import { runSteps } from "../../../lib/train/timing/run_steps.ts";
import { type Gemm, gemmOperands, type Layout } from "./workload.ts";

/** Where a product comes from in a network of two dense layers, and its tensors there. */
const products: Record<
  Layout,
  { dispatch: string; left: string; right: string; product: string }
> = {
  NT: {
    dispatch: "dense2 forward",
    left: "dense1.output",
    right: "dense2.weight",
    product: "dense2.output",
  },
  NN: {
    dispatch: "dense2 backward input",
    left: "dense2.dOutput",
    right: "dense2.weight",
    product: "dense1.dOutput",
  },
  TN: {
    dispatch: "dense2 backward weight",
    left: "dense2.dOutput",
    right: "dense1.output",
    product: "dense2.dWeight",
  },
};

/** A plan of one product alone, and the labels of its operands and result. */
export interface GemmPlan {
  readonly plan: Plan;
  readonly left: string;
  readonly right: string;
  readonly product: string;
}

/** The dispatches of one product, cut out of a training step of two square dense layers. */
export function gemmPlan({ layout, size }: Gemm, target: Target): GemmPlan {
  const layer = () => dense({ units: size, bias: false });
  const step = buildPlan({
    name: `two layers of ${size}`,
    model: sequential([size], [layer(), layer()]),
    loss: halfSquaredNorm(),
    gradients: true,
    batch: size,
    target,
  });
  const { dispatch, ...labels } = products[layout];
  return { plan: isolate(step, dispatch), ...labels };
}

/** Opens a product on Nabla. */
export async function openGemm(gpu: Gpu, workload: Gemm): Promise<Work> {
  const { plan, left, right, product } = gemmPlan(workload, gpu.target);
  const program = await gpu.compile(plan);
  const operands = gemmOperands(workload);
  program.write(left, operands.left);
  program.write(right, operands.right);
  return {
    async values() {
      await runSteps(program, 1);
      return sampleEntries(await program.read(product));
    },
    run: (n) => runSteps(program, n),
    close: () => program.destroy(),
  };
}
