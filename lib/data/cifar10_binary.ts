import { NablaError } from "../core/errors.ts";
import type { Labelled } from "./labelled.ts";

const SIDE = 32;
const CHANNELS = 3;
const PLANE = SIDE * SIDE;

/** Bytes of one image. */
export const IMAGE_BYTES = CHANNELS * PLANE;
/** Bytes of one record: the class, then a red, a green and a blue plane. */
export const RECORD_BYTES = 1 + IMAGE_BYTES;
/** Number of classes. */
export const CLASSES = 10;
/** Names of the classes, by number. */
export const CLASS_NAMES: readonly string[] = [
  ...["airplane", "automobile", "bird", "cat", "deer"],
  ...["dog", "frog", "horse", "ship", "truck"],
];

/** `count` images of CIFAR's size, all black and of class 0. */
export function emptySet(count: number): Labelled {
  return {
    images: new Uint8Array(count * IMAGE_BYTES),
    shape: [count, SIDE, SIDE, CHANNELS],
    labels: new Uint8Array(count),
    count,
  };
}

/**
 * Reads a file of the CIFAR-10 binary version, records of 3,073 bytes.
 * Source: Krizhevsky 2009, "Learning Multiple Layers of Features from Tiny
 * Images"; the layout is the data set's own description.
 *
 * @param options.name The file, as messages name it
 * @param options.into A set whose examples from `first` on are overwritten; a new one by default
 * @returns `into`
 * @throws {NablaError} If the file is empty or its last record is cut, if a class is above 9, or if `into` is too small
 */
export function parseCifar10(
  bytes: Uint8Array,
  options: { name: string; into?: Labelled; first?: number },
): Labelled {
  const { name, first = 0 } = options;
  const count = Math.floor(bytes.length / RECORD_BYTES);
  const rest = bytes.length % RECORD_BYTES;
  if (rest !== 0 || count === 0) {
    throw new NablaError(
      `Cannot read ${name} as CIFAR-10: record ${count} has ${rest} of ` +
        `${RECORD_BYTES} bytes; fetch the file again`,
    );
  }
  const into = options.into ?? emptySet(count);
  if (first + count > into.count) {
    throw new NablaError(
      `Cannot read ${name} as CIFAR-10: it holds ${count} records, there is ` +
        `room for ${into.count - first}`,
    );
  }
  for (let record = 0; record < count; record++) {
    const label = bytes[record * RECORD_BYTES]!;
    if (label >= CLASSES) {
      throw new NablaError(
        `Cannot read ${name} as CIFAR-10: record ${record} has class ` +
          `${label}, classes are 0 to ${CLASSES - 1}`,
      );
    }
    into.labels[first + record] = label;
    let source = record * RECORD_BYTES + 1;
    for (
      let target = (first + record) * IMAGE_BYTES, end = target + IMAGE_BYTES;
      target < end;
      source++
    ) {
      into.images[target++] = bytes[source]!;
      into.images[target++] = bytes[source + PLANE]!;
      into.images[target++] = bytes[source + 2 * PLANE]!;
    }
  }
  return into;
}

/** The file of the CIFAR-10 binary version that holds exactly these images. */
export function encodeCifar10(set: Labelled): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(set.count * RECORD_BYTES);
  for (let record = 0; record < set.count; record++) {
    let target = record * RECORD_BYTES;
    bytes[target++] = set.labels[record]!;
    for (
      let source = record * IMAGE_BYTES, end = source + IMAGE_BYTES;
      source < end;
      target++
    ) {
      bytes[target] = set.images[source++]!;
      bytes[target + PLANE] = set.images[source++]!;
      bytes[target + 2 * PLANE] = set.images[source++]!;
    }
  }
  return bytes;
}
