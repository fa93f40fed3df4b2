import assert from "node:assert/strict";
import type { Executor } from "../../lib/nn/planner/executor.ts";
import { testGpu } from "../support/device.ts";
import {
  openTraining,
  persistent,
  REPLICAS,
  steps,
} from "../support/training.ts";

for (const executor of ["layers", "steps"] as const) {
  testSubmits(executor);
}

function testSubmits(executor: Executor): void {
  testGpu(
    `submit() by ${executor} gives the same numbers, bit for bit, however steps are grouped and repeated`,
    async (gpu) => {
      const inputs = steps(12);
      const runs = [];
      for (const size of [12, 1, 5, 12]) {
        const program = await openTraining(gpu, executor);
        const metrics = [];
        for (let from = 0; from < inputs.length; from += size) {
          metrics.push(
            ...await program.submit(inputs.slice(from, from + size)),
          );
        }
        runs.push({ metrics, kept: await persistent(program) });
        program.destroy();
      }
      for (const run of runs.slice(1)) assert.deepEqual(run, runs[0]);
      const { metrics, kept } = runs[0]!;
      assert.deepEqual(Object.keys(kept).sort(), [
        "dense1.bias",
        "dense1.bias.velocity",
        "dense1.weight",
        "dense1.weight.velocity",
        "dense2.bias",
        "dense2.bias.velocity",
        "dense2.weight",
        "dense2.weight.velocity",
      ]);
      assert.equal(metrics.length, 12);
      for (const { loss, correct } of metrics) {
        assert.equal(loss!.length, REPLICAS);
        assert.ok(
          loss instanceof Float32Array && correct instanceof Uint32Array,
        );
        assert.equal(new Set(loss).size, REPLICAS, "replicas are alike");
      }
    },
  );

  testGpu(
    `submit() by ${executor} may be called many times at once: metrics come in order and are the same`,
    async (gpu) => {
      const inputs = steps(40);
      const program = await openTraining(gpu, executor);
      const expected = [];
      for (const input of inputs) {
        expected.push(...await program.submit([input]));
      }
      program.destroy();

      const eager = await openTraining(gpu, executor);
      const pending = inputs.map((input) => eager.submit([input]));
      assert.deepEqual((await Promise.all(pending)).flat(), expected);
      eager.destroy();
    },
  );

  testGpu(
    `submit() by ${executor} copies inputs at once, however long it waits`,
    async (gpu) => {
      const inputs = steps(6);
      const program = await openTraining(gpu, executor);
      const expected = [];
      for (const input of inputs) {
        expected.push(...await program.submit([input]));
      }
      program.destroy();

      const again = await openTraining(gpu, executor);
      const pending = inputs.map((input) => {
        const copy = structuredClone(input);
        const metrics = again.submit([copy]);
        for (const values of Object.values(copy)) values.fill(0);
        return metrics;
      });
      assert.deepEqual((await Promise.all(pending)).flat(), expected);
      again.destroy();
    },
  );
}

testGpu(
  "submit() refuses a missing stream and one of the wrong length by name",
  async (gpu) => {
    const program = await openTraining(gpu);
    const [input] = steps(1);
    const { x: _, ...without } = input!;
    await assert.rejects(
      program.submit([without]),
      /run small training: stream x is missing, 1 × 5×6 need 30/,
    );
    await assert.rejects(
      program.submit([input!, { ...input, learningRate: Float32Array.of(1) }]),
      /stream learningRate has 1 numbers, 3 × 1 need 3/,
    );
    // The program is as it was.
    const [metrics] = await program.submit([input!]);
    assert.ok(Number.isFinite(metrics!.loss![0]));
    program.destroy();
  },
);

testGpu("submit() refuses more steps than fit and takes none", async (gpu) => {
  const program = await openTraining(gpu);
  assert.equal(program.stepsPerSubmit, 64);
  await assert.rejects(
    program.submit(steps(65)),
    /submit 65 steps of small training: at most 64/,
  );
  assert.deepEqual(await program.submit([]), []);
  assert.equal((await program.submit(steps(64))).length, 64);
  program.destroy();
});

testGpu(
  "write() and read() name a tensor that is not there and a wrong length",
  async (gpu) => {
    const program = await openTraining(gpu);
    assert.throws(
      () => program.write("dense7.weight", new Float32Array(3)),
      /tensor dense7\.weight of small training: it has .*dense1\.weight/,
    );
    assert.throws(
      () => program.write("dense1.weight", new Float32Array(54)),
      /write dense1\.weight: got 54 numbers, 3 × 9×6 need 162/,
    );
    await assert.rejects(
      program.read("dense1.output"),
      /Cannot find tensor dense1\.output/,
    );
    const values = Float32Array.from({ length: 162 }, (_, i) => i / 7);
    program.write("dense1.weight", values);
    assert.deepEqual(await program.read("dense1.weight"), values);
    program.destroy();
  },
);
