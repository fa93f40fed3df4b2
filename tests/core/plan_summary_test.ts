import assert from "node:assert/strict";
import {
  planColumns,
  planExtent,
  planFacts,
  planRows,
  type PlanSummary,
  stepWork,
  type Work,
} from "../../lib/core/plan_summary.ts";
import { formatBytes, formatCount } from "../../lib/core/units.ts";

const work = (flops: number, dispatches = 1): Work => ({
  flops,
  products: flops / 2,
  bytes: 1024 * dispatches,
  dispatches,
});
const nothing = work(0, 0);
const layer = {
  kind: "dense",
  inputs: ["x"],
  parameters: {},
  states: {},
};
const summary: PlanSummary = {
  name: "train",
  batch: 64,
  replicas: 3,
  parameters: 8_925_738,
  layers: [
    {
      ...layer,
      label: "dense1",
      shape: [5, 5, 256],
      size: 8_925_738,
      forward: work(41_620_000_000),
      backward: work(20_000),
    },
    {
      ...layer,
      label: "relu1",
      shape: [10],
      size: 0,
      forward: nothing,
      backward: work(0),
    },
  ],
  others: [{ label: "loss", forward: work(10), backward: nothing }],
  memory: {
    parameters: 3 * 2 ** 20,
    activations: 0,
    gradients: 0,
    "optimizer state": 0,
    "layer state": 0,
    "inputs and metrics": 512,
    scratch: 0,
  },
  largest: { label: "dense1.weight", bytes: 2 ** 20, limit: 2 ** 27 },
  iterations: { label: "dense1 forward", count: 70_000, limit: Infinity },
};

Deno.test("formatCount() is exact below ten thousand and keeps four digits above", () => {
  assert.deepEqual(
    [0, 999, 9999, 10_000, 12_949, 999_999, 41_620_345_678, 9.9999e18]
      .map(formatCount),
    ["0", "999", "9,999", "10 k", "12.95 k", "1 M", "41.62 G", "10000 P"],
  );
});

Deno.test("formatBytes() goes up in steps of 1024", () => {
  assert.deepEqual(
    [0, 2, 1023, 1024, 1536, 2 ** 20 - 1, 2 ** 31].map(formatBytes),
    ["0 bytes", "2 bytes", "1023 bytes", "1 KiB", "1.5 KiB", "1 MiB", "2 GiB"],
  );
});

Deno.test("planRows() shows every part, nothing as a dash, and the sum", () => {
  const rows = planRows(summary);
  assert.deepEqual(rows, [
    ["dense1", "5×5×256", "8,925,738", "41.62 G", "20 k", "2 KiB"],
    ["relu1", "10", "–", "–", "0", "1 KiB"],
    ["loss", "", "–", "10", "–", "1 KiB"],
    ["in all", "", "8,925,738", "41.62 G", "20 k", "4 KiB"],
  ]);
  for (const row of rows) assert.equal(row.length, planColumns.length);
});

Deno.test("planFacts() names what counts, and limits only where there are some", () => {
  assert.equal(planExtent(summary), "64 examples a step, 3 replicas");
  const one = { ...summary, batch: 1, replicas: 1 };
  assert.equal(planExtent(one), "1 example a step");
  assert.deepEqual(
    Object.fromEntries(
      planFacts(summary).map(({ name, text }) => [name, text]),
    ),
    {
      FLOPs: "41.62 G a step, inference alone 41.62 G",
      dispatches: "4 a step",
      memory: "3 MiB: parameters 3 MiB, inputs and metrics 512 bytes",
      "largest buffer": "1 MiB (dense1.weight), 128 MiB allowed",
      "loop iterations": "70,000 in one invocation (dense1 forward), no limit",
    },
  );
});

Deno.test("stepWork() counts the loss to the step, not to inference", () => {
  const { inference, all } = stepWork(summary);
  assert.equal(inference.flops, 41_620_000_000);
  assert.equal(all.flops, 41_620_020_010);
});
