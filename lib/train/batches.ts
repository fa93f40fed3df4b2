/** Where the numbers of a batch come from. */
import { NablaError } from "../core/errors.ts";
import { sizeOf } from "../core/shape.ts";
import type { Tensor } from "../core/plan.ts";
import { toClasses, toFloat } from "../data/batches.ts";
import type { Labelled } from "../data/mnist.ts";
import type { HostTensor } from "../core/safetensors.ts";

/** Arrays of one step by the label of their stream tensor. */
export type StepInputs = Record<string, Float32Array | Uint32Array>;

/** A data set as a training loop sees it. */
export interface BatchSource {
  readonly examples: number;
  /** Writes the examples `indices` into the first rows of `x` and `target`. */
  fill(indices: Uint32Array, inputs: StepInputs): void;
}

/** Images with labels: `x` gets pixels / 255, `target` the class numbers. */
export function labelledBatches(data: Labelled): BatchSource {
  return {
    examples: data.count,
    fill(indices, { x, target }) {
      toFloat(data, indices, { into: x as Float32Array<ArrayBuffer> });
      toClasses(data, indices, { into: target as Uint32Array<ArrayBuffer> });
    },
  };
}

/**
 * Arrays whose first axis counts examples, by the label of their stream.
 *
 * @throws {NablaError} If they do not all have the same number of examples
 */
export function arrayBatches(
  arrays: Readonly<Record<string, HostTensor>>,
): BatchSource {
  const counts = Object.entries(arrays).map(([name, { shape }]) => ({
    name,
    count: shape[0] ?? 0,
  }));
  const examples = counts[0]?.count ?? 0;
  const odd = counts.find(({ count }) => count !== examples);
  if (odd) {
    throw new NablaError(
      `Cannot pair the arrays: ${
        counts[0]!.name
      } has ${examples} examples, ${odd.name} has ${odd.count}`,
    );
  }
  return {
    examples,
    fill(indices, inputs) {
      for (const [name, { data, shape }] of Object.entries(arrays)) {
        const width = sizeOf(shape.slice(1));
        const into = inputs[name]!;
        for (let row = 0; row < indices.length; row++) {
          const first = indices[row]! * width;
          for (let j = 0; j < width; j++) {
            into[row * width + j] = Number(data[first + j]!);
          }
        }
      }
    },
  };
}

/** Empty arrays for the stream tensors of a plan. */
export function allocateInputs(tensors: readonly Tensor[]): StepInputs {
  return Object.fromEntries(
    tensors.filter(({ role }) => role === "stream").map((tensor) => {
      const count = tensor.replicas * sizeOf(tensor.shape);
      const array = tensor.type === "u32"
        ? new Uint32Array(count)
        : new Float32Array(count);
      return [tensor.label, array];
    }),
  );
}
