/** The PyTorch programs that torch-parity follows: their models, optimizers and data. */
import type { Plan } from "../../core/plan.ts";
import type { PixelLayout } from "../../data/labelled.ts";
import runs from "../../data/reference_runs.json" with {
  type: "json",
};
import { conv2d } from "../../nn/layers/conv.ts";
import { crossEntropy } from "../../nn/losses/cross_entropy.ts";
import { dense } from "../../nn/layers/dense.ts";
import { behindFlatten, flatten } from "../../nn/layers/flatten.ts";
import { type Graph, sequential } from "../../nn/graph.ts";
import { torchDefault } from "../../nn/initializers.ts";
import { maxPool2d } from "../../nn/layers/max_pool2d.ts";
import { alexnetVariant } from "../../nn/models/alexnet_variant.ts";
import type { Optimizer } from "../../nn/op/optimizer.ts";
import { buildPlan } from "../../nn/plan.ts";
import { relu } from "../../nn/layers/relu.ts";
import { sgd } from "../../nn/optimizers/sgd.ts";
import type { PlanSetting } from "../../train/experiment.ts";

/** Name of a program. */
export type ProgramName = keyof typeof runs;

/** Names of the programs, as in `mlp`. */
export const programNames = Object.keys(runs) as ProgramName[];

/** What PyTorch 1.13 printed: one loss per step, and the accuracy on the test set where it was measured. */
export interface ReferenceRun {
  readonly name: string;
  readonly seed: number;
  readonly batch_size: number;
  /** Of the training set, the first ones. */
  readonly examples: number;
  readonly steps: number;
  readonly losses: readonly number[];
  readonly test_accuracy: number | null;
}

/** The printed numbers by program. */
export const referenceRuns: Readonly<Record<ProgramName, ReferenceRun>> = runs;

/** One program as ours. */
export interface TorchProgram {
  readonly model: Graph;
  readonly optimizer: Optimizer;
  readonly learningRate: number;
  readonly data: "mnist" | "cifar10";
  /** Order of the pixels where images are flattened before the first layer. */
  readonly layout?: PixelLayout;
}

/** Shape of the CNN's last feature maps: height, width, channels. */
const FEATURES = [7, 7, 16] as const;

/** The programs as ours. */
export const torchPrograms: Readonly<Record<ProgramName, TorchProgram>> = {
  mlp: {
    model: sequential([28 * 28], [
      dense({ units: 128 }),
      relu(),
      dense({ units: 10 }),
    ]),
    optimizer: sgd(),
    learningRate: 0.1,
    data: "mnist",
  },
  cnn: {
    model: sequential([28, 28, 1], [
      conv2d({ channels: 8, kernel: 5, stride: 2, padding: 2 }),
      relu(),
      maxPool2d({ kernel: 2 }),
      conv2d({ channels: 16, kernel: 3, padding: 1 }),
      relu(),
      flatten(),
      dense({
        units: 10,
        initial: behindFlatten(FEATURES),
        initialBias: torchDefault(FEATURES[0] * FEATURES[1] * FEATURES[2]),
      }),
    ]),
    optimizer: sgd({ momentum: 0.9 }),
    learningRate: 0.02,
    data: "mnist",
  },
  alexnet: {
    model: alexnetVariant({ dropout: 0 }),
    optimizer: sgd(),
    learningRate: 0.1,
    data: "mnist",
  },
  "cifar10-mlp": {
    model: sequential([3 * 32 * 32], [
      dense({ units: 256 }),
      relu(),
      dense({ units: 10 }),
    ]),
    optimizer: sgd({ momentum: 0.9, weightDecay: 5e-4 }),
    learningRate: 0.02,
    data: "cifar10",
    layout: "nchw",
  },
};

/** Test images in one step. */
export const TEST_BATCH = 500;

/**
 * The plans of one program by name, as in `mlp train`; `mlp test` where PyTorch
 * measured on the test set.
 */
export function planProgram(
  name: ProgramName,
  { replicas, target }: Pick<PlanSetting, "replicas" | "target">,
): Record<string, Plan> {
  const { model, optimizer } = torchPrograms[name];
  const { batch_size: batch, test_accuracy } = referenceRuns[name];
  const common = { model, loss: crossEntropy(), replicas, target };
  const train = buildPlan({
    name: `${name} train`,
    ...common,
    optimizer,
    batch,
  });
  if (test_accuracy === null) return { [train.name]: train };
  const test = buildPlan({
    name: `${name} test`,
    ...common,
    gradients: false,
    batch: TEST_BATCH,
  });
  return { [train.name]: train, [test.name]: test };
}
