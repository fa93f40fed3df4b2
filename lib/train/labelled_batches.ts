/** Batches of labelled images. */
import { TorchRandom } from "../core/random.ts";
import {
  type Augmentation,
  drawsPerExample,
  toAugmentedFloat,
} from "../data/augmentation.ts";
import { toClasses, toFloat } from "../data/batches.ts";
import type { Labelled, PixelLayout } from "../data/labelled.ts";
import { type ReplicaLabels, toReplicaClasses } from "../data/random_labels.ts";
import type { BatchSource } from "./batches.ts";
import type { Place } from "./epochs.ts";

/** Options of {@linkcode labelledBatches}. */
export interface LabelledBatchesOptions {
  /** Order of the numbers of an image. Default: channels last. */
  readonly layout?: PixelLayout;
  /** Changes images at random, anew in every epoch; what is drawn depends on `seed` and the place in the epoch alone. */
  readonly augmentation?: Augmentation & { readonly seed: number };
  /** Classes of each replica instead of the set's, for a plan with `ownData: "target"`. */
  readonly labels?: ReplicaLabels;
}

/** Images with labels: `x` gets pixels / 255, `target` the class numbers. */
export function labelledBatches(
  data: Labelled,
  { layout, augmentation, labels }: LabelledBatchesOptions = {},
): BatchSource {
  const random = augmentation && augmentationDraws(augmentation);
  const [, height, width, channels] = data.shape;
  return {
    examples: data.count,
    streams: {
      x: {
        replicas: 1,
        shape: layout === "nchw"
          ? [channels!, height!, width!]
          : data.shape.slice(1),
        numbers: [data.images],
      },
      target: {
        replicas: labels?.replicas ?? 1,
        shape: [],
        numbers: labels ? rowsOf(labels) : [data.labels],
      },
    },
    fill(indices, inputs, place) {
      const x = inputs.x as Float32Array<ArrayBuffer>;
      const target = inputs.target as Uint32Array<ArrayBuffer>;
      if (augmentation && random) {
        random.goTo(place);
        toAugmentedFloat(data, indices, {
          ...augmentation,
          random,
          into: x,
          layout,
        });
      } else toFloat(data, indices, { into: x, layout });
      if (labels) toReplicaClasses(labels, indices, { into: target });
      else toClasses(data, indices, { into: target });
    },
  };
}

/** The labels of each replica. */
function rowsOf({ labels, replicas }: ReplicaLabels): Uint8Array[] {
  const count = labels.length / replicas;
  return Array.from(
    { length: replicas },
    (_, r) => labels.subarray(r * count, (r + 1) * count),
  );
}

/** Draws of one epoch after the other, each from a generator of its own. */
function augmentationDraws(
  augmentation: Augmentation & { readonly seed: number },
): { goTo(place: Place): void; next(): number } {
  const perExample = drawsPerExample(augmentation);
  let random = new TorchRandom(0);
  let epoch = -1;
  let drawn = 0;
  const next = () => {
    drawn++;
    return random.next();
  };
  return {
    next,
    goTo(place) {
      const wanted = place.taken * perExample;
      if (place.epoch !== epoch || wanted < drawn) {
        epoch = place.epoch;
        random = new TorchRandom(epochSeed(augmentation.seed, epoch));
        drawn = 0;
      }
      while (drawn < wanted) next();
    },
  };
}

/** A seed for each epoch, such that runs with neighbouring seeds do not meet each other's epochs. */
function epochSeed(seed: number, epoch: number): number {
  return (Math.imul(seed, 0x9e3779b1) + epoch) >>> 0;
}
