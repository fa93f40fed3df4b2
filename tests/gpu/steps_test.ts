/** Many training steps in one dispatch, against float64. */
import * as fc from "fast-check";
import { sizeOf } from "../../lib/core/shape.ts";
import type { Gpu } from "../../lib/gpu/mod.ts";
import { largest } from "../../lib/math/compare.ts";
import { crossEntropy } from "../../lib/nn/losses/cross_entropy.ts";
import type { Graph } from "../../lib/nn/graph.ts";
import { halfSquaredNorm } from "../../lib/nn/losses/half_squared_norm.ts";
import type { Loss } from "../../lib/nn/op/loss.ts";
import type { PlanOptions } from "../../lib/nn/plan.ts";
import { relu } from "../../lib/nn/layers/relu.ts";
import { sigmoid } from "../../lib/nn/layers/sigmoid.ts";
import {
  halfSquaredError,
  meanSquaredError,
} from "../../lib/nn/losses/squared_error.ts";
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
  trainInFloat64,
} from "../support/perceptrons.ts";

/** Takes a few steps and fails unless every replica does what it does in float64. */
async function assertMatchesFloat64(
  gpu: Gpu,
  model: Graph,
  options: Partial<PlanOptions> & { loss: Loss },
  examples?: number,
): Promise<void> {
  const plan = stepsPlan(gpu, model, options);
  const { replicas } = plan;
  const parameters = drawParameters(plan, 2);
  // Losses that are sums have steeper gradients.
  const isSum = options.loss.kind.startsWith("half");
  const rate = isSum ? 0.1 / sizeOf([plan.batch, ...model.output.shape]) : 0.1;
  const steps = drawSteps(plan, { count: 4, seed: 3, examples, rate });
  const { metrics, kept } = await train(gpu, plan, { parameters, steps });
  for (let replica = 0; replica < replicas; replica++) {
    const expected = trainInFloat64(model, {
      loss: options.loss.kind,
      ...{ parameters, steps, replica, replicas },
    });
    // Float32 sums of at most a few hundred terms near 1, over four steps.
    const tolerance = 2e-5;
    const losses = metrics.map(({ loss }) => loss![replica]!);
    assertClose(losses, expected.losses, { tolerance, label: "loss" });
    for (const [label, values] of Object.entries(expected.parameters)) {
      const own = kept[label]!.subarray(
        replica * values.length,
        (replica + 1) * values.length,
      );
      assertClose(own, values, { tolerance, floor: largest(values), label });
    }
  }
}

const none = () => null;

// One of everything, primes, a batch of one, depths from 1 to 5, whole tiles and one more.
const SIZES: readonly (readonly [batch: number, ...widths: number[]])[] = [
  [1, 1, 1],
  [1, 3, 5, 2],
  [7, 13, 11, 3, 5],
  [33, 2, 17, 4, 31, 3, 2],
  [4, 8, 16, 16, 8],
];

testGpu("many steps of tanh match float64 at any size", async (gpu, t) => {
  for (const [batch, ...widths] of SIZES) {
    await t.step(`${batch} × ${widths.join("-")}`, async () => {
      const last = widths.length === 2 ? tanh : none;
      const hidden = widths.slice(2).map(() => tanh);
      const model = perceptron(widths, [...hidden, last]);
      const options = { batch, replicas: 2, loss: meanSquaredError() };
      await assertMatchesFloat64(gpu, model, options);
      await assertMatchesFloat64(gpu, model, {
        ...options,
        target: asGpu(gpu),
      });
    });
  }
});

testGpu(
  "many steps match float64 with any layers, loss and engine",
  async (gpu) => {
    // Each needs few kernels, as the first activation of a family always occurs.
    const families = [
      { after: [tanh, none], loss: meanSquaredError(), target: gpu.target },
      { after: [relu, none], loss: crossEntropy(), target: asGpu(gpu) },
      { after: [sigmoid, none], loss: halfSquaredNorm(), target: asGpu(gpu) },
    ];
    const cases = fc.record({
      family: fc.constantFrom(...families),
      widths: fc.array(fc.constantFrom(1, 2, 3, 5, 8, 12, 17, 33), {
        minLength: 2,
        maxLength: 5,
      }),
      choices: fc.array(fc.nat(1), { minLength: 3, maxLength: 3 }),
      batch: fc.constantFrom(1, 2, 3, 8, 31, 33, 70),
      uncounted: fc.nat(2),
      replicas: fc.constantFrom(1, 2, 3),
      ownData: fc.constant(false),
    });
    await fc.assert(
      fc.asyncProperty(cases, async ({ family, widths, choices, ...rest }) => {
        const { after, ...options } = family;
        const { uncounted, ...sizes } = rest;
        const activations = [after[0]!, ...choices.map((i) => after[i]!)];
        const model = perceptron(widths, activations);
        const examples = Math.max(1, sizes.batch - uncounted);
        await assertMatchesFloat64(
          gpu,
          model,
          { ...options, ...sizes },
          examples,
        );
      }),
      { seed: 1, numRuns: 25 },
    );
  },
);

testGpu(
  "many steps match float64 with different activations and half the squared error",
  async (gpu) => {
    const model = perceptron([6, 9, 7, 5, 3], [relu, sigmoid, tanh, relu]);
    const options = { batch: 10, replicas: 2, loss: halfSquaredError() };
    await assertMatchesFloat64(gpu, model, options);
    const target = { ...gpu.target, subgroupSize: null, software: true };
    await assertMatchesFloat64(gpu, model, { ...options, target });
  },
);
