/** A run with a checkpoint, made without a GPU. */
import { TorchRandom } from "../../lib/core/random.ts";
import type { HostTensor } from "../../lib/core/safetensors.ts";
import { crossEntropy } from "../../lib/nn/losses/cross_entropy.ts";
import { batchNorm } from "../../lib/nn/layers/batch_norm.ts";
import { conv2d } from "../../lib/nn/layers/conv.ts";
import { dense } from "../../lib/nn/layers/dense.ts";
import { behindFlatten, flatten } from "../../lib/nn/layers/flatten.ts";
import { sequential } from "../../lib/nn/graph.ts";
import { torchDefault } from "../../lib/nn/initializers.ts";
import {
  buildPlan,
  initialParameters,
  initialStates,
} from "../../lib/nn/plan.ts";
import { sgd } from "../../lib/nn/optimizers/sgd.ts";
import { summarizePlan } from "../../lib/nn/summary.ts";
import { encodeCheckpoint } from "../../lib/train/checkpoint.ts";
import { subgroupTarget } from "./targets.ts";

/** Seeds of the replicas of {@linkcode trained}. */
export const SEEDS = [7, 8];

/** A small convolutional classifier, drawn as PyTorch draws it. */
const model = sequential([4, 3, 2], [
  conv2d({ channels: 3, kernel: [2, 3], padding: [0, 1] }),
  batchNorm(),
  flatten(),
  dense({
    units: 5,
    initial: behindFlatten([3, 3, 3]),
    initialBias: torchDefault(27),
  }),
]);

const plan = buildPlan({
  name: "train",
  model,
  loss: crossEntropy(),
  optimizer: sgd({ momentum: 0.9 }),
  batch: 2,
  replicas: SEEDS.length,
  target: subgroupTarget,
});

/** What the record of the run says of its plan. */
export const summary = summarizePlan(plan, subgroupTarget);

/** The checkpoint after 40 steps that changed nothing: first values of every replica. */
export function trained(): Uint8Array {
  const states = initialStates(model);
  const replicas = SEEDS.map((seed): Record<string, Float32Array> => ({
    ...states,
    ...initialParameters(model, new TorchRandom(seed)),
  }));
  const tensors: Record<string, HostTensor> = {
    "fit.generator": { shape: [3], data: Uint32Array.of(1, 2, 3) },
  };
  for (const { label, role, shape } of plan.tensors) {
    if (role !== "parameter" && role !== "state") continue;
    // The optimizer's state has no first values: all zeros.
    const zeros = new Float32Array(shape.reduce((a, b) => a * b, 1));
    const each = replicas.map((values) => [...values[label] ?? zeros]);
    const data = Float32Array.from(each.flat());
    tensors[label] = { shape: [SEEDS.length, ...shape], data };
  }
  return encodeCheckpoint({ epoch: 2, step: 40, tensors, state: null });
}
