/** Albums of a run: crops, mistakes and first-layer filters. */
import { toFloat } from "../../data/batches.ts";
import { CLASS_NAMES } from "../../data/cifar10_binary.ts";
import type { Labelled } from "../../data/labelled.ts";
import { pngOf, toBytes } from "../../data/picture.ts";
import { firstOf } from "../../data/subset.ts";
import type { Program } from "../../gpu/mod.ts";
import type { Graph } from "../../nn/graph.ts";
import type { Album, Picture } from "../../plots/pictures.ts";
import { allocateInputs, type BatchSource } from "../../train/batches.ts";
import { fillStep } from "../../train/check_source.ts";
import { labelledBatches } from "../../train/labelled_batches.ts";
import type { Config } from "./experiment.ts";
import type { FitName } from "./models.ts";

const SIDE = 32;
const NUMBERS = SIDE * SIDE * 3;

/** Pictures that are shown with their crops, and crops of each. */
const CROPPED = 4;
const CROPS = 3;
/** Mistakes at most. */
const MISTAKES = 12;
/** Filters of an MLP and of a CNN at most. */
const MLP_FILTERS = 8;
const CNN_FILTERS = 16;

/** Picture `row` of an array of them, fractions from 0 to 1. */
function picture(pictures: Float32Array, row: number): string {
  const one = pictures.subarray(row * NUMBERS, (row + 1) * NUMBERS);
  return pngOf(toBytes(one), [SIDE, SIDE]);
}

/** The first pictures as they are, each followed by what the source makes of it. */
export function cropPictures(set: Labelled, source: BatchSource): Album {
  const count = Math.min(CROPPED, set.count);
  const indices = Uint32Array.from({ length: count }, (_, i) => i);
  const versions = Array.from({ length: CROPS }, (_, epoch) => {
    const x = new Float32Array(count * NUMBERS);
    const target = new Uint32Array(count);
    source.fill(indices, { x, target }, { epoch, taken: 0 });
    return x;
  });
  const pictures = [...indices].flatMap((row): Picture[] => {
    const name = CLASS_NAMES[set.labels[row]!]!;
    return [toFloat(set, indices), ...versions].map((version, i) => ({
      png: picture(version, row),
      caption: i === 0 ? name : "",
      alt: i === 0 ? `${name}, as it is` : `the same ${name}, crop ${i}`,
    }));
  });
  return { columns: 1 + CROPS, pictures };
}

/**
 * The first pictures of a set that network `arm` of an evaluated program takes
 * for something else.
 */
export async function mistakePictures(
  program: Program,
  { set, arm, model }: { set: Labelled; arm: number; model: Graph },
): Promise<Album> {
  const { batch, tensors } = program.plan;
  const first = firstOf(set, batch);
  const inputs = allocateInputs(tensors);
  const indices = Uint32Array.from({ length: batch }, (_, i) => i);
  const place = { indices, epoch: 0, taken: 0 };
  fillStep(program.plan, labelledBatches(first), place, inputs);
  await program.submit([inputs]);
  const logits = await program.read(`${model.output.label}.output`);
  const pictures: Picture[] = [];
  for (let row = 0; row < batch && pictures.length < MISTAKES; row++) {
    const from = (arm * batch + row) * CLASS_NAMES.length;
    const guess = guessOf(logits.subarray(from, from + CLASS_NAMES.length));
    const right = first.labels[row]!;
    if (guess.label === right) continue;
    const [is, taken] = [CLASS_NAMES[right]!, CLASS_NAMES[guess.label]!];
    const percent = `${Math.round(100 * guess.probability)}\u00a0%`;
    pictures.push({
      png: picture(toFloat(first, [row]), 0),
      caption: `${is}, taken for ${taken} (${percent})`,
      alt: is,
    });
  }
  return { columns: 4, pictures };
}

/** The class with the largest logit and its softmax. */
function guessOf(
  logits: Float32Array,
): { label: number; probability: number } {
  const largest = Math.max(...logits);
  const sum = logits.reduce((sum, z) => sum + Math.exp(z - largest), 0);
  return { label: logits.indexOf(largest), probability: 1 / sum };
}

/**
 * First-layer weights `[networks, units, height, width, channels]` as colours:
 * grey is 0, and the largest weight of a picture is as bright, or as dark, as
 * can be. Of an MLP those units that weigh most in the first network, then the
 * same units in the others.
 */
export function filterPictures(
  name: Exclude<FitName, "few">,
  weights: Float32Array,
  { hidden, channels }: Pick<Config, "hidden" | "channels">,
): Album {
  const units = name === "mlp" ? hidden[0]! : channels[0]!;
  const size = name === "mlp" ? NUMBERS : 27;
  const side = name === "mlp" ? SIDE : 3;
  const filter = (network: number, unit: number) => {
    const first = (network * units + unit) * size;
    return weights.subarray(first, first + size);
  };
  const norm = (unit: number) =>
    filter(0, unit).reduce((sum, w) => sum + w * w, 0);
  const chosen = Array.from({ length: units }, (_, unit) => unit)
    .sort((a, b) => norm(b) - norm(a))
    .slice(0, name === "mlp" ? MLP_FILTERS : CNN_FILTERS);
  const networks = weights.length / (units * size);
  const pictures = Array.from(
    { length: networks },
    (_, network) =>
      chosen.map((unit): Picture => {
        const found = filter(network, unit);
        const largest = Math.max(...found.map(Math.abs)) || 1;
        const shades = found.map((w) => 0.5 + w / largest / 2);
        return {
          png: pngOf(toBytes(shades), [side, side]),
          caption: "",
          alt: `weights of unit ${unit + 1}` +
            (networks > 1 ? `, network ${network + 1}` : ""),
        };
      }),
  ).flat();
  return { columns: MLP_FILTERS, pictures };
}
