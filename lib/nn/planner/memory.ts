/**
 * Gives memory to values: a buffer of its own to whatever outlives a step, one
 * record for all streams and one for all metrics, and shared buffers to scratch
 * values that are never alive together.
 */
import type { BufferSpec, Tensor } from "../../core/plan.ts";
import { bytesOf, type Draft } from "./lower/draft.ts";
import type { Value } from "../op/value.ts";

/** Offset that WebGPU asks of a binding, in bytes (`minStorageBufferOffsetAlignment`). */
const ALIGNMENT = 256;

/** Smallest piece that kernels load: one vec4f. */
const CELL_BYTES = 16;

const roundUp = (bytes: number, unit: number) => Math.ceil(bytes / unit) * unit;

/** Bytes from the start of a buffer to each of several values that lie in it one after the other, and to their end. */
export function offsetsOf(
  values: readonly Value[],
  replicas: number,
): number[] {
  const offsets = [0];
  for (const value of values) {
    offsets.push(
      offsets.at(-1)! + roundUp(bytesOf(value, replicas), ALIGNMENT),
    );
  }
  return offsets;
}

/** Tensors and buffers of the drafts, in order of first use; `extra` values get memory even if unused.
 *
 * @throws {RangeError} If two values have one label
 */
export function allocate(
  drafts: readonly Draft[],
  { replicas, extra }: { replicas: number; extra: readonly Value[] },
): { tensors: Tensor[]; buffers: BufferSpec[]; ids: Map<Value, number> } {
  const lastUse = new Map<Value, number>();
  drafts.forEach(({ bindings }, step) => {
    for (const { value } of bindings) lastUse.set(value, step);
  });

  const buffers: { kind: BufferSpec["kind"]; bytes: number }[] = [];
  const tensors: Tensor[] = [];
  const ids = new Map<Value, number>();
  const labels = new Set<string>();
  const free: number[] = [];
  const records = new Map<"streams" | "metrics", number>();

  const place = (value: Value): { buffer: number; offset: number } => {
    const bytes = roundUp(bytesOf(value, replicas), CELL_BYTES);
    if (value.role === "stream" || value.role === "metric") {
      const kind = value.role === "stream" ? "streams" : "metrics";
      const buffer = records.get(kind) ?? buffers.push({ kind, bytes: 0 }) - 1;
      records.set(kind, buffer);
      const offset = buffers[buffer]!.bytes;
      buffers[buffer]!.bytes += roundUp(bytes, ALIGNMENT);
      return { buffer, offset };
    }
    if (value.role !== "scratch") {
      return { buffer: buffers.push({ kind: "kept", bytes }) - 1, offset: 0 };
    }
    const waste = (buffer: number) => Math.abs(buffers[buffer]!.bytes - bytes);
    const [reused] = free.toSorted((a, b) => waste(a) - waste(b));
    if (reused === undefined) {
      return {
        buffer: buffers.push({ kind: "scratch", bytes }) - 1,
        offset: 0,
      };
    }
    free.splice(free.indexOf(reused), 1);
    buffers[reused]!.bytes = Math.max(buffers[reused]!.bytes, bytes);
    return { buffer: reused, offset: 0 };
  };
  const add = (value: Value, where = () => place(value)) => {
    if (ids.has(value)) return;
    const { label, role, type, shape, shared, classes } = value;
    if (labels.has(label)) {
      throw new RangeError(
        `Cannot plan two tensors named ${label}: rename the input or parameter`,
      );
    }
    labels.add(label);
    ids.set(value, tensors.length);
    tensors.push({
      id: tensors.length,
      label,
      role,
      type,
      shape,
      ...(classes === undefined ? {} : { classes }),
      replicas: shared ? 1 : replicas,
      ...where(),
    });
  };

  const addTogether = (values: readonly Value[]) => {
    const offsets = offsetsOf(values, replicas);
    const [first] = values;
    const isRecord = first!.role === "stream" || first!.role === "metric";
    // Streams and metrics lie together anyway.
    if (isRecord) return values.forEach((value) => add(value));
    const bytes = offsets.at(-1)!;
    const buffer = buffers.push({ kind: "kept", bytes }) - 1;
    values.forEach((value, i) =>
      add(value, () => ({ buffer, offset: offsets[i]! }))
    );
  };

  for (const { together } of drafts.flatMap(({ bindings }) => bindings)) {
    if (together) addTogether(together);
  }
  extra.forEach((value) => add(value));
  drafts.forEach(({ bindings }, step) => {
    for (const { value } of bindings) add(value);
    for (const value of new Set(bindings.map(({ value }) => value))) {
      if (value.role === "scratch" && lastUse.get(value) === step) {
        free.push(tensors[ids.get(value)!]!.buffer);
      }
    }
  });
  return { tensors, buffers, ids };
}
