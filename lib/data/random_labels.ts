import { NablaError } from "../core/errors.ts";
import type { TorchRandom } from "../core/random.ts";
import { checkIndex, checkRoom } from "./batches.ts";
import type { Labelled } from "./labelled.ts";

/** Classes of one set for several models that train side by side. */
export interface ReplicaLabels {
  /** `[replicas, count]`. */
  labels: Uint8Array;
  replicas: number;
  count: number;
}

/**
 * The set with the labels of `round(fraction · count)` examples drawn anew,
 * uniformly over the classes (so one in ten stays as it was where there are
 * ten). Drawn once: the result is an ordinary set whose labels stay fixed. The
 * images are shared with `data`.
 * Source: Zhang et al. 2017, "Understanding deep learning requires rethinking
 * generalization", section 2.
 *
 * @param options.fraction Share of the examples, 0 to 1
 * @param options.classes Number of classes; 10 by default
 * @throws {NablaError} If the fraction is not from 0 to 1
 */
export function randomLabels(
  data: Labelled,
  options: { fraction: number; random: TorchRandom; classes?: number },
): Labelled {
  const { fraction, ...rest } = options;
  const { labels } = replicaLabels(data, { fractions: [fraction], ...rest });
  return { ...data, labels };
}

/**
 * Labels as {@linkcode randomLabels} draws them, one row per fraction and all
 * from the same draws: what is random at 20 % is the same at 40 %, so models
 * differ by the fraction alone.
 * Shapes: `labels` is `[fractions.length, count]`.
 *
 * @throws {NablaError} If a fraction is not from 0 to 1
 */
export function replicaLabels(
  data: Pick<Labelled, "labels" | "count">,
  options: {
    fractions: readonly number[];
    random: TorchRandom;
    classes?: number;
  },
): ReplicaLabels {
  const { fractions, random, classes = 10 } = options;
  const { count } = data;
  const order = random.randperm(count);
  const drawn = random.randint(0, classes, count);
  const labels = new Uint8Array(fractions.length * count);
  fractions.forEach((fraction, replica) => {
    if (!(fraction >= 0 && fraction <= 1)) {
      throw new NablaError(
        `Cannot draw labels for a fraction ${fraction} of the examples: need 0 to 1`,
      );
    }
    const row = labels.subarray(replica * count, (replica + 1) * count);
    row.set(data.labels.subarray(0, count));
    const changed = order.subarray(0, Math.round(fraction * count));
    for (const example of changed) row[example] = drawn[example]!;
  });
  return { labels, replicas: fractions.length, count };
}

/**
 * Copies the classes that each replica gives to the same examples.
 * Shapes: `into` is `[replicas, rows]` with at least `indices.length` rows;
 * entries beyond stay as they are.
 *
 * @param options.into Where to write; a new array of exactly the examples by default
 * @returns `into`
 * @throws {NablaError} If an index names no example or `into` is too small
 */
export function toReplicaClasses(
  set: ReplicaLabels,
  indices: ArrayLike<number>,
  options: { into?: Uint32Array<ArrayBuffer> } = {},
): Uint32Array<ArrayBuffer> {
  const { labels, replicas, count } = set;
  const into = options.into ?? new Uint32Array(replicas * indices.length);
  const rows = Math.floor(into.length / replicas);
  checkRoom("labels of a replica", rows, indices.length);
  for (let row = 0; row < indices.length; row++) {
    const example = checkIndex(indices[row]!, count);
    for (let replica = 0; replica < replicas; replica++) {
      into[replica * rows + row] = labels[replica * count + example]!;
    }
  }
  return into;
}
