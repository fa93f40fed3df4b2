/** What a program keeps between steps, as arrays of the host. */
import { NablaError } from "../core/errors.ts";
import type { Tensor } from "../core/plan.ts";
import type { HostTensor } from "../core/safetensors.ts";
import { formatShape, sameShape } from "../core/shape.ts";
import type { Program } from "../gpu/mod.ts";

/** Shape in memory: `[replicas, ...shape]`. */
function memoryShape({ replicas, shape }: Tensor): number[] {
  return [replicas, ...shape];
}

function keptTensors(program: Program): Tensor[] {
  return program.plan.tensors.filter(({ role }) =>
    role === "parameter" || role === "state"
  );
}

/** Every parameter and optimizer state of a program by its label, `[replicas, ...shape]`. */
export async function readState(
  program: Program,
): Promise<Record<string, HostTensor>> {
  // All at once: each read alone would wait for the device in turn.
  const entries = await Promise.all(
    keptTensors(program).map(async (tensor) => {
      const data = await program.read(tensor.label);
      return [tensor.label, { shape: memoryShape(tensor), data }] as const;
    }),
  );
  return Object.fromEntries(entries);
}

/**
 * Puts back what {@linkcode readState} returned.
 *
 * @throws {NablaError} If a tensor is missing or has another shape or type
 */
export function writeState(
  program: Program,
  state: Readonly<Record<string, HostTensor>>,
): void {
  for (const tensor of keptTensors(program)) {
    const shape = memoryShape(tensor);
    const saved = state[tensor.label];
    const data = saved && sameShape(saved.shape, shape) ? saved.data : null;
    if (!(data instanceof Float32Array)) {
      const type = saved?.data instanceof Float32Array
        ? ""
        : ` of ${saved?.data.constructor.name}`;
      const have = saved ? formatShape(saved.shape) + type : "missing";
      throw new NablaError(
        `Cannot go on from the checkpoint: "${tensor.label}" is ${have}, the model needs ${
          formatShape(shape)
        } of Float32Array; was the experiment changed since?`,
      );
    }
    program.write(tensor.label, data);
  }
}
