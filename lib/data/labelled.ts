import type { Shape } from "../core/shape.ts";

/** Images with one class each. */
export interface Labelled {
  /** Pixels 0 to 255, image after image, in the order of `shape`. */
  images: Uint8Array;
  /** `[count, height, width, channels]`. */
  shape: Shape;
  /** Class of each image, from 0. */
  labels: Uint8Array;
  count: number;
}

/** A file that was read, as a run's record names it. */
export interface DataFile {
  name: string;
  /** SHA-256 of the unpacked content, 64 hexadecimal digits. */
  sha256: string;
}

/** Training and test set, and the files they came from. */
export interface ImageSets {
  train: Labelled;
  test: Labelled;
  sha256: DataFile[];
}

/**
 * Order of the numbers of one image: channels last, as images are stored, or
 * channels first, as PyTorch flattens them.
 */
export type PixelLayout = "nhwc" | "nchw";

/** How far preparing a data set has come. */
export interface DataProgress {
  done: number;
  total: number;
  /** What is counted, as in `file`. */
  unit: string;
  /** What is being done, for people. */
  text: string;
}
