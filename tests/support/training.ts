import { TorchRandom } from "../../lib/core/random.ts";
import type { Plan } from "../../lib/core/plan.ts";
import type { Gpu, Program, StepValues } from "../../lib/gpu/mod.ts";
import { Random } from "../../lib/math/random.ts";
import { crossEntropy } from "../../lib/nn/losses/cross_entropy.ts";
import { dense } from "../../lib/nn/layers/dense.ts";
import type { Executor } from "../../lib/nn/planner/executor.ts";
import { sequential } from "../../lib/nn/graph.ts";
import { buildPlan, initialParameters } from "../../lib/nn/plan.ts";
import { relu } from "../../lib/nn/layers/relu.ts";
import { sgd } from "../../lib/nn/optimizers/sgd.ts";

/** Replicas of the training that tests of programs run. */
export const REPLICAS = 3;

const model = sequential([6], [
  dense({ units: 9 }),
  relu(),
  dense({ units: 4 }),
]);

/** A small classifier with momentum, ready to train; every replica starts elsewhere. */
export async function openTraining(
  gpu: Gpu,
  executor: Executor = "layers",
): Promise<Program> {
  const program = await gpu.compile(trainingPlan(gpu, executor));
  for (const [label, data] of Object.entries(firstParameters())) {
    program.write(label, data);
  }
  return program;
}

/** The plan of {@linkcode openTraining}. */
export function trainingPlan(
  { target }: Gpu,
  executor: Executor = "layers",
): Plan {
  return buildPlan({
    name: "small training",
    model,
    loss: crossEntropy(),
    optimizer: sgd({ momentum: 0.9 }),
    batch: 5,
    replicas: REPLICAS,
    executor,
    target,
  });
}

/** First values of all replicas by label. */
export function firstParameters(): Record<string, Float32Array> {
  const random = new TorchRandom(1);
  const replicas = Array.from(
    { length: REPLICAS },
    () => initialParameters(model, random),
  );
  return Object.fromEntries(
    model.parameters.map((
      { label },
    ) => [
      label,
      Float32Array.from(replicas.flatMap((all) => [...all[label]!])),
    ]),
  );
}

/** Inputs of `count` steps, the same for the same seed. */
export function steps(count: number, seed = 1): StepValues[] {
  const random = new Random(seed);
  return Array.from({ length: count }, () => ({
    x: Float32Array.from(random.normals(5 * 6)),
    target: Uint32Array.from({ length: 5 }, () => random.integer(0, 4)),
    examples: Uint32Array.of(5),
    learningRate: Float32Array.of(0.01, 0.1, 0.5),
  }));
}

/** Everything that a program keeps between steps, by label. */
export async function persistent(
  program: Program,
): Promise<Record<string, Float32Array>> {
  const found: Record<string, Float32Array> = {};
  for (const label of program.persistent) {
    found[label] = await program.read(label);
  }
  return found;
}
