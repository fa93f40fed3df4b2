/** Where the seeded runs come from. */
import type { PlanSummary } from "../../lib/core/plan_summary.ts";
import { crossEntropy } from "../../lib/nn/losses/cross_entropy.ts";
import { dense } from "../../lib/nn/layers/dense.ts";
import { sequential } from "../../lib/nn/graph.ts";
import { buildPlan } from "../../lib/nn/plan.ts";
import { relu } from "../../lib/nn/layers/relu.ts";
import { sgd } from "../../lib/nn/optimizers/sgd.ts";
import { summarizePlan } from "../../lib/nn/summary.ts";
import type { Provenance } from "../../lib/results/schemas.ts";
import { subgroupTarget } from "./targets.ts";

/** As of a run of `torch-parity`. */
export const PROVENANCE: Provenance = {
  revision: "3f9c1d2e4b5a69788796a5b4c3d2e1f001122334",
  dirty: false,
  command: ["deno", "task", "experiment", "torch-parity", "--preset", "quick"],
  versions: {
    deno: "2.9.6",
    v8: "14.2.231.17-rusty",
    typescript: "5.9.2",
    nabla: "0.1.0",
  },
  adapter: {
    vendor: "Mesa",
    architecture: "",
    description: "llvmpipe (LLVM 15.0.6, 256 bits)",
    backend: "Vulkan",
    subgroupSize: 8,
    int64: true,
    maxIterations: 65535,
    limits: { maxStorageBufferBindingSize: 134217728 },
  },
  data: [{
    name: "MNIST training images",
    sha256: "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
  }],
  kernels: [
    {
      label: "dense1.forward",
      file: "shaders/dense.wgsl",
      variant: "NT 64×64×8",
    },
    {
      label: "dense1.dWeight",
      file: "shaders/dense.wgsl",
      variant: "TN 32×32×16",
    },
    {
      label: "crossEntropy.backward",
      file: "shaders/cross_entropy.wgsl",
      variant: "row",
    },
  ],
  plans: [seededPlan()],
  host: { os: "linux", arch: "x86_64", cpus: 2 },
};

/** What the seeded runs trained, counted. */
function seededPlan(): PlanSummary {
  const plan = buildPlan({
    name: "train",
    model: sequential([784], [
      dense({ units: 128 }),
      relu(),
      dense({ units: 10 }),
    ]),
    loss: crossEntropy(),
    optimizer: sgd(),
    batch: 64,
    target: subgroupTarget,
  });
  return summarizePlan(plan, subgroupTarget);
}
