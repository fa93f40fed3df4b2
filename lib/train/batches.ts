/** Where the numbers of a batch come from. */
import { NablaError } from "../core/errors.ts";
import type { Plan, Tensor } from "../core/plan.ts";
import type { HostTensor } from "../core/safetensors.ts";
import { sizeOf } from "../core/shape.ts";
import type { Place } from "./epochs.ts";

/** Arrays of one step by the label of their stream tensor. */
export type StepInputs = Record<string, Float32Array | Uint32Array>;

/** A data set as a training loop sees it. */
export interface BatchSource {
  readonly examples: number;
  /** The streams that `fill` writes: 1 where all replicas read the same numbers, else for how many it has some. */
  readonly streams: Readonly<Record<string, number>>;
  /**
   * Writes the examples `indices` into the first rows of its streams. Equal
   * arguments give equal numbers, whatever was asked for before: a resumed run
   * goes on in the middle of an epoch.
   */
  fill(indices: Uint32Array, inputs: StepInputs, place: Place): void;
}

/** Streams that a training loop writes itself. */
const ofTheLoop = ["examples", "learningRate", "weightDecay", "step", "seed"];

/**
 * Refuses a source whose streams are not those of a plan.
 *
 * @throws {NablaError} If a stream is missing on either side, or is for another number of replicas
 */
export function checkSource(
  { name, tensors }: Plan,
  { streams }: BatchSource,
): void {
  const data = tensors.filter(({ role, label }) =>
    role === "stream" && !ofTheLoop.includes(label)
  );
  const missing = data.find(({ label }) => !(label in streams));
  if (missing) {
    throw new NablaError(
      `Cannot feed ${name}: it takes ${missing.label}, the source gives ${
        Object.keys(streams).join(", ") || "nothing"
      }`,
    );
  }
  for (const [label, replicas] of Object.entries(streams)) {
    const tensor = data.find((one) => one.label === label);
    if (tensor?.replicas === replicas) continue;
    const need = tensor
      ? `takes it ${copies(tensor.replicas)}`
      : "does not take it";
    throw new NablaError(
      `Cannot feed ${name}: the source gives ${label} ${
        copies(replicas)
      }, the plan ${need}; see ownData of the plan and replicaBatches()`,
    );
  }
}

function copies(replicas: number): string {
  return replicas === 1 ? "once for all" : `for each of ${replicas} replicas`;
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
    streams: Object.fromEntries(Object.keys(arrays).map((name) => [name, 1])),
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

/**
 * One source for each replica, for a plan with `ownData: true`. All walk through
 * their examples in the same order.
 *
 * @throws {NablaError} If there is none, or they differ in examples or streams
 */
export function replicaBatches(sources: readonly BatchSource[]): BatchSource {
  const [first] = sources;
  if (!first) {
    throw new NablaError(
      "Cannot feed replicas from no source: give one for each",
    );
  }
  const names = Object.keys(first.streams);
  sources.forEach(({ examples, streams }, replica) => {
    const own = Object.keys(streams);
    if (examples === first.examples && `${own}` === `${names}`) return;
    throw new NablaError(
      `Cannot train replicas side by side: the source of replica ${replica} has ${examples} examples of ${own}, that of replica 0 ${first.examples} of ${names}`,
    );
  });
  return {
    examples: first.examples,
    streams: Object.fromEntries(names.map((name) => [name, sources.length])),
    fill(indices, inputs, place) {
      sources.forEach((source, replica) => {
        const part = names.map((name) => {
          const size = inputs[name]!.length / sources.length;
          const [start, end] = [replica * size, (replica + 1) * size];
          return [name, inputs[name]!.subarray(start, end)];
        });
        source.fill(indices, Object.fromEntries(part), place);
      });
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
