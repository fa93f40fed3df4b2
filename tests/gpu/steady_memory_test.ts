import assert from "node:assert/strict";
import { TorchRandom } from "../../lib/core/random.ts";
import type { StepValues } from "../../lib/gpu/mod.ts";
import { batchNorm } from "../../lib/nn/layers/batch_norm.ts";
import { conv2d } from "../../lib/nn/layers/conv.ts";
import { crossEntropy } from "../../lib/nn/losses/cross_entropy.ts";
import { dense } from "../../lib/nn/layers/dense.ts";
import { flatten } from "../../lib/nn/layers/flatten.ts";
import { sequential } from "../../lib/nn/graph.ts";
import { maxPool2d } from "../../lib/nn/layers/max_pool2d.ts";
import {
  buildPlan,
  initialParameters,
  initialStates,
} from "../../lib/nn/plan.ts";
import { relu } from "../../lib/nn/layers/relu.ts";
import { sgd } from "../../lib/nn/optimizers/sgd.ts";
import { testGpu } from "../support/device.ts";

const BATCH = 8;
const STEPS = 1000;

/** Every kind of memory that a step may use: windows, winners, moments, running statistics, sums in parts. */
const model = sequential([12, 12, 1], [
  conv2d({ channels: 8, kernel: 3, padding: 1 }),
  batchNorm(),
  relu(),
  maxPool2d({ kernel: 2, stride: 2 }),
  conv2d({ channels: 8, kernel: 3 }),
  batchNorm(),
  relu(),
  maxPool2d({ kernel: 2, stride: 2 }),
  flatten(),
  dense({ units: 4 }),
]);

testGpu(
  "1,000 steps of a convolutional network take no more memory than the first",
  async (gpu) => {
    const random = new TorchRandom(1);
    const program = await gpu.compile(buildPlan({
      name: "steady memory",
      model,
      loss: crossEntropy(),
      optimizer: sgd({ momentum: 0.9 }),
      batch: BATCH,
      target: gpu.target,
    }));
    const first = {
      ...initialParameters(model, random),
      ...initialStates(model),
    };
    for (const [label, values] of Object.entries(first)) {
      program.write(label, values);
    }
    const step: StepValues = {
      x: random.rand(BATCH * 12 * 12),
      target: Uint32Array.from(random.randint(0, 4, BATCH)),
      examples: Uint32Array.of(BATCH),
      learningRate: Float32Array.of(0.01),
    };
    // One step a submit, four under way, so that what a submit leaves behind adds up.
    const train = async (steps: number) => {
      for (let done = 0; done < steps; done += 4) {
        const submits = Array.from({ length: 4 }, () => program.submit([step]));
        for (const [metrics] of await Promise.all(submits)) {
          assert.ok(Number.isFinite(metrics!.loss![0]));
        }
      }
    };
    // Kernels, staging buffers and the heap reach their sizes.
    await train(200);
    const bytes = gpu.liveBytes;
    const resident = Deno.memoryUsage().rss;
    await train(STEPS);
    assert.equal(gpu.liveBytes, bytes);
    const growth = Deno.memoryUsage().rss / resident - 1;
    assert.ok(growth < 0.05, `resident memory grew by ${growth}`);
    program.destroy();
  },
);
