/** Where the numbers of a batch come from. */
import { NablaError } from "../core/errors.ts";
import type { ElementType, Tensor } from "../core/plan.ts";
import type { HostTensor } from "../core/safetensors.ts";
import { sameShape, type Shape, sizeOf } from "../core/shape.ts";
import type { Numbers } from "../core/stream_values.ts";
import type { Place } from "./epochs.ts";

/** Arrays of one step by the label of their stream tensor. */
export type StepInputs = Record<string, Float32Array | Uint32Array>;

/** What a source gives of one stream. */
export interface StreamForm {
  /** 1 where all replicas read the same numbers, else for how many it has some. */
  readonly replicas: number;
  /** Shape of one example; `[]` for one number, as a class is. */
  readonly shape: Shape;
  /** What `fill` writes; left out where the numbers are given, which say it. */
  readonly type?: ElementType;
  /** How many classes its numbers name, if they do and that is known. */
  readonly classes?: number;
  /**
   * All numbers that `fill` takes from, `[examples, ...shape]` for each replica:
   * they are looked at before the first step. Without them every batch is looked
   * at when it has been written.
   */
  readonly numbers?: readonly Numbers[];
}

/** A data set as a training loop sees it. */
export interface BatchSource {
  readonly examples: number;
  /** The streams that `fill` writes; {@linkcode checkSource} compares them with a plan's. */
  readonly streams: Readonly<Record<string, StreamForm>>;
  /**
   * Writes the examples `indices` into the first rows of its streams, every
   * number of them. Equal arguments give equal numbers, whatever was asked for
   * before: a resumed run goes on in the middle of an epoch.
   */
  fill(indices: Uint32Array, inputs: StepInputs, place: Place): void;
}

/**
 * Arrays whose first axis counts examples, by the label of their stream. Typed
 * arrays of any kind are taken; numbers are rounded to float32 for a stream of
 * f32, and must be whole for one of u32.
 *
 * @throws {NablaError} If an array does not have the numbers that its shape says, or they do not all have the same number of examples
 */
export function arrayBatches(
  arrays: Readonly<Record<string, HostTensor>>,
): BatchSource {
  const named = Object.entries(arrays);
  for (const [name, array] of named) checkArray(name, array);
  const counts = named.map(([name, { shape }]) => ({ name, count: shape[0]! }));
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
    streams: Object.fromEntries(
      named.map(([name, { shape, data }]) => [
        name,
        { replicas: 1, shape: shape.slice(1), numbers: [data] },
      ]),
    ),
    fill(indices, inputs) {
      for (const [name, { data, shape }] of named) {
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

function checkArray(name: string, array: HostTensor): void {
  const fail = (fault: string) => {
    throw new NablaError(`Cannot take ${name} as data: ${fault}`);
  };
  const { shape, data } = array ?? {};
  if (!Array.isArray(shape) || shape.length === 0) {
    fail(
      "it needs a shape, [examples, ...shape of an example], and data",
    );
  }
  const bad = shape.findIndex((size) =>
    !Number.isSafeInteger(size) || size < 1
  );
  if (bad >= 0) {
    fail(
      `axis ${bad} of its shape [${shape}] is ${
        shape[bad]
      }, need a whole number of at least 1`,
    );
  }
  if (!ArrayBuffer.isView(data) || data instanceof DataView) {
    fail("its data must be a typed array; Float32Array.from() makes one");
  }
  const need = sizeOf(shape);
  if (data.length !== need) {
    fail(
      `its shape [${shape}] needs ${need} numbers, data has ${data.length}`,
    );
  }
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
    if (examples !== first.examples || `${own}` !== `${names}`) {
      throw new NablaError(
        `Cannot train replicas side by side: the source of replica ${replica} has ${examples} examples of ${own}, that of replica 0 ${first.examples} of ${names}`,
      );
    }
    for (const name of names) {
      const [have, need] = [streams[name]!.shape, first.streams[name]!.shape];
      if (streams[name]!.replicas !== 1) {
        throw new NablaError(
          `Cannot train replicas side by side: the source of replica ${replica} gives ${name} for ${
            streams[name]!.replicas
          } replicas; give one source for each replica`,
        );
      }
      if (sameShape(have, need)) continue;
      throw new NablaError(
        `Cannot train replicas side by side: an example of ${name} is [${have}] in the source of replica ${replica}, [${need}] in that of replica 0`,
      );
    }
  });
  return {
    examples: first.examples,
    streams: Object.fromEntries(
      names.map((name) => [
        name,
        together(sources.map(({ streams }) => streams[name]!)),
      ]),
    ),
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

/** One stream of several sources, which are of one shape. */
function together(forms: readonly StreamForm[]): StreamForm {
  const numbers = forms.map((form) => form.numbers);
  const classes = forms.flatMap((form) => form.classes ?? []);
  return {
    replicas: forms.length,
    shape: forms[0]!.shape,
    type: forms.find(({ type }) => type)?.type,
    classes: classes.length > 0 ? Math.max(...classes) : undefined,
    numbers: numbers.every((own) => own !== undefined)
      ? numbers.map((own) => own[0]!)
      : undefined,
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
