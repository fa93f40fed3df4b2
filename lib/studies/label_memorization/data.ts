/** The images of a run, and the labels and first parameters of its networks. */
import { TorchRandom } from "../../core/random.ts";
import type { Labelled } from "../../data/labelled.ts";
import { pngOf } from "../../data/picture.ts";
import { type ReplicaLabels, replicaLabels } from "../../data/random_labels.ts";
import { firstOf, subset } from "../../data/subset.ts";
import type { Graph } from "../../nn/graph.ts";
import { initialParameters } from "../../nn/plan.ts";
import type { Album, Picture } from "../../plots/pictures.ts";
import type { ExperimentContext } from "../../train/experiment.ts";
import type { Config } from "./experiment.ts";
import { loadImages } from "../support/images.ts";

/** First parameters of a model by label. */
type Parameters = Readonly<Record<string, Float32Array>>;

/** What the networks learn from and are tested on. */
export interface Data {
  readonly train: Labelled;
  readonly test: Labelled;
  /** Of every seed; the networks of a seed begin alike at every ratio. */
  readonly parameters: readonly Parameters[];
  /** Of every seed, one row per ratio of the config. */
  readonly labels: readonly ReplicaLabels[];
}

/** Draws the training images, and for every seed first parameters and labels. */
export async function drawData(
  ctx: ExperimentContext<Config>,
  model: Graph,
): Promise<Data> {
  const { config, seed } = ctx;
  const sets = await loadImages(ctx, "mnist");
  const order = new TorchRandom(seed).randperm(sets.train.count);
  const train = subset(sets.train, order.subarray(0, config.images));
  const drawn = Array.from({ length: config.seeds }, (_, i) => {
    const random = new TorchRandom((seed + i) % 2 ** 32);
    const first = initialParameters(model, random);
    const fractions = config.ratios;
    return {
      parameters: withGain(first, model, config.gain),
      labels: replicaLabels(train, { fractions, random }),
    };
  });
  return {
    train,
    test: firstOf(sets.test, config.testImages),
    parameters: drawn.map(({ parameters }) => parameters),
    labels: drawn.map(({ labels }) => labels),
  };
}

/** The parameters with weights, not biases, times `gain`. */
function withGain(
  first: Parameters,
  { parameters }: Graph,
  gain: number,
): Parameters {
  return Object.fromEntries(parameters.map(({ label, shape }) => {
    const values = first[label]!;
    return [label, shape.length > 1 ? values.map((w) => w * gain) : values];
  }));
}

/** Parameters of `ratios` networks of every seed, all seeds of the first ratio first, `[networks, ...shape]`. */
export function parametersOf({ parameters }: Data, ratios: number): Parameters {
  const names = Object.keys(parameters[0]!);
  return Object.fromEntries(names.map((name) => {
    const { length } = parameters[0]![name]!;
    const all = new Float32Array(ratios * parameters.length * length);
    for (let network = 0; network * length < all.length; network++) {
      const own = parameters[network % parameters.length]!;
      all.set(own[name]!, network * length);
    }
    return [name, all];
  }));
}

/** Labels of the networks of `count` ratios from the one at `first` on, in the order of {@linkcode parametersOf}. */
export function labelsOf(
  { labels: all }: Data,
  { first, count: ratios }: { first: number; count: number },
): ReplicaLabels {
  const { count } = all[0]!;
  const labels = new Uint8Array(ratios * all.length * count);
  for (let network = 0; network * count < labels.length; network++) {
    const ratio = first + Math.floor(network / all.length);
    const own = all[network % all.length]!.labels;
    const row = own.subarray(ratio * count, (ratio + 1) * count);
    labels.set(row, network * count);
  }
  return { labels, replicas: ratios * all.length, count };
}

/** Pictures in a row, and in all. */
const COLUMNS = 8;
const PICTURES = 16;

/** The first training images with the labels that a network of the first seed learns. */
export function labelPictures(
  { train, labels: [drawn] }: Data,
  ratio: number,
): Album {
  const [, height = 0, width = 0] = train.shape;
  const size = height * width;
  const count = Math.min(PICTURES, train.count);
  const pictures = Array.from({ length: count }, (_, image): Picture => {
    const grey = train.images.subarray(image * size, (image + 1) * size);
    const pixels = Uint8Array.from(
      { length: 3 * size },
      (_, i) => grey[Math.floor(i / 3)]!,
    );
    const label = drawn!.labels[ratio * train.count + image]!;
    return {
      png: pngOf(pixels, [height, width]),
      caption: `“${label}”`,
      alt: `a ${train.labels[image]!} with the label ${label}`,
    };
  });
  return { columns: COLUMNS, pictures };
}
