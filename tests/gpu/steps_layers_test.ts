/** Many training steps in one dispatch, against the same steps layer by layer or grouped otherwise. */
import assert from "node:assert/strict";
import { largest } from "../../lib/math/compare.ts";
import { adam } from "../../lib/nn/optimizers/adam.ts";
import { crossEntropy } from "../../lib/nn/losses/cross_entropy.ts";
import { buildPlan, type PlanOptions } from "../../lib/nn/plan.ts";
import { relu } from "../../lib/nn/layers/relu.ts";
import { sgd, sgdHeavyBall } from "../../lib/nn/optimizers/sgd.ts";
import { meanSquaredError } from "../../lib/nn/losses/squared_error.ts";
import { tanh } from "../../lib/nn/layers/tanh.ts";
import { assertClose } from "../support/compare.ts";
import { testGpu } from "../support/device.ts";
import {
  asGpu,
  drawParameters,
  drawSteps,
  perceptron,
  stepsPlan,
  train,
  type Trained,
} from "../support/perceptrons.ts";

const none = () => null;

/** Fails unless two trainings agree within `tolerance` of the largest number of each tensor. */
function assertAlike(actual: Trained, expected: Trained, tolerance: number) {
  actual.metrics.forEach((metrics, step) => {
    const { loss, ...rest } = metrics;
    const { loss: wanted, ...others } = expected.metrics[step]!;
    assertClose(loss!, wanted!, { tolerance, label: `loss of step ${step}` });
    assert.deepEqual(rest, others);
  });
  assert.deepEqual(
    Object.keys(actual.kept).sort(),
    Object.keys(expected.kept).sort(),
  );
  for (const [label, values] of Object.entries(expected.kept)) {
    const floor = Math.max(largest(values), 1e-6);
    assertClose(actual.kept[label]!, values, { tolerance, floor, label });
  }
}

testGpu(
  "100 steps in one dispatch and layer by layer agree",
  async (gpu) => {
    const cases: Partial<PlanOptions>[] = [
      {
        model: perceptron([8, 10, 10, 8], [tanh, tanh]),
        optimizer: sgd({ momentum: 0.9, weightDecay: 0.01, nesterov: true }),
        batch: 100,
      },
      {
        model: perceptron([7, 13, 5], [relu]),
        loss: crossEntropy(),
        optimizer: adam({ weightDecay: "stream" }),
        batch: 11,
        ownData: true,
      },
      {
        model: perceptron([3, 4, 2], [tanh]),
        optimizer: sgdHeavyBall({ momentum: 0.5 }),
        batch: 3,
        target: asGpu(gpu),
      },
    ];
    for (const { model, ...options } of cases) {
      const common = { replicas: 3, ...options };
      const plan = stepsPlan(gpu, model!, common);
      const layers = stepsPlan(gpu, model!, { ...common, executor: "layers" });
      const given = {
        parameters: drawParameters(plan, 4),
        steps: drawSteps(plan, { count: 100, seed: 5, rate: 0.02 }),
      };
      const found = await train(gpu, plan, given);
      const expected = await train(gpu, layers, given);
      // Rounding of 100 steps that follow each other: 20 ulp of the largest number.
      assertAlike(found, expected, 1e-4);
    }
  },
);

testGpu(
  "many steps give the same bits however they are grouped and repeated",
  async (gpu) => {
    const model = perceptron([8, 10, 10, 8], [tanh, tanh]);
    const optimizer = sgd({ momentum: 0.9, weightDecay: 0.01, nesterov: true });
    const plan = stepsPlan(gpu, model, { batch: 20, replicas: 3, optimizer });
    const { steps: together = 1 } = plan.dispatches[0]!;
    assert.ok(together > 20 && together < 512, `${together}`);
    const given = {
      parameters: drawParameters(plan, 6),
      steps: drawSteps(plan, { count: together + 9, seed: 7 }),
    };
    const whole = await train(gpu, plan, given);
    for (const size of [undefined, 50, together - 1]) {
      assert.deepEqual(await train(gpu, plan, { ...given, size }), whole);
    }
  },
);

