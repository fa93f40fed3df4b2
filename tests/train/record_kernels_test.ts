import assert from "node:assert/strict";
import type { Plan } from "../../lib/core/plan.ts";
import type { PlanSummary } from "../../lib/core/plan_summary.ts";
import type { Gpu } from "../../lib/gpu/mod.ts";
import { crossEntropy } from "../../lib/nn/losses/cross_entropy.ts";
import { dense } from "../../lib/nn/layers/dense.ts";
import { sequential } from "../../lib/nn/graph.ts";
import { buildPlan } from "../../lib/nn/plan.ts";
import { summarizePlan } from "../../lib/nn/summary.ts";
import { openSqlite } from "../../lib/results/sqlite.ts";
import { storeOf } from "../../lib/results/store.ts";
import type { KernelNote } from "../../lib/train/protocol.ts";
import { mostPlans, recordKernels } from "../../lib/train/record_kernels.ts";
import { createRecorder } from "../../lib/train/recorder.ts";
import { sample } from "../results/support.ts";
import { withFolder } from "../support/folder.ts";
import { testWith } from "../support/permissions.ts";
import { subgroupTarget } from "../support/targets.ts";

const planOf = (units: number): Plan =>
  buildPlan({
    name: `${units} units`,
    model: sequential([4], [dense({ units })]),
    loss: crossEntropy(),
    batch: 2,
    target: subgroupTarget,
  });

/** Something that compiles plans by noting their names, and what it was noted to have compiled. */
function recorded() {
  const compiled: string[] = [];
  const gpu = {
    target: subgroupTarget,
    compile: (plan: Plan) => void compiled.push(plan.name),
  };
  const kernels: KernelNote[] = [];
  const plans: PlanSummary[] = [];
  recordKernels(gpu as unknown as Gpu, {
    kernels: (notes) => kernels.push(...notes),
    plan: (plan) => plans.push(plan),
  });
  return { gpu, compiled, kernels, plans };
}

Deno.test("recordKernels() notes every plan once and compiles each time", () => {
  const { gpu, compiled, kernels, plans } = recorded();
  for (const units of [3, 5, 3]) gpu.compile(planOf(units));
  assert.deepEqual(compiled, ["3 units", "5 units", "3 units"]);
  assert.deepEqual(
    plans,
    [3, 5].map((units) => summarizePlan(planOf(units), subgroupTarget)),
  );
  const dispatches = [3, 5].flatMap((units) => planOf(units).dispatches);
  assert.equal(kernels.length, dispatches.length);
});

Deno.test("recordKernels() describes no more plans than a record holds", () => {
  const { gpu, compiled, plans } = recorded();
  for (let units = 1; units <= mostPlans + 3; units++) {
    gpu.compile(planOf(units));
  }
  assert.equal(compiled.length, mostPlans + 3);
  assert.equal(plans.length, mostPlans);
});

testWith(
  { read: true, write: true },
  "createRecorder() keeps a plan once, also when a resumed run compiles it again",
  () =>
    withFolder((folder) => {
      using store = openSqlite(folder, { mode: "write" });
      const { provenance } = sample();
      const { id } = store.createRun(
        sample({ provenance: { ...provenance, plans: [] } }),
      );
      const limits = { ...subgroupTarget, maxIterations: Infinity };
      const plan = summarizePlan(planOf(3), limits);
      for (let attempt = 0; attempt < 2; attempt++) {
        const recorder = createRecorder(storeOf(store), store.run(id)!);
        recorder.handle({ kind: "plan", plan });
        recorder.handle({ kind: "plan", plan });
      }
      assert.deepEqual(store.run(id)!.provenance.plans, [plan]);
    }),
);
