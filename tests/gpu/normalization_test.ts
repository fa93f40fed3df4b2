/** Batch and layer normalization against float64, in training and in evaluation. */
import assert from "node:assert/strict";
import { TorchRandom } from "../../lib/core/random.ts";
import { add } from "../../lib/nn/layers/add.ts";
import { batchNorm } from "../../lib/nn/layers/batch_norm.ts";
import { dense } from "../../lib/nn/layers/dense.ts";
import { graph, sequential } from "../../lib/nn/graph.ts";
import type { Layer } from "../../lib/nn/op/layer.ts";
import { layerNorm } from "../../lib/nn/layers/layer_norm.ts";
import { buildPlan, initialStates } from "../../lib/nn/plan.ts";
import { relu } from "../../lib/nn/layers/relu.ts";
import { sgd } from "../../lib/nn/optimizers/sgd.ts";
import { halfSquaredError } from "../../lib/nn/losses/squared_error.ts";
import { initialize } from "../../lib/train/initialize.ts";
import {
  assertMatchesOracle,
  type Case,
  drawValues,
  outputAt,
  planOf,
  underGradient,
} from "../support/cases.ts";
import { assertClose } from "../support/compare.ts";
import { testGpu } from "../support/device.ts";
import { testRepeats, testSizes } from "../support/sizes.ts";
import { subgroupTarget } from "../support/targets.ts";

for (const training of [true, false]) {
  const mode = training ? "training" : "evaluation";
  testSizes(
    `batchNorm() of features in ${mode}`,
    [[training ? 3 : 1, 1], [7, 3], [70, 5], [33, 130], [1100, 2], [37, 96]],
    (batch, features) => ({
      ...underGradient(sequential([features!], [batchNorm()]), batch!),
      training,
    }),
  );
  testSizes(
    `batchNorm() of images in ${mode}`,
    [[1, 1, 2, 1], [3, 5, 7, 3], [4, 16, 17, 6], [1, 5, 7, 96]],
    (batch, height, width, channels) => ({
      ...underGradient(
        sequential([height!, width!, channels!], [
          relu(),
          batchNorm({ momentum: 0.3, epsilon: 1e-3 }),
          relu(),
        ]),
        batch!,
      ),
      training,
    }),
  );
  testGpu(
    `batchNorm() leaves out the rows beyond the examples in ${mode}`,
    async (gpu) => {
      for (const examples of [1, 9, 64]) {
        const { tensors } = await assertMatchesOracle(gpu, {
          model: sequential([2, 3, 4], [batchNorm()]),
          loss: halfSquaredError(),
          batch: 65,
          examples,
          replicas: 2,
          training,
        });
        const padding = tensors.dX!.subarray(examples * 24, 65 * 24);
        assert.ok(padding.every((g) => g === 0), "dX of a padding row");
      }
    },
  );
}

testSizes(
  "layerNorm()",
  // Rows of two numbers are left out: their gradient is of size ε, all digits cancel.
  [[1, 1], [5, 3], [1, 96], [7, 33], [130, 65], [3, 1000], [2, 4097]],
  (batch, features) =>
    underGradient(sequential([features!], [layerNorm()]), batch!),
);
testSizes(
  "layerNorm() of images",
  [[2, 5, 3, 40]],
  (batch, height, width, channels) =>
    underGradient(
      sequential([height!, width!, channels!], [
        relu(),
        layerNorm({ epsilon: 1e-3 }),
      ]),
      batch!,
    ),
);

const LAYERS: Record<string, () => Layer> = { batchNorm, layerNorm };

for (const [name, make] of Object.entries(LAYERS)) {
  testRepeats(`${name}()`, {
    ...underGradient(sequential([9, 10, 7], [make()]), 9),
    replicas: 3,
  });

  testGpu(`${name}() adds to a gradient that is there already`, async (gpu) => {
    const modes = [true, false].flatMap((training) =>
      [6, 8].map((units) => ({ training, units }))
    );
    for (const { training, units } of modes) {
      const model = graph((g) => {
        const x = g.input("x", [units]);
        // A bias before the normalization would have a gradient of zero.
        const y = g.apply(dense({ units, bias: false }), x);
        const sum = g.apply(add(), g.apply(make(), y), g.apply(make(), y));
        return g.apply(add(), sum, g.apply(make(), x));
      });
      await assertMatchesOracle(gpu, {
        ...underGradient(model, 11),
        training,
        replicas: 2,
      });
    }
  });

  testGpu(`${name}() keeps the digits of a small spread`, async (gpu) => {
    const count = 40_000;
    const [rows, columns] = name === "batchNorm" ? [count, 2] : [2, count];
    const given: Case = {
      model: sequential([columns!], [make()]),
      loss: halfSquaredError(),
      batch: rows!,
    };
    const values = drawValues(planOf(given, gpu.target), given);
    const x = values.streams.x!.map((z) => 1000 + 0.3 * Math.sin(5 * z));
    values.streams.x = x as Float32Array;
    const output = await outputAt(gpu, given, values);
    const { weight, bias } = {
      weight: values.parameters[`${name}1.weight`]!,
      bias: values.parameters[`${name}1.bias`]!,
    };
    for (const group of [0, 1]) {
      const places = Array.from(
        { length: count },
        (_, i) => name === "batchNorm" ? 2 * i + group : group * count + i,
      );
      const numbers = places.map((place) => x[place]!);
      const mean = numbers.reduce((sum, v) => sum + v, 0) / count;
      const variance = numbers.reduce((sum, v) => sum + (v - mean) ** 2, 0) /
        count;
      const expected = places.map((place) => {
        const column = place % columns!;
        const normal = (x[place]! - mean) / Math.sqrt(variance + 1e-5);
        return normal * weight[column]! + bias[column]!;
      });
      // A mean near 1000 is held to 3e-5, 1.5e-4 of the deviation of 0.2.
      assertClose(places.map((place) => output[place]!), expected, {
        tolerance: 2e-4,
        floor: 1,
      });
    }
  });
}

