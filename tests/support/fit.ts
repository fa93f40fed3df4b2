/** A small training with fit(). */
import { TorchRandom } from "../../lib/core/random.ts";
import type { Gpu } from "../../lib/gpu/mod.ts";
import { dense } from "../../lib/nn/layers/dense.ts";
import type { Executor } from "../../lib/nn/planner/executor.ts";
import { sequential } from "../../lib/nn/graph.ts";
import type { Layer } from "../../lib/nn/op/layer.ts";
import type { Optimizer } from "../../lib/nn/op/optimizer.ts";
import { buildPlan } from "../../lib/nn/plan.ts";
import { sgd } from "../../lib/nn/optimizers/sgd.ts";
import { meanSquaredError } from "../../lib/nn/losses/squared_error.ts";
import { tanh } from "../../lib/nn/layers/tanh.ts";
import { buildUpdatePlan } from "../../lib/nn/planner/update_plan.ts";
import { arrayBatches } from "../../lib/train/batches.ts";
import { fit, type FitOptions } from "../../lib/train/fit.ts";
import { initialize } from "../../lib/train/initialize.ts";
import { readState } from "../../lib/train/model_state.ts";
import type { FakeContext } from "./fake_context.ts";

/** Examples and updates of {@linkcode train}. */
export const examples = 50;
export const steps = 40;

/** Trains a small network and returns its weights. */
export async function train(
  gpu: Gpu,
  ctx: FakeContext,
  options: Partial<FitOptions> & {
    batch?: number;
    testBatch?: number;
    replicas?: number;
    optimizer?: Optimizer;
    /** Batches whose gradients are added up for an update. Default: one, without adding. */
    microBatches?: number;
    gradientNorm?: boolean;
    executor?: Executor;
    /** Between the two dense ones. Default: tanh. */
    layers?: Layer[];
  } = {},
) {
  const { batch = 8, testBatch = 16, replicas = 1, ...rest } = options;
  const { microBatches, gradientNorm, executor, ...others } = rest;
  const { optimizer = sgd({ momentum: 0.9 }), layers = [tanh()], ...given } =
    others;
  const model = sequential([3], [
    dense({ units: 5 }),
    ...layers,
    dense({ units: 2 }),
  ]);
  const common = {
    model,
    loss: meanSquaredError(),
    replicas,
    target: gpu.target,
  };
  const moving = { optimizer, gradientNorm };
  const plan = buildPlan({
    name: "fit",
    ...common,
    batch,
    executor,
    ...(microBatches ? { accumulateGradients: true } : moving),
  });
  const program = await gpu.compile(plan);
  const applying = microBatches === undefined ? undefined : await gpu.compile(
    buildUpdatePlan(plan, {
      name: "apply",
      ...moving,
      microBatches,
      target: gpu.target,
    }),
    { share: program },
  );
  const whole = await gpu.compile(
    buildPlan({ name: "whole", ...common, batch: testBatch, gradients: false }),
    { share: program },
  );
  const random = new TorchRandom(3);
  const source = arrayBatches({
    x: { shape: [examples, 3], data: random.randn(3 * examples) },
    target: { shape: [examples, 2], data: random.randn(2 * examples) },
  });
  initialize(program, model, { random, seed: 3 });
  try {
    const result = await fit(ctx, {
      program,
      applying,
      source,
      random,
      steps,
      learningRate: (step) => 0.05 / (1 + step / 10),
      checkpointEvery: 15,
      evaluations: [{ name: "all", program: whole, source, every: 12 }],
      ...given,
    });
    const state = {
      ...await readState(program),
      ...applying && await readState(applying),
    };
    return { result, state, left: random.save() };
  } finally {
    whole.destroy();
    applying?.destroy();
    program.destroy();
  }
}
