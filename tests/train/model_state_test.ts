import assert from "node:assert/strict";
import type { HostTensor } from "../../lib/core/safetensors.ts";
import type { Program } from "../../lib/gpu/mod.ts";
import { dense } from "../../lib/nn/layers/dense.ts";
import { sequential } from "../../lib/nn/graph.ts";
import { buildPlan } from "../../lib/nn/plan.ts";
import { writeState } from "../../lib/train/model_state.ts";
import { subgroupTarget } from "../support/targets.ts";

const plan = buildPlan({
  name: "test",
  model: sequential([2], [dense({ units: 3 })]),
  batch: 1,
  target: subgroupTarget,
});

/** Labels of what a program of the plan would be written. */
function written(state: Record<string, HostTensor>): string[] {
  const labels: string[] = [];
  const write = (label: string) => void labels.push(label);
  writeState({ plan, write } as unknown as Program, state);
  return labels;
}

const whole: Record<string, HostTensor> = {
  "dense1.weight": { shape: [1, 3, 2], data: new Float32Array(6) },
  "dense1.bias": { shape: [1, 3], data: new Float32Array(3) },
  "fit.generator": { shape: [3], data: new Uint32Array(3) },
};

Deno.test("writeState() writes what the program keeps", () => {
  assert.deepEqual(written(whole), ["dense1.weight", "dense1.bias"]);
});

const faults: [string, HostTensor | undefined, RegExp][] = [
  ["missing", undefined, /"dense1.bias" is missing, the model needs 1×3/],
  [
    "of another shape",
    { shape: [3, 1], data: new Float32Array(3) },
    /"dense1.bias" is 3×1, the model needs 1×3/,
  ],
  [
    "of another type",
    { shape: [1, 3], data: new Uint32Array(3) },
    /is 1×3 of Uint32Array, the model needs 1×3 of Float32Array/,
  ],
];
for (const [fault, bias, message] of faults) {
  Deno.test(`writeState() refuses a tensor that is ${fault}`, () => {
    const { "dense1.bias": _, ...rest } = whole;
    const state = bias ? { ...rest, "dense1.bias": bias } : rest;
    assert.throws(() => written(state), { name: "NablaError", message });
  });
}