for (const [name, make] of Object.entries(LAYERS)) {
  testGpu(`${name}() takes what does not vary to the bias`, async (gpu) => {
    const given: Case = {
      model: sequential([300], [make()]),
      loss: halfSquaredError(),
      batch: 300,
    };
    const values = drawValues(planOf(given, gpu.target), given);
    const bias = values.parameters[`${name}1.bias`]!;
    for (const constant of [1000.1, 0.3, 77.7, 12_345.678, -1e6 / 7]) {
      values.streams.x!.fill(constant);
      const output = await outputAt(gpu, given, values);
      output.forEach((y, i) => assert.equal(y, bias[i % 300], `${constant}`));
    }
  });
}

testGpu("batchNorm() adds more rows than the driver counts", async (gpu) => {
  const { plan } = await assertMatchesOracle(gpu, {
    ...underGradient(sequential([300, 300, 1], [batchNorm()]), 3),
    target: { ...gpu.target, maxIterations: 65_535 },
    loss: halfSquaredError(),
  }, { forward: 1e-5, gradients: 1e-4 });
  const busiest = Math.max(
    ...plan.dispatches.filter(({ label }) => label.startsWith("batchNorm1"))
      .map(({ iterations }) => iterations),
  );
  assert.ok(busiest < 2000, `${busiest} iterations`);
});

testGpu("layerNorm() adds more columns than the driver counts", async (gpu) => {
  const { plan } = await assertMatchesOracle(gpu, {
    model: sequential([300_000], [layerNorm()]),
    loss: halfSquaredError(),
    batch: 2,
    target: { ...gpu.target, maxIterations: 65_535 },
  });
  assert.ok(plan.dispatches.every(({ iterations }) => iterations < 65_535));
});

testGpu(
  "an evaluation plan reads the statistics that training moves",
  async (gpu) => {
    const model = sequential([5], [
      dense({ units: 4 }),
      batchNorm(),
      relu(),
      dense({ units: 2 }),
    ]);
    const common = { model, loss: halfSquaredError(), replicas: 2 };
    const { target } = gpu;
    const training = await gpu.compile(buildPlan({
      ...{ ...common, target, name: "training", batch: 8 },
      optimizer: sgd(),
    }));
    const evaluation = await gpu.compile(
      buildPlan({
        ...{ ...common, target, name: "evaluation", batch: 3 },
        gradients: false,
      }),
      { share: training },
    );
    const random = new TorchRandom(1);
    initialize(training, model, { random, seed: 1 });
    const states = initialStates(model);
    assert.deepEqual(states, {
      "batchNorm1.runningMean": Float32Array.of(0, 0, 0, 0),
      "batchNorm1.runningVariance": Float32Array.of(1, 1, 1, 1),
    });
    const small = {
      x: random.randn(15),
      target: random.randn(6),
      examples: Uint32Array.of(3),
    };
    const [before] = await evaluation.submit([small]);
    await evaluation.submit([small]);
    for (const [label, initial] of Object.entries(states)) {
      const both = Float32Array.of(...initial, ...initial);
      assert.deepEqual(await training.read(label), both);
    }
    assert.ok(training.persistent.includes("batchNorm1.runningVariance"));
    await training.submit([{
      x: random.randn(40),
      target: random.randn(16),
      examples: Uint32Array.of(8),
      learningRate: Float32Array.of(0, 0),
    }]);
    // The parameters stand still, the statistics do not.
    const [after] = await evaluation.submit([small]);
    assert.notDeepEqual(after, before);
    evaluation.destroy();
    training.destroy();
  },
);

Deno.test("normalizations refuse options that make no sense", () => {
  assert.throws(() => batchNorm({ momentum: 1.5 }), /momentum 1\.5/);
  assert.throws(() => batchNorm({ epsilon: 0 }), /epsilon 0/);
  assert.throws(() => layerNorm({ epsilon: NaN }), /epsilon NaN/);
  assert.throws(
    () => batchNorm().build([[3]]),
    /batchNorm on an input of shape \[3\]/,
  );
});

Deno.test("batchNorm() updates its parameters in the sums of its gradient", () => {
  const plan = buildPlan({
    name: "fused",
    model: sequential([5], [batchNorm()]),
    loss: halfSquaredError(),
    optimizer: sgd(),
    batch: 8,
    target: subgroupTarget,
  });
  assert.deepEqual(
    plan.dispatches.map(({ label }) => label)
      .filter((label) => label.startsWith("batchNorm1")),
    [
      "batchNorm1 statistics, parts",
      "batchNorm1 statistics",
      "batchNorm1 forward",
      "batchNorm1 backward, parts",
      "batchNorm1 backward weight + update",
      "batchNorm1 backward bias + update",
    ],
  );
});
