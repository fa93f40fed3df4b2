import assert from "node:assert/strict";
import { TorchRandom } from "../../lib/core/random.ts";
import { adam } from "../../lib/nn/optimizers/adam.ts";
import { batchNorm } from "../../lib/nn/layers/batch_norm.ts";
import { dense } from "../../lib/nn/layers/dense.ts";
import { dropout } from "../../lib/nn/layers/dropout.ts";
import { sequential } from "../../lib/nn/graph.ts";
import { buildPlan, initialParameters } from "../../lib/nn/plan.ts";
import { sgd, sgdHeavyBall } from "../../lib/nn/optimizers/sgd.ts";
import { meanSquaredError } from "../../lib/nn/losses/squared_error.ts";
import { tanh } from "../../lib/nn/layers/tanh.ts";
import { Interrupted } from "../../lib/train/context.ts";
import { initialize } from "../../lib/train/initialize.ts";
import { assertClose } from "../support/compare.ts";
import { testGpu } from "../support/device.ts";
import { fakeContext } from "../support/fake_context.ts";
import { examples, steps, train } from "../support/fit.ts";

testGpu(
  "fit() goes on to the same dropout masks and batch statistics",
  async (gpu) => {
    const options = {
      layers: [batchNorm(), tanh(), dropout({ probability: 0.4 })],
    };
    const expected = await train(gpu, fakeContext(), options);
    const labels = Object.keys(expected.state);
    assert.ok(labels.includes("batchNorm1.runningMean"), `${labels}`);
    for (const stopAfter of [3, 17]) {
      const first = fakeContext({ stopAfter });
      await assert.rejects(train(gpu, first, options), Interrupted);
      const second = fakeContext({ resume: first.saved });
      const found = await train(gpu, second, options);
      assert.deepEqual(found.state, expected.state, `stop after ${stopAfter}`);
      assert.deepEqual(found.result, expected.result);
    }
    const other = fakeContext({ seed: 1 });
    assert.notDeepEqual(
      (await train(gpu, other, options)).state,
      expected.state,
    );
  },
);

testGpu(
  "fit() goes on from a stop anywhere to the same weights, bit for bit",
  async (gpu) => {
    const whole = fakeContext();
    const expected = await train(gpu, whole);
    assert.equal(
      whole.rows.filter((row) => row.startsWith("train.loss")).length,
      steps,
    );
    for (const stopAfter of [0, 1, 7, 8, 16, 31, 38]) {
      const first = fakeContext({ stopAfter });
      await assert.rejects(train(gpu, first), Interrupted);
      const second = fakeContext({ resume: first.saved });
      const { state, left } = await train(gpu, second);
      assert.deepEqual(
        state,
        expected.state,
        `weights, stopped after ${stopAfter}`,
      );
      assert.deepEqual(left, expected.left, "state of the generator");
      assert.deepEqual([...first.rows, ...second.rows], whole.rows);
    }
  },
);

for (const optimizer of [adam(), sgdHeavyBall({ momentum: 0.9 })]) {
  testGpu(`fit() goes on with ${optimizer.name} bit for bit`, async (gpu) => {
    const expected = await train(gpu, fakeContext(), { optimizer });
    for (const stopAfter of [0, 7]) {
      const first = fakeContext({ stopAfter });
      await assert.rejects(train(gpu, first, { optimizer }), Interrupted);
      const second = fakeContext({ resume: first.saved });
      const { state } = await train(gpu, second, { optimizer });
      assert.deepEqual(state, expected.state, `stopped after ${stopAfter}`);
    }
  });
}

testGpu("fit() counts updates for an optimizer from 0", async (gpu) => {
  // Adam's first step is α long whatever the gradient, if ε is small: m/(1−β₁) = g, √(s/(1−β₂)) = |g|.
  const options = {
    optimizer: adam({ epsilon: 1e-12 }),
    learningRate: 0,
    steps: 1,
  };
  const start = await train(gpu, fakeContext(), options);
  const moved = await train(gpu, fakeContext(), {
    ...options,
    learningRate: 0.25,
  });
  const [before, after] = [start, moved].map(({ state }) =>
    state["dense1.weight"]!.data as Float32Array
  );
  const lengths = after!.map((theta, i) => Math.abs(theta - before![i]!));
  // A difference of float32 numbers near 1.
  const tolerance = 2e-6;
  assertClose(lengths, lengths.map(() => 0.25), { tolerance });
});

