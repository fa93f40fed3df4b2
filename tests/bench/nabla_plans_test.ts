import assert from "node:assert/strict";
import type { Target } from "../../lib/core/plan.ts";
import { gemmPlan, trainingPlan } from "../../scripts/bench/nabla_plans.ts";
import { workloads } from "../../scripts/bench/workloads.ts";

const target: Target = {
  subgroupSize: 8,
  int64: false,
  maxIterations: 65_535,
  maxWorkgroups: 65_535,
  maxBindingBytes: 1 << 27,
  maxStorageBuffers: 8,
  memoryBytes: 1 << 30,
};

for (const workload of workloads) {
  if (workload.kind !== "gemm") continue;
  Deno.test(`gemmPlan() of ${workload.name} is that product and nothing else`, () => {
    const { plan, left, right, product } = gemmPlan(workload, target);
    const byLabel = new Map(plan.tensors.map((one) => [one.label, one]));
    for (const label of [left, right, product]) {
      assert.deepEqual(byLabel.get(label)?.shape, [
        workload.size,
        workload.size,
      ]);
    }
    const flops = plan.dispatches.reduce((sum, one) => sum + one.flops, 0);
    const expected = 2 * workload.size ** 3;
    assert.ok(flops >= expected && flops < 1.02 * expected, `${flops} FLOPs`);
    assert.ok(
      plan.dispatches.every(({ kernel }) =>
        kernel.file !== "gemm.wgsl" ||
        kernel.variant.startsWith(workload.layout)
      ),
    );
  });
}

Deno.test("trainingPlan() is the whole step of the network", () => {
  const workload = workloads.find((one) => one.kind === "training")!;
  const plan = trainingPlan(workload, target);
  assert.equal(plan.parameters, 235_146);
  assert.equal(plan.batch, 64);
  const labels = plan.tensors.map(({ label }) => label);
  for (const label of ["x", "target", "examples", "learningRate", "loss"]) {
    assert.ok(labels.includes(label), `has no ${label}`);
  }
});
