import assert from "node:assert/strict";
import { TorchRandom } from "../../lib/core/random.ts";
import { toFloat } from "../../lib/data/batches.ts";
import type { Labelled } from "../../lib/data/labelled.ts";
import { replicaLabels } from "../../lib/data/random_labels.ts";
import type { Gpu } from "../../lib/gpu/mod.ts";
import { crossEntropy } from "../../lib/nn/losses/cross_entropy.ts";
import { dense } from "../../lib/nn/layers/dense.ts";
import { flatten } from "../../lib/nn/layers/flatten.ts";
import { sequential } from "../../lib/nn/graph.ts";
import { buildPlan } from "../../lib/nn/plan.ts";
import { sgd } from "../../lib/nn/optimizers/sgd.ts";
import type { BatchSource } from "../../lib/train/batches.ts";
import { Interrupted } from "../../lib/train/context.ts";
import { createEpochs, type Place } from "../../lib/train/epochs.ts";
import { evaluate } from "../../lib/train/evaluate.ts";
import { fit } from "../../lib/train/fit.ts";
import { initialize } from "../../lib/train/initialize.ts";
import { labelledBatches } from "../../lib/train/labelled_batches.ts";
import { readState } from "../../lib/train/model_state.ts";
import { assertClose } from "../support/compare.ts";
import { testGpu } from "../support/device.ts";
import { type FakeContext, fakeContext } from "../support/fake_context.ts";

const [count, side, channels] = [30, 6, 2];
const pixels = side * side * channels;
const classes = 4;

const data: Labelled = {
  images: Uint8Array.from(
    new TorchRandom(5).randint(1, 256, count * pixels),
    Number,
  ),
  shape: [count, side, side, channels],
  labels: Uint8Array.from({ length: count }, (_, i) => i % classes),
  count,
};
const augmentation = { padding: 2, flip: true, seed: 11 };

/** Pixels of some examples at a place. */
function imagesOf(
  source: BatchSource,
  indices: number[],
  place: Place,
): Float32Array {
  const x = new Float32Array(indices.length * pixels);
  const target = new Uint32Array(indices.length);
  source.fill(Uint32Array.from(indices), { x, target }, place);
  return x;
}

Deno.test("labelledBatches() fills pixels and classes, in either layout", () => {
  for (const layout of ["nhwc", "nchw"] as const) {
    const x = new Float32Array(3 * pixels);
    const target = new Uint32Array(3);
    const source = labelledBatches(data, { layout });
    source.fill(Uint32Array.of(7, 2), { x, target }, { epoch: 0, taken: 0 });
    assert.deepEqual([...target], [3, 2, 0]);
    assert.deepEqual(
      x.slice(0, 2 * pixels),
      toFloat(data, [7, 2], { layout }),
    );
  }
});

Deno.test("labelledBatches() draws the same crops at the same place, whatever came before", () => {
  const walk = () =>
    createEpochs(new TorchRandom(1), { examples: count, batch: 7 });
  const whole = labelledBatches(data, { augmentation });
  const epochs = walk();
  const batches = Array.from({ length: 12 }, () => epochs.next());
  const expected = batches.map((batch) =>
    imagesOf(whole, [...batch.indices], batch)
  );
  for (let from = 0; from < batches.length; from++) {
    const resumed = labelledBatches(data, { augmentation });
    for (const i of [from, from + 1]) {
      const batch = batches[i];
      if (!batch) continue;
      const found = imagesOf(resumed, [...batch.indices], batch);
      assert.deepEqual(found, expected[i], `batch ${i} after ${from}`);
    }
  }
  // And back again, to an earlier epoch and within one.
  for (const i of [3, 2]) {
    const batch = batches[i]!;
    assert.deepEqual(imagesOf(whole, [...batch.indices], batch), expected[i]);
  }
});

Deno.test("labelledBatches() draws other crops in every epoch, at every place, for every seed", () => {
  const same = [0, 0, 0];
  const draw = (seed: number, place: Place) => {
    const options = { augmentation: { ...augmentation, seed } };
    return `${imagesOf(labelledBatches(data, options), same, place)}`;
  };
  const drawn = [
    draw(1, { epoch: 0, taken: 0 }),
    draw(1, { epoch: 0, taken: 1 }),
    draw(1, { epoch: 1, taken: 0 }),
    draw(2, { epoch: 0, taken: 0 }),
    draw(2, { epoch: 1, taken: 0 }),
  ];
  assert.equal(new Set(drawn).size, drawn.length);
});

const model = sequential([side, side, channels], [
  flatten(),
  dense({ units: classes }),
]);

