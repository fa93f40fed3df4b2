/** One step of a model at the numbers of a PyTorch vector. */
import { decodeSafetensors } from "../../lib/core/safetensors.ts";
import type { Gpu, StepValues } from "../../lib/gpu/mod.ts";
import { largest } from "../../lib/math/compare.ts";
import { channelsLast } from "../../lib/nn/layers/conv.ts";
import type { Graph } from "../../lib/nn/graph.ts";
import { buildPlan, initialStates } from "../../lib/nn/plan.ts";
import { givenGradient } from "../../lib/studies/support/given_gradient.ts";
import bytes from "../fixtures/layers.safetensors" with { type: "bytes" };
import { assertClose } from "./compare.ts";

const { tensors } = decodeSafetensors(bytes);

/** Numbers of a stored tensor. */
export const stored = (name: string) => tensors[name]!.data as Float32Array;

/** Shape of a stored tensor. */
export const shapeOf = (name: string) => tensors[name]!.shape as number[];

/** A stored integer. */
export const attribute = (name: string) =>
  Number((tensors[name]!.data as BigInt64Array)[0]);

/** A stored tensor [first, channels, ...] with channels last. */
export function last(name: string): { shape: number[]; data: Float32Array } {
  const [first, channels, ...rest] = shapeOf(name);
  const shape = [first!, ...rest, channels!];
  return { shape, data: channelsLast(stored(name), shape) };
}

/** What {@linkcode runVector} runs. */
export interface Vector {
  readonly model: Graph;
  readonly batch: number;
  /** The inputs, and as `target` the gradient that arrives at the output. */
  readonly streams: StepValues;
  /** Parameters and states; states not named start as in training. */
  readonly kept?: Record<string, Float32Array>;
  readonly training?: boolean;
}

/** Runs one step and hands out everything that can be read. */
export async function runVector(
  gpu: Gpu,
  { model, batch, streams, kept, training }: Vector,
): Promise<Record<string, Float32Array>> {
  const plan = buildPlan({
    name: "PyTorch's vectors",
    model,
    batch,
    training,
    loss: givenGradient(),
    gradients: true,
    inputGradients: true,
    outputs: [model.output.label],
    target: gpu.target,
  });
  const program = await gpu.compile(plan);
  const values = { ...initialStates(model), ...kept };
  for (const [label, data] of Object.entries(values)) {
    program.write(label, data);
  }
  await program.submit([{ examples: Uint32Array.of(batch), ...streams }]);
  const found: Record<string, Float32Array> = {};
  for (const { label, role } of plan.tensors) {
    if (role === "output" || role === "gradient" || role === "state") {
      found[label] = await program.read(label);
    }
  }
  program.destroy();
  return found;
}

/** Fails unless numbers agree with stored ones; errors count against the largest of the tensor. */
export function assertVector(
  name: string,
  actual: ArrayLike<number>,
  { tolerance, expected = stored(name) }: {
    tolerance: number;
    /** Default: as stored. */
    expected?: Float32Array;
  },
): void {
  assertClose(actual, expected, {
    tolerance,
    floor: largest(expected),
    label: name,
  });
}
