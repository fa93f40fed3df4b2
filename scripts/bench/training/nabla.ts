import type { Plan, Target } from "../../../lib/core/plan.ts";
import type { Gpu, StepValues } from "../../../lib/gpu/mod.ts";
import { conv2d } from "../../../lib/nn/layers/conv.ts";
import { crossEntropy } from "../../../lib/nn/losses/cross_entropy.ts";
import { dense } from "../../../lib/nn/layers/dense.ts";
import { flatten } from "../../../lib/nn/layers/flatten.ts";
import { sequential } from "../../../lib/nn/graph.ts";
import { maxPool2d } from "../../../lib/nn/layers/max_pool2d.ts";
import { buildPlan } from "../../../lib/nn/plan.ts";
import { relu } from "../../../lib/nn/layers/relu.ts";
import { sgd } from "../../../lib/nn/optimizers/sgd.ts";
import { meanSquaredError } from "../../../lib/nn/losses/squared_error.ts";
import { tanh } from "../../../lib/nn/layers/tanh.ts";
import type { Work } from "../contender.ts";
import { runSteps } from "../../../lib/train/timing/run_steps.ts";
import { channelsLastStart } from "./channels_last.ts";
import type { LayerOptions, Training } from "./workload.ts";

/** The whole training step, as experiments build it. */
export function trainingPlan(training: Training, target: Target): Plan {
  const { name, input, layers, loss, batch, replicas } = training;
  return buildPlan({
    name,
    model: sequential(input, layers.map(layerOf)),
    loss: loss === "crossEntropy" ? crossEntropy() : meanSquaredError(),
    optimizer: sgd(),
    batch,
    replicas,
    target,
  });
}

function layerOf(layer: LayerOptions) {
  switch (layer.type) {
    case "dense":
      return dense({ units: layer.units });
    case "conv": {
      const { type: _, ...options } = layer;
      return conv2d(options);
    }
    case "maxPool": {
      const { type: _, ...options } = layer;
      return maxPool2d(options);
    }
    case "flatten":
      return flatten();
    case "relu":
      return relu();
    case "tanh":
      return tanh();
  }
}

/** Opens a training on Nabla; its batch is uploaded anew for every step, its losses are read back. */
export async function openTraining(
  gpu: Gpu,
  workload: Training,
): Promise<Work> {
  const { loss, batch, replicas, learningRate, comparedSteps } = workload;
  const program = await gpu.compile(trainingPlan(workload, gpu.target));
  const start = channelsLastStart(workload);
  const counts = { dense: 0, conv2d: 0 };
  for (const { kernel, weight, bias } of start.layers) {
    const kind = kernel.length > 0 ? "conv2d" : "dense";
    const label = `${kind}${++counts[kind]}`;
    program.write(`${label}.weight`, weight);
    program.write(`${label}.bias`, bias);
  }
  const inputs: StepValues = {
    x: start.x,
    target: loss === "crossEntropy"
      ? Uint32Array.from(start.classes)
      : start.numbers,
    examples: Uint32Array.of(batch),
    learningRate: new Float32Array(replicas).fill(learningRate),
  };
  return {
    async values() {
      const steps = Array<StepValues>(comparedSteps).fill(inputs);
      const metrics = await program.submit(steps);
      return metrics.map(({ loss }) =>
        (loss as Float32Array).reduce((sum, one) => sum + one / replicas, 0)
      );
    },
    run: (n) => runSteps(program, n, inputs),
    close: () => program.destroy(),
  };
}