/** Trains on `source` and returns the weights, `[replicas, ...]`. */
async function train(
  gpu: Gpu,
  ctx: FakeContext,
  { source, replicas = 1 }: { source: BatchSource; replicas?: number },
) {
  const own = Object.values(source.streams).some((form) => form.replicas > 1);
  const program = await gpu.compile(buildPlan({
    name: "labelled",
    model,
    loss: crossEntropy(),
    optimizer: sgd({ momentum: 0.9 }),
    batch: 8,
    replicas,
    ownData: own ? "target" : false,
    target: gpu.target,
  }));
  const random = new TorchRandom(2);
  // Every replica starts from the same weights, so that each can be repeated alone.
  initialize(program, model, { random, seed: 2 });
  const weight = (await program.read("dense1.weight")).slice(
    0,
    classes * pixels,
  );
  const bias = new Float32Array(replicas * classes);
  const copies = Float32Array.from(
    { length: replicas * weight.length },
    (_, i) => weight[i % weight.length]!,
  );
  program.write("dense1.weight", copies);
  program.write("dense1.bias", bias);
  try {
    await fit(ctx, {
      program,
      source,
      random,
      steps: 30,
      learningRate: 0.05,
      checkpointEvery: 6,
    });
    return await readState(program);
  } finally {
    program.destroy();
  }
}

testGpu(
  "fit() goes on to the same crops from a stop anywhere",
  async (gpu) => {
    const fresh = () => ({ source: labelledBatches(data, { augmentation }) });
    const whole = fakeContext();
    const expected = await train(gpu, whole, fresh());
    for (const stopAfter of [0, 5, 11, 18, 24]) {
      const first = fakeContext({ stopAfter });
      await assert.rejects(train(gpu, first, fresh()), Interrupted);
      const second = fakeContext({ resume: first.saved });
      const found = await train(gpu, second, fresh());
      assert.deepEqual(found, expected, `stopped after ${stopAfter}`);
      assert.deepEqual([...first.rows, ...second.rows], whole.rows);
    }
    const plain = { source: labelledBatches(data) };
    assert.notDeepEqual(await train(gpu, fakeContext(), plain), expected);
  },
);

testGpu("fit() trains every replica on its own labels", async (gpu) => {
  const labels = replicaLabels(data, {
    fractions: [0, 0.5, 1],
    random: new TorchRandom(4),
    classes,
  });
  const { replicas } = labels;
  const source = labelledBatches(data, { labels });
  const together = await train(gpu, fakeContext(), { source, replicas });
  for (let r = 0; r < replicas; r++) {
    const own = labels.labels.slice(r * count, (r + 1) * count);
    const alone = await train(gpu, fakeContext(), {
      source: labelledBatches({ ...data, labels: own }),
    });
    for (const [label, { data }] of Object.entries(alone)) {
      const size = data.length;
      // Tiles may add in another order than those of one model.
      assertClose(
        (together[label]!.data as Float32Array).slice(r * size, (r + 1) * size),
        data as Float32Array,
        { tolerance: 1e-5, floor: 0.1, label: `${label} of replica ${r}` },
      );
    }
  }
});

testGpu(
  "evaluate() counts the right answers of every replica, a smaller last batch included",
  async (gpu) => {
    // Logits are the pixels: the brightest one names the class.
    const images = Uint8Array.from(
      { length: count * classes },
      (_, i) => i % classes === Math.floor(i / classes) % classes ? 255 : 0,
    );
    const set = {
      images,
      shape: [count, 1, 1, classes],
      labels: Uint8Array.from({ length: count }, (_, i) => i % classes),
      count,
    };
    const labels = replicaLabels(set, {
      fractions: [0, 0.4, 1],
      random: new TorchRandom(4),
      classes,
    });
    const { replicas } = labels;
    const program = await gpu.compile(buildPlan({
      name: "count",
      model: sequential([1, 1, classes], [
        flatten(),
        dense({ units: classes }),
      ]),
      loss: crossEntropy(),
      gradients: false,
      // 30 = 4 · 7 + 2.
      batch: 7,
      replicas,
      ownData: "target",
      target: gpu.target,
    }));
    const identity = Float32Array.from(
      { length: replicas * classes ** 2 },
      (_, i) => i % classes ** 2 % (classes + 1) === 0 ? 1 : 0,
    );
    program.write("dense1.weight", identity);
    program.write("dense1.bias", new Float32Array(replicas * classes));
    const source = labelledBatches(set, { labels });
    const { accuracy, loss } = await evaluate(program, source);
    program.destroy();
    const right = Array.from(
      { length: replicas },
      (_, r) =>
        set.labels.filter((label, i) => label === labels.labels[r * count + i])
          .length,
    );
    assert.deepEqual(accuracy, right.map((found) => found / count));
    assert.equal(accuracy![0], 1);
    assert.ok(accuracy![2]! < accuracy![1]! && accuracy![1]! < 1);
    // Log Σ exp of one 1 and three 0, less the logit of the label.
    const base = Math.log(Math.E + classes - 1);
    assertClose(loss, right.map((found) => base - found / count), {
      tolerance: 1e-6,
    });
  },
);
