import assert from "node:assert/strict";
import { PEAK_VALUE, peakPlan } from "../../scripts/bench/peak/plan.ts";

Deno.test("peakPlan() counts the multiply-adds its kernel spells out", () => {
  const [dispatch] = peakPlan({ subgroupSize: 8 }).dispatches;
  const { kernel, sizes, grid, flops } = dispatch!;
  const turns = sizes!.words[0]!;
  const adds = kernel.code.match(/fma\(/g)!.length;
  const chains = new Set(kernel.code.match(/fma\(s\d+/g)).size;
  assert.equal(chains, 12);
  assert.equal(flops, 2 * adds * turns * grid[0] * 8);
  assert.equal(PEAK_VALUE, 66 + adds * turns);
});

Deno.test("peakPlan() fills the subgroups of any adapter", () => {
  const lanes = (subgroupSize: number | null) =>
    peakPlan({ subgroupSize }).dispatches[0]!.kernel.constants.lanes;
  assert.deepEqual([lanes(8), lanes(32), lanes(null)], [8, 64, 64]);
});
