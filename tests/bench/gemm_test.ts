import assert from "node:assert/strict";
import { sampledEntries, sampleEntries } from "../../scripts/bench/entries.ts";
import { gemmPlan } from "../../scripts/bench/gemm/nabla.ts";
import { gemm, gemmBaseline } from "../../scripts/bench/gemm/section.ts";
import { gemmOf, gemmOperands } from "../../scripts/bench/gemm/workload.ts";
import { subgroupTarget } from "../support/targets.ts";

/** Row-major transpose of a square matrix. */
function turned(matrix: Float32Array, size: number): Float32Array {
  return matrix.map((_, i) => matrix[i % size * size + Math.floor(i / size)]!);
}

for (const layout of ["NT", "NN", "TN"] as const) {
  Deno.test(`gemm.expected() multiplies ${layout} as its letters say`, () => {
    const workload = gemmOf(layout, 20);
    const { size } = workload;
    const { left, right } = gemmOperands(workload);
    const a = layout[0] === "T" ? turned(left, size) : left;
    const b = layout[1] === "T" ? turned(right, size) : right;
    const product = Float64Array.from(left, (_, entry) => {
      const row = Math.floor(entry / size) * size;
      let sum = 0;
      for (let k = 0; k < size; k++) {
        sum += a[row + k]! * b[k * size + entry % size]!;
      }
      return sum;
    });
    assert.deepEqual(gemm.expected(workload), sampleEntries(product));
  });
}

for (const workload of gemm.workloads) {
  Deno.test(`gemmPlan() of ${workload.name} is that product and nothing else`, () => {
    const { plan, left, right, product } = gemmPlan(workload, subgroupTarget);
    const byLabel = new Map(plan.tensors.map((one) => [one.label, one]));
    for (const label of [left, right, product]) {
      assert.deepEqual(byLabel.get(label)?.shape, [
        workload.size,
        workload.size,
      ]);
    }
    const flops = plan.dispatches.reduce((sum, one) => sum + one.flops, 0);
    const expected = gemm.work(workload);
    assert.ok(flops >= expected && flops < 1.02 * expected, `${flops} FLOPs`);
    assert.ok(
      plan.dispatches.every(({ kernel }) =>
        kernel.file !== "gemm.wgsl" ||
        kernel.variant.startsWith(workload.layout)
      ),
    );
  });
}

Deno.test("gemm.compare() accepts float32 rounding, and neither more nor NaN", () => {
  const expected = gemm.expected(gemmOf("NN", 20));
  const holds = (values: readonly number[]) =>
    gemm.compare(values, expected).holds;
  assert.ok(holds(expected.map(Math.fround)));
  assert.ok(!holds(expected.with(5, expected[5]! + 1e-3)));
  assert.ok(!holds(expected.with(0, NaN)));
  assert.ok(!holds(expected.map(() => null!)));
});

Deno.test("gemmBaseline() has the FLOPs of a product whose values are right", () => {
  const workload = gemmOf("TN", 20);
  const { work } = gemmBaseline(workload);
  const values = gemm.expected(workload);
  assert.equal(work(values), 16_000);
  assert.throws(() => work(values.with(3, 1)), /wrong values/);
});

Deno.test("sampledEntries() touches most rows and columns and both ends", () => {
  const entries = sampledEntries(512 * 512);
  assert.equal(entries.length, 64);
  assert.equal(entries[0], 0);
  assert.equal(entries.at(-1), 512 * 512 - 1);
  const rows = new Set(entries.map((entry) => Math.floor(entry / 512)));
  const columns = new Set(entries.map((entry) => entry % 512));
  assert.ok(rows.size > 50, `${rows.size} rows`);
  assert.ok(columns.size > 50, `${columns.size} columns`);
});
