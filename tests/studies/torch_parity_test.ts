/** Every program of torch-parity against the losses that PyTorch printed. */
import assert from "node:assert/strict";
import { decodeSafetensors } from "../../lib/core/safetensors.ts";
import { emptySet } from "../../lib/data/cifar10_binary.ts";
import type { Labelled } from "../../lib/data/labelled.ts";
import { mnist } from "../../lib/data/mnist.ts";
import { firstOf } from "../../lib/data/subset.ts";
import { sgd } from "../../lib/nn/optimizers/sgd.ts";
import { Interrupted } from "../../lib/train/context.ts";
import type { Checkpoint } from "../../lib/train/experiment.ts";
import {
  follow,
  type FollowConfig,
} from "../../lib/studies/torch_parity/follow.ts";
import {
  planProgram,
  type ProgramName,
  programNames,
  referenceRuns,
  torchPrograms,
} from "../../lib/studies/torch_parity/programs.ts";
import bytes from "../fixtures/cifar10_batch.safetensors" with {
  type: "bytes",
};
import printed from "../fixtures/runs.json" with { type: "json" };
import { gpu } from "../support/device.ts";
import { type FakeContext, fakeContext } from "../support/fake_context.ts";
import { testWith } from "../support/permissions.ts";

/** MNIST with few test images. */
async function digits() {
  const { train, test } = await mnist();
  return { train, test: firstOf(test, 500) };
}

/** The images of CIFAR-10 that the first batch is made of, among black ones. */
function firstPictures(): { train: Labelled; test: Labelled } {
  const { tensors } = decodeSafetensors(bytes);
  const train = emptySet(50_000);
  const images = tensors.images!.data as Uint8Array;
  const size = images.length / 128;
  tensors.indices!.data.forEach((example, row) => {
    const image = images.subarray(row * size, (row + 1) * size);
    train.images.set(image, Number(example) * size);
    train.labels[Number(example)] = Number(tensors.labels!.data[row]);
  });
  return { train, test: train };
}

async function run(
  name: ProgramName,
  options: {
    steps: number;
    stopAfter?: number;
    resume?: Checkpoint | null;
    seed?: number;
  },
  started?: (ctx: FakeContext<FollowConfig>) => void,
) {
  const { steps, ...rest } = options;
  const config = { steps, evaluateEvery: 2 };
  const ctx = fakeContext<FollowConfig>({ ...rest, config, gpu: gpu! });
  started?.(ctx);
  const plans = planProgram(name, { replicas: 1, target: gpu!.target });
  const sets = name === "cifar10-mlp" ? firstPictures() : await digits();
  const followed = await follow(ctx, name, { plans, sets });
  return { ctx, followed };
}

const cases: Readonly<
  Record<ProgramName, { parameters: number; steps: number }>
> = {
  mlp: { parameters: 101_770, steps: 5 },
  cnn: { parameters: 9_226, steps: 5 },
  // A step takes seconds on a software adapter.
  alexnet: { parameters: 8_925_738, steps: 1 },
  // The fixture holds the first batch alone.
  "cifar10-mlp": { parameters: 789_258, steps: 1 },
};

for (const name of gpu ? programNames : []) {
  const { parameters, steps } = cases[name];
  testWith(
    { read: true },
    `torch-parity follows ${name}: ${parameters} parameters, ${steps} loss(es)`,
    async () => {
      const { ctx, followed } = await run(name, { steps });
      assert.equal(followed.parameters, parameters);
      const losses = ctx.series(`${name}.loss`);
      assert.equal(losses.length, steps);
      const expected = referenceRuns[name].losses;
      losses.forEach((loss, step) => {
        // A few roundings of float32 that add up in another order.
        const difference = Math.abs(loss / expected[step]! - 1);
        assert.ok(difference < 1e-6, `step ${step}: ${difference}`);
      });
      assert.deepEqual(
        ctx.series(`${name}.reference.loss`),
        expected.slice(0, steps),
      );
      assert.equal(followed.stepsWithin1e3, steps);
      assert.ok(followed.largestDifference! >= followed.firstDifference!);
    },
  );
}

if (gpu) {
  testWith(
    { read: true },
    "torch-parity goes on from a stop and reports the whole run",
    async () => {
      const whole = await run("cnn", { steps: 6 });
      let first: FakeContext<FollowConfig> | undefined;
      await assert.rejects(
        run("cnn", { steps: 6, stopAfter: 9 }, (ctx) => first = ctx),
        Interrupted,
      );
      const { followed } = await run("cnn", { steps: 6, resume: first!.saved });
      assert.deepEqual(followed, whole.followed);
    },
  );

  testWith(
    { read: true },
    "torch-parity compares nothing where the seed is another one",
    async () => {
      const { ctx, followed } = await run("mlp", { steps: 3, seed: 1 });
      assert.equal(followed.stepsWithin1e3, null);
      assert.deepEqual(ctx.series("mlp.reference.loss"), []);
    },
  );
}

Deno.test("torch-parity takes the optimizers that PyTorch printed", () => {
  const number = (text: string, name: string) =>
    Number(new RegExp(`${name}: ([\\d.]+)`).exec(text)![1]);
  for (const { name, optimizer } of printed) {
    const program = programNames.find((program) =>
      referenceRuns[program].name === name
    )!;
    const { learningRate, optimizer: ours } = torchPrograms[program];
    assert.equal(learningRate, number(optimizer, "lr"));
    const expected = sgd({
      momentum: number(optimizer, "momentum"),
      weightDecay: number(optimizer, "weight_decay"),
    });
    assert.equal(ours.name, expected.name);
  }
});

Deno.test("the numbers that torch-parity shows are those that PyTorch printed", () => {
  for (const { model: _, optimizer: __, ...run } of printed) {
    const ours = Object.values(referenceRuns).find(({ name }) =>
      name === run.name
    );
    assert.deepEqual(ours, { test_accuracy: null, ...run });
  }
  assert.equal(printed.length, programNames.length);
});
