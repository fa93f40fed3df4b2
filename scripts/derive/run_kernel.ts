/** Runs the kernel of a derivation line on the GPU and measures how far it is from the line. */
import type { Plan, Target } from "../../lib/core/plan.ts";
import { exact, type Matrix } from "../../lib/study/derivation/algebra.ts";
import type {
  KernelCase,
  Operands,
  StepOptimizer,
} from "../../lib/study/derivation/line.ts";
import { drawOperands } from "../../lib/study/derivation/operands.ts";
import type { Gpu } from "../../lib/gpu/gpu.ts";
import { largest, relativeError } from "../../lib/math/compare.ts";
import { Random } from "../../lib/math/random.ts";
import { batchNorm } from "../../lib/nn/layers/batch_norm.ts";
import { crossEntropy } from "../../lib/nn/losses/cross_entropy.ts";
import { dense } from "../../lib/nn/layers/dense.ts";
import { dropout } from "../../lib/nn/layers/dropout.ts";
import { sequential } from "../../lib/nn/graph.ts";
import type { Layer } from "../../lib/nn/op/layer.ts";
import { layerNorm } from "../../lib/nn/layers/layer_norm.ts";
import type { Loss } from "../../lib/nn/op/loss.ts";
import type { Optimizer } from "../../lib/nn/op/optimizer.ts";
import { buildPlan } from "../../lib/nn/plan.ts";
import { relu } from "../../lib/nn/layers/relu.ts";
import { rmsprop } from "../../lib/nn/optimizers/rmsprop.ts";
import { sgd, sgdHeavyBall } from "../../lib/nn/optimizers/sgd.ts";
import { sigmoid } from "../../lib/nn/layers/sigmoid.ts";
import {
  halfSquaredError,
  meanSquaredError,
} from "../../lib/nn/losses/squared_error.ts";
import { tanh } from "../../lib/nn/layers/tanh.ts";

const LAYERS: Record<
  KernelCase["layer"]["kind"],
  (options: KernelCase["layer"]) => Layer
> = {
  dense: ({ units }) => dense({ units: units! }),
  sigmoid: () => sigmoid(),
  tanh: () => tanh(),
  relu: () => relu(),
  batchNorm: ({ epsilon }) => batchNorm({ epsilon }),
  layerNorm: ({ epsilon }) => layerNorm({ epsilon }),
  dropout: ({ probability }) => dropout({ probability: probability! }),
};

/** What a layer keeps and a case gives it, by the names of both. */
const KEPT = ["weight", "bias", "runningMean", "runningVariance"] as const;

const LOSSES: Record<KernelCase["loss"], () => Loss> = {
  "cross entropy": crossEntropy,
  "half squared error": halfSquaredError,
  "mean squared error": meanSquaredError,
};

/** Label of the tensor that holds a quantity. */
const LABELS: Record<
  Exclude<KernelCase["quantity"], "loss">,
  (node: string) => string
> = {
  output: (node) => `${node}.output`,
  dInput: () => "dX",
  dWeight: (node) => `${node}.dWeight`,
  dBias: (node) => `${node}.dBias`,
  weight: (node) => `${node}.weight`,
  runningMean: (node) => `${node}.runningMean`,
  runningVariance: (node) => `${node}.runningVariance`,
};

/** An optimizer, and the tensor it keeps for a parameter. */
function optimizerOf(
  given?: StepOptimizer,
): { optimizer: Optimizer; state?: string } {
  if (!given) return { optimizer: sgd() };
  switch (given.kind) {
    case "weight decay":
      return { optimizer: sgd(withoutKind(given)) };
    case "momentum":
      return { optimizer: sgd(withoutKind(given)), state: "velocity" };
    case "heavy ball": {
      const optimizer = sgdHeavyBall(withoutKind(given));
      return { optimizer, state: "previous" };
    }
    case "rmsprop":
      return {
        optimizer: rmsprop(withoutKind(given)),
        state: "squareAverage",
      };
  }
}

/** The options alone of what is told apart by its kind. */
function withoutKind<T extends { kind: string }>(
  { kind: _, ...options }: T,
): Omit<T, "kind"> {
  return options;
}

/** Name of the only layer of a case. */
const nodeOf = ({ layer }: KernelCase) => `${layer.kind}1`;

/** The plan of a case. */
export function planOf(kernelCase: KernelCase, target: Target): Plan {
  const { file, layer, loss, input: [batch, features] } = kernelCase;
  const isStep = kernelCase.quantity === "weight";
  return buildPlan({
    name: `derive ${file}`,
    model: sequential([features], [LAYERS[layer.kind](layer)]),
    batch,
    loss: LOSSES[loss](),
    gradients: true,
    inputGradients: !isStep,
    training: !layer.evaluation,
    outputs: [nodeOf(kernelCase)],
    target,
    ...(isStep
      ? { optimizer: optimizerOf(kernelCase.optimizer).optimizer }
      : {}),
  });
}

/** What the GPU computes for the operands of a case, row-major. */
export async function runKernel(
  gpu: Gpu,
  kernelCase: KernelCase,
  { operands }: { operands: Operands },
): Promise<Float32Array> {
  const { loss, input: [batch], quantity } = kernelCase;
  const node = nodeOf(kernelCase);
  const { state } = optimizerOf(kernelCase.optimizer);
  const plan = planOf(kernelCase, gpu.target);
  const program = await gpu.compile(plan);
  try {
    for (const name of KEPT) {
      const label = `${node}.${name}`;
      const isKept = plan.tensors.some((tensor) => tensor.label === label);
      if (isKept) program.write(label, single(operands[name]!));
    }
    if (state) {
      program.write(`${node}.weight.${state}`, single(operands.state!));
    }
    const [metrics] = await program.submit([{
      x: single(operands.input!),
      target: loss === "cross entropy"
        ? classesOf(operands.target!)
        : single(operands.target!),
      examples: Uint32Array.of(batch),
      ...(quantity === "weight"
        ? { learningRate: single(operands.learningRate!) }
        : {}),
      // Not the first update, which has no step before it.
      step: Uint32Array.of(1),
      seed: Uint32Array.of(0),
    }]);
    return quantity === "loss"
      ? Float32Array.from(metrics!.loss!)
      : await program.read(LABELS[quantity](node));
  } finally {
    program.destroy();
  }
}

/**
 * The largest error of a kernel against its line's right side in float64,
 * relative to the largest entry.
 */
export async function kernelError(
  gpu: Gpu,
  kernelCase: KernelCase,
  { seed = 0 }: { seed?: number } = {},
): Promise<number> {
  const operands = drawOperands(kernelCase, new Random(seed));
  const { data } = kernelCase.formula(operands, exact);
  const measured = await runKernel(gpu, kernelCase, { operands });
  return relativeError(measured, data, { floor: largest(data) }).error;
}

function single({ data }: Matrix): Float32Array {
  return Float32Array.from(data);
}

/** The class of every one-hot row. */
function classesOf({ rows, columns, data }: Matrix): Uint32Array {
  return Uint32Array.from(
    { length: rows },
    (_, row) => data.subarray(row * columns, (row + 1) * columns).indexOf(1),
  );
}
