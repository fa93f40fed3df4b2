/** fit() with gradients added up over several batches. */
import assert from "node:assert/strict";
import { adam } from "../../lib/nn/optimizers/adam.ts";
import { dropout } from "../../lib/nn/layers/dropout.ts";
import { tanh } from "../../lib/nn/layers/tanh.ts";
import { Interrupted } from "../../lib/train/context.ts";
import { sequential } from "../../lib/train/epochs.ts";
import { assertClose } from "../support/compare.ts";
import { testGpu } from "../support/device.ts";
import { fakeContext } from "../support/fake_context.ts";
import { examples, steps, train } from "../support/fit.ts";

testGpu(
  "fit() moves the same with batches added up as with one of all their examples",
  async (gpu) => {
    const cases = [
      { replicas: 1 },
      { replicas: 3, optimizer: adam({ epsilon: 0.01 }) },
    ];
    for (const options of cases) {
      // 50 examples are five batches of 10, each two of 5.
      const common = { ...options, gradientNorm: true, steps: 12 };
      const [one, many] = [fakeContext(), fakeContext()];
      const whole = await train(gpu, one, { ...common, batch: 10 });
      const added = await train(gpu, many, {
        ...common,
        batch: 5,
        microBatches: 2,
      });
      for (const [label, { data }] of Object.entries(whole.state)) {
        // The same terms in another order, over twelve updates.
        assertClose(
          added.state[label]!.data as Float32Array,
          data as Float32Array,
          { tolerance: 2e-5, floor: 0.05, label },
        );
      }
      for (const series of ["train.loss", "train.gradientNorm", "all.loss"]) {
        const expected = one.series(series);
        assert.ok(expected.length >= 2);
        assertClose(many.series(series), expected, {
          tolerance: 1e-5,
          label: series,
        });
      }
      assert.deepEqual(added.left, whole.left);
    }
  },
);

testGpu(
  "fit() draws other dropout masks for every batch of an update",
  async (gpu) => {
    // Every batch is the whole set, and nothing moves.
    const common = {
      batch: examples,
      order: sequential,
      learningRate: 0,
      steps: 4,
      layers: [dropout({ probability: 0.4 })],
    };
    const [one, many] = [fakeContext(), fakeContext()];
    await train(gpu, one, common);
    await train(gpu, many, { ...common, steps: 2, microBatches: 2 });
    const [a, b, c, d] = one.series("train.loss") as [
      ...[number, number, number, number],
    ];
    assert.ok(a !== b && c !== d);
    assert.deepEqual(many.series("train.loss"), [(a + b) / 2, (c + d) / 2]);
  },
);

testGpu(
  "fit() goes on with batches added up to the same weights, bit for bit",
  async (gpu) => {
    const options = {
      microBatches: 3,
      optimizer: adam(),
      layers: [tanh(), dropout({ probability: 0.4 })],
    };
    const expected = await train(gpu, fakeContext(), options);
    const labels = Object.keys(expected.state);
    assert.ok(labels.includes("dense1.weight.average"), `${labels}`);
    for (const stopAfter of [0, 7, 30]) {
      const first = fakeContext({ stopAfter });
      await assert.rejects(train(gpu, first, options), Interrupted);
      const second = fakeContext({ resume: first.saved });
      const { state, left } = await train(gpu, second, options);
      assert.deepEqual(state, expected.state, `stopped after ${stopAfter}`);
      assert.deepEqual(left, expected.left);
    }
  },
);

testGpu("fit() records no gradient norm that no plan computes", async (gpu) => {
  const ctx = fakeContext();
  await train(gpu, ctx, { steps: 2 });
  assert.deepEqual(ctx.series("train.gradientNorm"), []);
  await train(gpu, ctx, { steps: 2, gradientNorm: true, replicas: 2 });
  const norms = ctx.rows.filter((row) => row.startsWith("train.gradientNorm"));
  assert.equal(norms.length, 2);
  const [first, second] = norms[0]!.split(" ")[2]!.split(",").map(Number);
  assert.ok(first! > 0 && second! > 0 && first !== second);
});

testGpu(
  "fit() refuses more batches to add up than one submit takes",
  async (gpu) => {
    await assert.rejects(
      train(gpu, fakeContext(), { batch: 1, microBatches: 65, steps }),
      /Cannot accumulate 65 batches of fit: at most 64 fit in one submit/,
    );
  },
);
