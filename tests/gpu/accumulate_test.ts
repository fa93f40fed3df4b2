/** Gradients added up over micro-batches, against one batch and against float64. */
import assert from "node:assert/strict";
import type { Gpu, Program, StepValues } from "../../lib/gpu/mod.ts";
import { largest } from "../../lib/math/compare.ts";
import { Random } from "../../lib/math/random.ts";
import { adam } from "../../lib/nn/optimizers/adam.ts";
import { dense } from "../../lib/nn/layers/dense.ts";
import { sequential } from "../../lib/nn/graph.ts";
import { buildPlan } from "../../lib/nn/plan.ts";
import { relu } from "../../lib/nn/layers/relu.ts";
import { sgd } from "../../lib/nn/optimizers/sgd.ts";
import { meanSquaredError } from "../../lib/nn/losses/squared_error.ts";
import {
  buildUpdatePlan,
  type UpdatePlanOptions,
} from "../../lib/nn/planner/update_plan.ts";
import { assertClose } from "../support/compare.ts";
import { testGpu } from "../support/device.ts";

const MICRO = 3;
const COUNT = 4;
const UPDATES = 3;

const model = sequential([5], [
  dense({ units: 8 }),
  relu(),
  dense({ units: 3 }),
]);
const gradients = ["dense1.dWeight", "dense1.dBias", "dense2.dWeight"]
  .concat("dense2.dBias");

/** Rows of `batch` examples, as many as micro-batches and updates need. */
function batchesOf(batch: number): StepValues[] {
  const random = new Random(8);
  const rows = MICRO * COUNT * UPDATES;
  const x = Float32Array.from(random.normals(5 * rows));
  const target = Float32Array.from(random.normals(3 * rows));
  return Array.from({ length: rows / batch }, (_, i) => ({
    x: x.slice(5 * batch * i, 5 * batch * (i + 1)),
    target: target.slice(3 * batch * i, 3 * batch * (i + 1)),
    examples: Uint32Array.of(batch),
  }));
}

function write(program: Program, replicas: number): void {
  const random = new Random(2);
  for (const { label, shape } of model.parameters) {
    const count = replicas * shape.reduce((a, b) => a * b, 1);
    program.write(label, Float32Array.from(random.normals(count)));
  }
}

const streams = (update: number, replicas: number): StepValues => ({
  learningRate: new Float32Array(replicas).fill(0.1),
  step: Uint32Array.of(update),
});

/** Both programs over one memory. */
async function open(
  gpu: Gpu,
  { replicas, ...options }: Partial<UpdatePlanOptions> & { replicas: number },
): Promise<{ adding: Program; applying: Program; close: () => void }> {
  const { target } = gpu;
  const plan = buildPlan({
    name: "adding",
    model,
    loss: meanSquaredError(),
    batch: MICRO,
    replicas,
    accumulateGradients: true,
    target,
  });
  const adding = await gpu.compile(plan);
  const applying = await gpu.compile(
    buildUpdatePlan(plan, {
      name: "applying",
      optimizer: sgd(),
      microBatches: COUNT,
      target,
      ...options,
    }),
    { share: adding },
  );
  write(adding, replicas);
  const close = () => {
    applying.destroy();
    adding.destroy();
  };
  return { adding, applying, close };
}

const CASES = {
  "sgd() with momentum": { optimizer: sgd({ momentum: 0.9 }) },
  "adam()": { optimizer: adam({ epsilon: 0.01 }) },
  "sgd(), clipped": { optimizer: sgd(), clipNorm: 0.5, gradientNorm: true },
};

