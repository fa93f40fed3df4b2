import assert from "node:assert/strict";
import { buildPlan } from "../../lib/nn/plan.ts";
import { meanSquaredError } from "../../lib/nn/losses/squared_error.ts";
import { TorchRandom } from "../../lib/core/random.ts";
import { initialize } from "../../lib/train/initialize.ts";
import { fillStep } from "../../lib/train/check_source.ts";
import { allocateInputs } from "../../lib/train/batches.ts";
import {
  parametersOf,
  thresholdOf,
} from "../../lib/studies/double_descent/sweep.ts";
import { gradientNorms } from "../../lib/studies/implicit_regularization/gradient_norms.ts";
import { mean, moments } from "../../lib/studies/support/statistics.ts";
import {
  drawMore,
  drawTeachers,
  onLogGrid,
  sampleBatches,
  student,
} from "../../lib/studies/support/teachers.ts";
import { testGpu } from "../support/device.ts";
import { plainTarget } from "../support/targets.ts";

const drawn = { seed: 3, teachers: 2, test: 10, noise: 0.3 };

Deno.test("drawTeachers() gives every replica a teacher, and larger sets begin with the smaller", () => {
  const few = drawTeachers({ ...drawn, train: 5 });
  const many = drawTeachers({ ...drawn, train: 9 });
  few.forEach(({ train, test }, r) => {
    assert.deepEqual(train.x.data, many[r]!.train.x.data.subarray(0, 40));
    assert.deepEqual(test.target.data, many[r]!.test.target.data);
  });
  const [first, second] = few;
  assert.notDeepEqual(first!.teacher.first, second!.teacher.first);
  // Teacher 1 of seed 3 is teacher 0 of seed 4, so that more replicas extend a run.
  const next = drawTeachers({ ...drawn, seed: 4, train: 5 });
  assert.deepEqual(second!.train, next[0]!.train);
});

Deno.test("drawMore() draws other examples of the same teachers", () => {
  const sets = drawTeachers({ ...drawn, train: 10 });
  const more = drawMore(sets, { seed: 3, count: 10, noise: 0 });
  sets.forEach(({ train, test }, r) => {
    assert.equal(more[r]!.noiseSquare, 0);
    for (const other of [train, test]) {
      assert.notDeepEqual(more[r]!.x.data, other.x.data);
    }
  });
});

Deno.test("moments() and onLogGrid() on small cases", () => {
  assert.deepEqual(moments([1, 3]), { mean: 2, deviation: Math.SQRT2 });
  assert.deepEqual(moments([5]), { mean: 5, deviation: 0 });
  const kept = Array.from({ length: 10_000 }, (_, i) => i)
    .filter((step) => onLogGrid(step, 10));
  assert.deepEqual(kept.slice(0, 4), [0, 1, 2, 3]);
  // At most ten a decade.
  assert.ok(kept.length > 30 && kept.length <= 41, `${kept.length}`);
});

Deno.test("parametersOf() counts what a plan has, thresholdOf() inverts it", () => {
  for (const width of [1, 2, 25, 200]) {
    const { parameters } = buildPlan({
      name: "student",
      model: student({ width, layers: 2 }),
      loss: meanSquaredError(),
      batch: 1,
      target: plainTarget,
    });
    assert.equal(parametersOf(width), parameters);
  }
  for (const examples of [100, 200]) {
    const width = thresholdOf(examples);
    assert.ok(Math.abs(parametersOf(width) - 8 * examples) < 1e-9);
  }
});

testGpu(
  "gradientNorms() agrees with the full batch and with the norms of the mini-batches",
  async (gpu) => {
    const model = student({ width: 7, layers: 2 });
    const sets = drawTeachers({ ...drawn, train: 12 });
    const source = sampleBatches(sets.map(({ train }) => train));
    const common = {
      ...{ model, loss: meanSquaredError(), replicas: 2, ownData: true },
      ...{ gradientNorm: true, target: gpu.target },
    };
    const plan = (batch: number) =>
      buildPlan({ name: "norms", ...common, batch });
    const program = await gpu.compile(plan(4));
    const whole = await gpu.compile(plan(12), { share: program });
    initialize(program, model, { random: new TorchRandom(0), seed: 0 });
    const { gradient, variation } = await gradientNorms({
      program,
      model,
      source,
    });
    /** `‖g‖` of the batch from `first` on, by the kernel. */
    const normOf = async (from: typeof program, first: number) => {
      const { batch, tensors } = from.plan;
      const inputs = allocateInputs(tensors);
      const indices = Uint32Array.from({ length: batch }, (_, i) => first + i);
      fillStep(from.plan, source, { indices, epoch: 0, taken: first }, inputs);
      const [metrics] = await from.submit([inputs]);
      return metrics!.gradientNorm!;
    };
    const full = await normOf(whole, 0);
    const parts = await Promise.all([0, 4, 8].map((at) => normOf(program, at)));
    for (const r of [0, 1]) {
      const square = mean(parts.map((norms) => norms[r]! ** 2));
      const expected = square - full[r]! ** 2;
      // Float32 norms, squared and subtracted.
      assert.ok(Math.abs(gradient[r]! / full[r]! ** 2 - 1) < 1e-5);
      assert.ok(Math.abs(variation[r]! / expected - 1) < 1e-4);
    }
    whole.destroy();
    program.destroy();
  },
);