testGpu("fit() gives every replica its weight decay", async (gpu) => {
  const optimizer = sgd({ weightDecay: "stream" });
  const common = { optimizer, replicas: 2, learningRate: 0.1, steps: 1 };
  const weights = async (weightDecay: number[]) => {
    const options = { ...common, weightDecay: () => weightDecay };
    const { state } = await train(gpu, fakeContext(), options);
    return Array.from(state["dense1.weight"]!.data, Number);
  };
  const free = await weights([0, 0]);
  const decayed = await weights([0, 0.5]);
  const half = free.length / 2;
  assert.deepEqual(decayed.slice(0, half), free.slice(0, half));
  assert.notDeepEqual(decayed.slice(half), free.slice(half));
  await assert.rejects(
    train(gpu, fakeContext(), common),
    /Cannot train: the plan has a stream weightDecay, fit\(\) got no weightDecay/,
  );
});

testGpu("fit() repeats itself bit for bit with replicas", async (gpu) => {
  const [a, b] = [fakeContext(), fakeContext()];
  const first = await train(gpu, a, { replicas: 3 });
  const second = await train(gpu, b, { replicas: 3 });
  assert.deepEqual(first.state, second.state);
  assert.deepEqual(a.rows, b.rows);
  const single = await train(gpu, fakeContext());
  const weight = first.state["dense1.weight"]!.data as Float32Array;
  const alone = single.state["dense1.weight"]!.data as Float32Array;
  assert.deepEqual(weight.slice(0, alone.length), alone);
  assert.notDeepEqual(weight.slice(alone.length, 2 * alone.length), alone);
});

testGpu(
  "fit() evaluates the whole set, a smaller last batch included",
  async (gpu) => {
    const inBatches = await train(gpu, fakeContext());
    const atOnce = await train(gpu, fakeContext(), { testBatch: examples });
    const [a, b] = [inBatches, atOnce].map(({ result }) =>
      result.evaluations.all!
    );
    assert.ok(Math.abs(a!.loss[0]! / b!.loss[0]! - 1) < 1e-6);
    assert.equal(a!.accuracy, null);
  },
);

testGpu(
  "initialize() draws each replica from a seed of its own",
  async (gpu) => {
    const model = sequential([3], [dense({ units: 5 })]);
    const program = await gpu.compile(
      buildPlan({
        name: "init",
        model,
        loss: meanSquaredError(),
        batch: 1,
        replicas: 3,
        target: gpu.target,
      }),
    );
    const random = new TorchRandom(9);
    random.rand(4);
    initialize(program, model, { random, seed: 9 });
    const weights = await program.read("dense1.weight");
    program.destroy();
    const first = new TorchRandom(9);
    first.rand(4);
    const generators = [first, new TorchRandom(10), new TorchRandom(11)];
    const expected = generators.flatMap((generator) => [
      ...initialParameters(model, generator)["dense1.weight"]!,
    ]);
    assert.deepEqual([...weights], expected);
  },
);

testGpu(
  "fit() fails when the loss stops being finite and says where",
  async (gpu) => {
    const ctx = fakeContext();
    await assert.rejects(
      train(gpu, ctx, { learningRate: 1e30 }),
      /train\.loss of replica 0 became (NaN|Infinity) at step \d+, dense\d\.\w+.* is no longer finite; a smaller learning rate/,
    );
    const { step, value, series } = ctx.results.nonFinite as Record<
      string,
      unknown
    >;
    assert.equal(series, "train.loss");
    assert.ok(Number(step) >= 1 && !Number.isFinite(value));
  },
);

testGpu(
  "fit() goes on over NaN if told to, and keeps every value",
  async (gpu) => {
    const ctx = fakeContext();
    await train(gpu, ctx, { learningRate: 1e30, nonFinite: "continue" });
    assert.ok(ctx.results.nonFinite);
    const losses = ctx.rows.filter((row) => row.startsWith("train.loss"));
    assert.equal(losses.length, steps);
    assert.match(losses.at(-1)!, /NaN|Infinity/);
  },
);

testGpu("fit() remembers a measurement of NaN", async (gpu) => {
  const options = { learningRate: 1e30, nonFinite: "continue" } as const;
  const first = fakeContext();
  const { result } = await train(gpu, first, options);
  assert.deepEqual(result.evaluations.all!.loss, [NaN]);
  const second = fakeContext({ resume: first.saved });
  assert.deepEqual((await train(gpu, second, options)).result, result);
});

testGpu(
  "fit() refuses a batch larger than the data set and a foreign checkpoint",
  async (gpu) => {
    await assert.rejects(
      train(gpu, fakeContext(), { batch: 51 }),
      /batches of 51 examples: the data set has 50/,
    );
    const ctx = fakeContext();
    await train(gpu, ctx);
    const saved = ctx.saved!;
    const bias = { shape: [1, 6], data: new Float32Array(6) };
    const resume = {
      ...saved,
      tensors: { ...saved.tensors, "dense1.bias": bias },
    };
    await assert.rejects(
      train(gpu, fakeContext({ resume })),
      /Cannot go on from the checkpoint: "dense1.bias" is 1×6, the model needs 1×5/,
    );
  },
);
