/** How many answers are right, counted exactly: ties, padding rows, replicas. */
import assert from "node:assert/strict";
import type { Graph } from "../../lib/nn/graph.ts";
import { sequential } from "../../lib/nn/graph.ts";
import { dense } from "../../lib/nn/layers/dense.ts";
import { relu } from "../../lib/nn/layers/relu.ts";
import { crossEntropy } from "../../lib/nn/losses/cross_entropy.ts";
import { drawValues, planOf } from "../support/cases.ts";
import { testGpu } from "../support/device.ts";

/** Logits of a row and the class it should have. */
type Row = readonly [logits: readonly number[], target: number];

/** Every way to be right or wrong with three classes, named by what it is. */
const RIGHT: Row[] = [[[0, 2, 1], 1], [[3, 3, 1], 0], [[0, 0, 0], 0]];
const WRONG: Row[] = [
  // The target is as large as the maximum, and comes after it.
  ...[[[3, 3, 1], 1], [[0, 0, 0], 1], [[0, 0, 0], 2]] satisfies Row[],
  ...[[[0, 2, 1], 0], [[0, 2, 1], 2]] satisfies Row[],
];

/** Batches of two replicas: rows, how many of them count, and how many of those are right in each replica. */
const BATCHES = [
  { replicas: [RIGHT, RIGHT], examples: 3, correct: [3, 3] },
  { replicas: [WRONG, WRONG], examples: 5, correct: [0, 0] },
  {
    replicas: [[...RIGHT, ...WRONG], [...WRONG, ...RIGHT]],
    examples: 8,
    correct: [3, 3],
  },
  // Right answers beyond the examples count for nothing.
  {
    replicas: [[...WRONG, ...RIGHT], [...RIGHT, ...WRONG]],
    examples: 5,
    correct: [0, 3],
  },
  {
    replicas: [[...RIGHT, ...RIGHT], [...WRONG, WRONG[0]!]],
    examples: 4,
    correct: [4, 0],
  },
];

const MODELS: Record<string, Graph> = {
  "logits alone": sequential([3], [relu()]),
  "a dense layer": sequential([3], [dense({ units: 3 })]),
};

for (const [name, model] of Object.entries(MODELS)) {
  testGpu(
    `crossEntropy() counts right answers exactly: ${name}`,
    async (gpu) => {
      for (const { replicas, examples, correct } of BATCHES) {
        // Once, and in more rows than one workgroup takes.
        for (const times of [1, 700]) {
          const rows = replicas.map((of) => repeated(of, examples, times));
          const given = {
            ...{ model, loss: crossEntropy(), replicas: 2, ownData: true },
            ...{ batch: rows[0]!.length, examples: examples * times },
          };
          const plan = planOf(given, gpu.target);
          const { parameters, streams } = drawValues(plan, given);
          for (const { label, role, type } of plan.tensors) {
            if (role !== "stream" || label === "examples") continue;
            streams[label] = type === "u32"
              ? Uint32Array.from(rows.flat(), ([, target]) => target)
              : Float32Array.from(rows.flat().flatMap(([logits]) => logits));
          }
          const program = await gpu.compile(plan);
          try {
            for (const [label, { length }] of Object.entries(parameters)) {
              program.write(
                label,
                length === 2 * 9 ? identities() : new Float32Array(length),
              );
            }
            const [metrics] = await program.submit([streams]);
            assert.deepEqual(
              Array.from(metrics!.correct!),
              correct.map((count) => count * times),
            );
          } finally {
            program.destroy();
          }
        }
      }
    },
  );
}

/** The rows that count `times` over, then the others. */
function repeated(
  rows: readonly Row[],
  examples: number,
  times: number,
): Row[] {
  const counting = Array.from({ length: times }, () => rows.slice(0, examples));
  return [...counting.flat(), ...rows.slice(examples)];
}

/** The identity of 3 × 3 for each of two replicas. */
function identities(): Float32Array {
  return Float32Array.from({ length: 18 }, (_, i) => i % 9 % 4 === 0 ? 1 : 0);
}
