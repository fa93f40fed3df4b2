import { NablaError } from "../core/errors.ts";
import { checkIndex } from "./batches.ts";
import type { Labelled } from "./labelled.ts";

/**
 * The examples `indices` of a set, in that order, as a set of their own; later
 * changes of either do not reach the other.
 *
 * @throws {NablaError} If an index names no example
 */
export function subset(data: Labelled, indices: ArrayLike<number>): Labelled {
  const count = indices.length;
  const pixels = data.images.length / data.count;
  const images = new Uint8Array(count * pixels);
  const labels = new Uint8Array(count);
  for (let row = 0; row < count; row++) {
    const example = checkIndex(indices[row]!, data.count);
    const first = example * pixels;
    images.set(data.images.subarray(first, first + pixels), row * pixels);
    labels[row] = data.labels[example]!;
  }
  return { images, shape: [count, ...data.shape.slice(1)], labels, count };
}

/**
 * The first `count` examples of a set, as a view of it.
 *
 * @throws {NablaError} If it has fewer
 */
export function firstOf(data: Labelled, count: number): Labelled {
  if (count > data.count) {
    throw new NablaError(
      `Cannot take the first ${count} examples: the set has ${data.count}`,
    );
  }
  const pixels = data.images.length / data.count;
  return {
    images: data.images.subarray(0, count * pixels),
    shape: [count, ...data.shape.slice(1)],
    labels: data.labels.subarray(0, count),
    count,
  };
}
