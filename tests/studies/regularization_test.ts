/** The study of regularization at a small size, in this process. */
import assert from "node:assert/strict";
import type { Labelled } from "../../lib/data/labelled.ts";
import { judge } from "../../lib/study/expectation.ts";
import regularization from "../../lib/studies/regularization/experiment.ts";
import { arms } from "../../lib/studies/regularization/arms.ts";
import {
  classifier,
  drawImages,
} from "../../lib/studies/regularization/training.ts";
import { testGpu } from "../support/device.ts";
import { fakeContext } from "../support/fake_context.ts";

const config = {
  ...regularization.presets.smoke,
  ...{ seeds: 2, examples: 60, testExamples: 200, width: 16 },
  ...{ steps: 120, evaluateEvery: 120 },
};

type Results = Record<string, unknown>;

/** Test losses after 0, 700 and 2000 updates, by arm. */
type Curves = Record<string, [number, number, number]>;

const judged = (results: Results, steps: number, curves: Curves = {}) =>
  judge(regularization, {
    ...{ config: { ...config, steps }, results, seed: 0, replicas: 1 },
    // The same in every seed, and no training loss.
    series: (name) =>
      [0, 700, 2000].map((step, i) => ({
        step,
        value: name.endsWith(".test.loss")
          ? curves[name.split(".")[0]!]![i]!
          : 0,
      })),
  });

/** Names of expectations that do not hold. */
const missed = (results: Results, steps = config.steps, curves?: Curves) =>
  judged(results, steps, curves).filter(({ holds }) => !holds)
    .map(({ name }) => name);

testGpu(
  "regularization holds its expectations at a small size",
  async (gpu) => {
    const ctx = fakeContext<Results>({ config, gpu });
    await regularization.run(ctx);
    assert.deepEqual(missed(ctx.results), []);
    // Doubling from 64 masks on.
    assert.equal(ctx.series("masks.scaled").length, 5);
    for (const { name } of arms) {
      assert.equal(ctx.series(`${name}.test.loss`).length, 2);
      const row = ctx.rows.find((row) => row.startsWith(`end.${name}.train `))!;
      assert.equal(row.split(" ")[2]!.split(",").length, 2);
    }
  },
  { read: true },
);

Deno.test("regularization's expectations fail where arms do as they should not", () => {
  const ended = (arm: string, numbers: number[]) => {
    const [trainingLoss, testLoss, accuracy, norm] = numbers as [
      ...[number, number, number, number],
    ];
    return [1, 1.01].map((factor, seed) => ({
      ...{ arm, seed, trainingLoss: factor * trainingLoss },
      ...{ testLoss: factor * testLoss, testAccuracy: factor * accuracy },
      squaredNorm: factor * norm,
    }));
  };
  const base = {
    masks: [{ masks: 1024, kept: 0.5005, scaled: 1.02, unscaled: 16 }],
    weightDecayError: 1e-7,
    networks: [
      ended("none", [0.002, 1, 0.78, 100]),
      ended("dropout", [0.002, 1.05, 0.79, 150]),
      ended("l2", [0.05, 0.7, 0.78, 50]),
      ended("both", [0.05, 0.7, 0.79, 60]),
    ].flat(),
  };
  const curves: Curves = {
    none: [2, 0.8, 1],
    dropout: [2, 0.7, 1.05],
    l2: [2, 0.7, 0.69],
    both: [2, 0.68, 0.7],
  };
  assert.deepEqual(missed(base, 2000, curves), []);
  const wrong = {
    masks: [{ masks: 1024, kept: 0.51, scaled: 1.3, unscaled: 9 }],
    weightDecayError: 1e-4,
    networks: [
      ended("none", [0.6, 1, 0.78, 100]),
      ended("dropout", [0.2, 0.4, 0.7, 150]),
      ended("l2", [0.1, 1.2, 0.9, 110]),
      ended("both", [0.1, 1.2, 0.7, 60]),
    ].flat(),
  };
  const all = judged(base, 2000, curves).map(({ name }) => name);
  const lower: Curves = { ...curves, none: [2, 0.69, 1] };
  assert.deepEqual(missed(wrong, 2000, lower), all);
});

Deno.test("classifier() has dropout behind both hidden layers, or nowhere", () => {
  for (const arm of arms) {
    const size = { width: 4, dropProbability: 0.5 };
    const labels = classifier(size, arm).nodes.map(({ label }) => label);
    const dropped = labels.filter((label) => label.startsWith("dropout"));
    assert.equal(dropped.length, arm.dropout ? 2 : 0);
    // The arms share first weights: those depend on the order of dense layers alone.
    assert.deepEqual(
      labels.filter((label) => !label.startsWith("dropout")),
      ["dense1", "relu1", "dense2", "relu2", "dense3"],
    );
  }
});

Deno.test("drawImages() gives every seed images of its own, none twice, the same again", () => {
  const count = 200;
  const data: Labelled = {
    ...{ count, shape: [count, 1, 1, 1], labels: new Uint8Array(count) },
    images: Uint8Array.from({ length: count }, (_, i) => i),
  };
  const draw = (seed: number) =>
    drawImages(data, { seed, seeds: 3, examples: 50 })
      .map(({ images }) => [...images]);
  const first = draw(4);
  for (const images of first) assert.equal(new Set(images).size, 50);
  assert.notDeepEqual(first[0], first[1]);
  assert.deepEqual(draw(4), first);
  // Seed 5 begins where seed 4 has its second network.
  assert.deepEqual(draw(5).slice(0, 2), first.slice(1));
});