testGpu(
  "many steps stay below the driver's limit of loop iterations",
  async (gpu) => {
    for (const target of [gpu.target, asGpu(gpu)]) {
      for (const [batch, ...widths] of [[1, 1, 2, 1], [100, 8, 10, 10, 8]]) {
        const model = perceptron(widths, [
          tanh,
          ...widths.slice(3).map(() => tanh),
          none,
        ]);
        const plan = stepsPlan(gpu, model, { batch, target });
        const [dispatch] = plan.dispatches;
        const { steps = 1, iterations } = dispatch!;
        // As many as fit the driver's limit, without the room that plans leave.
        const more = Math.floor(steps * 65_535 / iterations);
        const full = {
          ...plan,
          dispatches: [{ ...dispatch!, steps: more }],
        };
        const given = {
          parameters: drawParameters(plan, 8),
          steps: drawSteps(plan, { count: more, seed: 9 }),
        };
        const few = await train(gpu, plan, { ...given, size: 50 });
        assert.deepEqual(await train(gpu, full, given), few);
      }
    }
  },
);

testGpu(
  "a NaN in one replica reaches its loss and weights, and no other replica",
  async (gpu) => {
    const model = perceptron([3, 5, 6, 2], [relu, relu]);
    for (const target of [gpu.target, asGpu(gpu)]) {
      const loss = crossEntropy();
      const plan = stepsPlan(gpu, model, {
        replicas: 3,
        batch: 6,
        loss,
        target,
      });
      const parameters = drawParameters(plan, 10);
      const steps = drawSteps(plan, { count: 3, seed: 11, examples: 5 });
      const clean = await train(gpu, plan, { parameters, steps });
      const bias = parameters["dense1.bias"]!.slice();
      bias[5 + 2] = NaN;
      const spoilt = { ...parameters, "dense1.bias": bias };
      const found = await train(gpu, plan, { parameters: spoilt, steps });
      found.metrics.forEach(({ loss }, step) => {
        const [first, , third] = clean.metrics[step]!.loss!;
        assert.deepEqual([...loss!], [first, NaN, third]);
      });
      for (const [label, values] of Object.entries(found.kept)) {
        const length = values.length / 3;
        values.forEach((value, i) => {
          const own = Math.floor(i / length) === 1;
          // The gradient of the spoilt unit's inputs is NaN too, so all layers are hit.
          if (!own) assert.ok(Object.is(value, clean.kept[label]![i]), label);
        });
        const hit = values.subarray(length, 2 * length).some(Number.isNaN);
        assert.ok(hit, `${label} of the spoilt replica`);
      }
    }
  },
);

testGpu(
  "a program of many steps shares its parameters with others",
  async (gpu) => {
    const model = perceptron([8, 10, 10, 8], [tanh, tanh]);
    const optimizer = sgd({ momentum: 0.9, weightDecay: 0.01, nesterov: true });
    const plan = stepsPlan(gpu, model, { batch: 20, replicas: 3, optimizer });
    const whole = buildPlan({
      name: "whole",
      model,
      loss: meanSquaredError(),
      gradients: false,
      batch: 20,
      replicas: 3,
      target: gpu.target,
    });
    const training = await gpu.compile(plan);
    const testing = await gpu.compile(whole, { share: training });
    const other = await gpu.compile(
      stepsPlan(gpu, model, { batch: 4, replicas: 3, optimizer }),
      { share: training },
    );
    for (const [label, values] of Object.entries(drawParameters(plan, 12))) {
      training.write(label, values);
    }
    const steps = drawSteps(plan, { count: 2, seed: 13 });
    for (const step of steps) {
      const [measured] = await testing.submit([step]);
      const [trained] = await training.submit([step]);
      // One forward pass in float32.
      const tolerance = 1e-5;
      assertClose(measured!.loss!, trained!.loss!, { tolerance });
    }
    assert.deepEqual(
      await other.read("dense2.bias.velocity"),
      await training.read("dense2.bias.velocity"),
    );
    const layers = await gpu.compile(
      stepsPlan(gpu, model, { replicas: 3, optimizer, executor: "layers" }),
    );
    await assert.rejects(
      gpu.compile(plan, { share: layers }),
      /Cannot share .*: steps needs it in one buffer with dense1\.weight, steps keeps them apart; build both with the same executor/,
    );
    for (const program of [layers, other, testing, training]) program.destroy();
  },
);
