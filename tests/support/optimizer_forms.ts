/** Ways to hand an optimizer any gradient of 12 numbers, one for each place where an update may run. */
import { decodeSafetensors } from "../../lib/core/safetensors.ts";
import type { Gpu, Program } from "../../lib/gpu/mod.ts";
import { dense } from "../../lib/nn/layers/dense.ts";
import { type Graph, sequential } from "../../lib/nn/graph.ts";
import type { Optimizer } from "../../lib/nn/op/optimizer.ts";
import { buildPlan } from "../../lib/nn/plan.ts";
import { givenGradient } from "../../lib/studies/support/given_gradient.ts";
import bytes from "../fixtures/optimizers.safetensors" with { type: "bytes" };

const { tensors, metadata } = decodeSafetensors(bytes);

/** Numbers of the parameter that PyTorch's vectors hold. */
export const SIZE = 12;

/** Steps that they hold. */
export const STEPS = 12;

/** A stored tensor: `theta0`, `grads`, `adam/theta`. */
export function stored(name: string): Float32Array {
  return tensors[name]!.data as Float32Array;
}

/** Row `step` of a stored [12 steps, 12] tensor. */
export function row(name: string, step: number): Float32Array {
  return stored(name).subarray(step * SIZE, (step + 1) * SIZE);
}

/** The options of a stored run, under PyTorch's names. */
export function torchOptions(name: string): {
  lr: number;
  momentum?: number;
  nesterov?: boolean;
  weight_decay?: number;
  alpha?: number;
} {
  return JSON.parse(metadata[name]!);
}

/** A model whose only parameters are updated in one place of the plan. */
export interface Form {
  readonly model: Graph;
  readonly labels: string[];
  readonly x: Float32Array;
  /** The upstream gradient that gives the parameters this gradient. */
  readonly upstream: (gradient: Float32Array) => Float32Array;
  readonly keepGradients: boolean;
}

const column = {
  model: sequential([1], [dense({ units: SIZE })]),
  labels: ["dense1.weight", "dense1.bias"],
  x: Float32Array.of(1),
  upstream: (gradient: Float32Array) => gradient,
};

/** The places in which an update can stand. */
export const FORMS: Readonly<Record<string, Form>> = {
  "in a product of single numbers and in a column sum": {
    ...column,
    keepGradients: false,
  },
  "in a product of cells of four": {
    model: sequential([4], [dense({ units: 3, bias: false })]),
    labels: ["dense1.weight"],
    x: Float32Array.from({ length: 16 }, (_, i) => i % 5 === 0 ? 1 : 0),
    upstream: (gradient) =>
      Float32Array.from(
        { length: SIZE },
        (_, i) => gradient[(i % 3) * 4 + Math.floor(i / 3)]!,
      ),
    keepGradients: false,
  },
  "in a kernel of its own": { ...column, keepGradients: true },
};

/** What the host gives a step: a number for each replica. */
export interface StepGiven {
  readonly rates: readonly number[];
  readonly decays?: readonly number[];
  /** Updates done before. */
  readonly before: number;
}

/** The program of a form, and its step. */
export async function openForm(
  gpu: Gpu,
  { model, x, keepGradients, upstream }: Form,
  { optimizer, replicas = 1 }: { optimizer: Optimizer; replicas?: number },
): Promise<{
  program: Program;
  step: (gradient: Float32Array, given: StepGiven) => Promise<unknown>;
}> {
  const program = await gpu.compile(buildPlan({
    name: "optimizer",
    model,
    loss: givenGradient(),
    optimizer,
    batch: x.length / model.inputs[0]!.shape[0]!,
    replicas,
    keepGradients,
    target: gpu.target,
  }));
  const step = (
    gradient: Float32Array,
    { rates, decays, before }: StepGiven,
  ) =>
    program.submit([{
      x,
      target: upstream(gradient),
      examples: Uint32Array.of(1),
      learningRate: Float32Array.from(rates),
      weightDecay: Float32Array.from(decays ?? []),
      step: Uint32Array.of(before),
    }]);
  return { program, step };
}
