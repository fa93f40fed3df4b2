import assert from "node:assert/strict";
import type { Plan } from "../../lib/core/plan.ts";
import { standardTarget } from "../../lib/core/standard_target.ts";
import { dense } from "../../lib/nn/layers/dense.ts";
import { sequential } from "../../lib/nn/graph.ts";
import { buildPlan, type PlanOptions } from "../../lib/nn/plan.ts";
import { meanSquaredError } from "../../lib/nn/losses/squared_error.ts";
import {
  allocateInputs,
  arrayBatches,
  replicaBatches,
} from "../../lib/train/batches.ts";
import { checkSource } from "../../lib/train/check_source.ts";

const start = { epoch: 0, taken: 0 };

/** Four examples whose numbers say which they are. */
function numbered(from: number) {
  const x = Float32Array.from({ length: 8 }, (_, i) => from + i);
  const target = Float32Array.from({ length: 4 }, (_, i) => -from - i);
  return arrayBatches({
    x: { shape: [4, 2], data: x },
    target: { shape: [4, 1], data: target },
  });
}

function planOf(options: Partial<PlanOptions>): Plan {
  return buildPlan({
    name: "small",
    model: sequential([2], [dense({ units: 1 })]),
    loss: meanSquaredError(),
    batch: 3,
    target: standardTarget,
    ...options,
  });
}

Deno.test("arrayBatches() fills the first rows", () => {
  const inputs = allocateInputs(planOf({}).tensors);
  inputs.x!.fill(-1);
  numbered(10).fill(Uint32Array.of(3, 1), inputs, start);
  assert.deepEqual([...inputs.x!], [16, 17, 12, 13, -1, -1]);
  assert.deepEqual([...inputs.target!], [-13, -11, 0]);
});

Deno.test("replicaBatches() fills every replica from its own source", () => {
  const plan = planOf({ replicas: 2, ownData: true });
  const inputs = allocateInputs(plan.tensors);
  const source = replicaBatches([numbered(10), numbered(50)]);
  checkSource(plan, source);
  source.fill(Uint32Array.of(3, 1), inputs, start);
  assert.deepEqual([...inputs.x!], [
    ...[16, 17, 12, 13, 0, 0],
    ...[56, 57, 52, 53, 0, 0],
  ]);
  assert.deepEqual([...inputs.target!], [-13, -11, 0, -53, -51, 0]);
});

Deno.test("replicaBatches() refuses sources that cannot walk together", () => {
  assert.throws(() => replicaBatches([]), /from no source/);
  assert.throws(
    () => replicaBatches([numbered(0), { ...numbered(0), examples: 1 }]),
    /the source of replica 1 has 1 examples of x,target, that of replica 0 4 of/,
  );
  const other = arrayBatches({ x: { shape: [4], data: new Float32Array(4) } });
  assert.throws(
    () => replicaBatches([numbered(0), other]),
    /replica 1 has 4 examples of x, that of replica 0 4 of x,target/,
  );
});

Deno.test("checkSource() refuses a source that does not fit the plan", () => {
  const source = numbered(0);
  checkSource(planOf({}), source);
  checkSource(planOf({ replicas: 2 }), source);
  const cases: [Partial<PlanOptions>, RegExp][] = [
    [
      { replicas: 2, ownData: true },
      /the source gives x once for all, the plan takes it for each of 2 replicas/,
    ],
    [
      { replicas: 2, ownData: "target" },
      /gives target once for all, the plan takes it for each of 2 replicas/,
    ],
    [{ loss: undefined }, /gives target once for all, the plan does not take/],
  ];
  for (const [options, message] of cases) {
    assert.throws(() => checkSource(planOf(options), source), message);
  }
  const both = replicaBatches([source, source]);
  assert.throws(
    () => checkSource(planOf({ replicas: 2, ownData: "target" }), both),
    /gives x for each of 2 replicas, the plan takes it once for all/,
  );
  const { fill: _, ...rest } = source;
  const lacking = { ...rest, streams: { x: source.streams.x! }, fill() {} };
  assert.throws(
    () => checkSource(planOf({}), lacking),
    /Cannot feed small: it takes target, the source gives x/,
  );
});