for (const [name, options] of Object.entries(CASES)) {
  for (const replicas of [1, 3]) {
    testGpu(
      `${COUNT} micro-batches move as one batch with ${name}, ${replicas} replica(s)`,
      async (gpu) => {
        const whole = await gpu.compile(buildPlan({
          name: "whole",
          model,
          loss: meanSquaredError(),
          batch: MICRO * COUNT,
          replicas,
          target: gpu.target,
          ...options,
        }));
        write(whole, replicas);
        const { adding, applying, close } = await open(gpu, {
          replicas,
          ...options,
        });
        const micro = batchesOf(MICRO);
        const batches = batchesOf(MICRO * COUNT);
        for (let update = 0; update < UPDATES; update++) {
          const given = streams(update, replicas);
          const [one] = await whole.submit([{ ...batches[update]!, ...given }]);
          await adding.submit(
            micro.slice(update * COUNT, (update + 1) * COUNT),
          );
          const [many] = await applying.submit([given]);
          // The same terms in another order: float32 rounds each sum by 6e-8 of its terms.
          if (one!.gradientNorm) {
            assertClose(many!.gradientNorm!, one!.gradientNorm, {
              tolerance: 2e-6,
            });
          }
          for (const { label } of model.parameters) {
            const expected = await whole.read(label);
            assertClose(await applying.read(label), expected, {
              tolerance: 2e-6,
              floor: largest(expected),
              label: `${label} after update ${update + 1}`,
            });
          }
        }
        for (const label of gradients) {
          assert.ok((await adding.read(label)).every((g) => g === 0), label);
        }
        close();
        whole.destroy();
      },
    );
  }
}

/** Every gradient of both programs' memory. */
async function sums(program: Program): Promise<Record<string, Float32Array>> {
  const found: Record<string, Float32Array> = {};
  for (const label of gradients) found[label] = await program.read(label);
  return found;
}

testGpu(
  "an update that does not clear leaves its gradients to the next",
  async (gpu) => {
    const [first, second] = batchesOf(MICRO) as [StepValues, StepValues];
    const options = { replicas: 1, microBatches: 1, zeroGradients: false };
    const { adding, applying, close } = await open(gpu, options);
    await adding.submit([first]);
    const before = await sums(adding);
    await applying.submit([streams(0, 1)]);
    assert.deepEqual(await sums(adding), before);
    // The gradient of the second batch alone, at the parameters that the first update left.
    const alone = await open(gpu, { replicas: 1 });
    const moved: Record<string, Float32Array> = {};
    for (const { label } of model.parameters) {
      moved[label] = await adding.read(label);
      alone.adding.write(label, moved[label]);
    }
    await alone.adding.submit([second]);
    const fresh = await sums(alone.adding);
    await adding.submit([second]);
    await applying.submit([streams(1, 1)]);
    const total = await sums(adding);
    model.parameters.forEach(({ label }) => {
      const dLabel = label.replace("weight", "dWeight").replace(
        "bias",
        "dBias",
      );
      const expected = before[dLabel]!.map((g, i) => g + fresh[dLabel]![i]!);
      assertClose(total[dLabel]!, expected, {
        tolerance: 1e-6,
        floor: largest(expected),
        label: dLabel,
      });
    });
    for (const { label } of model.parameters) {
      const dLabel = label.replace("weight", "dWeight").replace(
        "bias",
        "dBias",
      );
      const expected = moved[label]!.map((theta, i) =>
        theta - 0.1 * total[dLabel]![i]!
      );
      assertClose(await adding.read(label), expected, {
        tolerance: 1e-6,
        floor: largest(expected),
        label,
      });
    }
    alone.close();
    close();
  },
);

testGpu(
  "without an update parameters stay, gradients grow and memory does not",
  async (gpu) => {
    const { adding, close } = await open(gpu, { replicas: 3 });
    const [batch] = batchesOf(MICRO) as [StepValues];
    const start = await adding.read("dense1.weight");
    await adding.submit([batch]);
    const once = await adding.read("dense1.dWeight");
    const bytes = gpu.liveBytes;
    await adding.submit([batch, batch, batch]);
    const four = await adding.read("dense1.dWeight");
    assert.equal(gpu.liveBytes, bytes);
    assert.deepEqual(await adding.read("dense1.weight"), start);
    assertClose(four, once.map((g) => 4 * g), {
      tolerance: 1e-6,
      floor: largest(four),
    });
    close();
  },
);
