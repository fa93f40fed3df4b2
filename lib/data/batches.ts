import { NablaError } from "../core/errors.ts";
import type { Labelled, PixelLayout } from "./labelled.ts";

/** `p / 255` in float32 for every byte `p`: what PyTorch's `ToTensor` yields. */
export const FRACTION = Float32Array.from(
  { length: 256 },
  (_, byte) => byte / 255,
);

/** Images alone. */
export type Images = Pick<Labelled, "images" | "shape" | "count">;

/**
 * Copies the images of the given examples as float32 fractions, `pixel / 255`
 * rounded once, bit for bit as PyTorch's `ToTensor`.
 * Shapes: `into` is `[at least indices.length, height, width, channels]`, or
 * `[…, channels, height, width]` with `layout: "nchw"`; rows beyond
 * `indices.length` stay as they are.
 *
 * @param options.into Where to write; a new array of exactly the examples by default
 * @param options.layout Order within an example; `nhwc` by default
 * @returns `into`
 * @throws {NablaError} If an index names no example or `into` is too small
 */
export function toFloat(
  set: Images,
  indices: ArrayLike<number>,
  options: { into?: Float32Array<ArrayBuffer>; layout?: PixelLayout } = {},
): Float32Array<ArrayBuffer> {
  const { images, shape, count } = set;
  const pixels = images.length / count;
  const planes = options.layout === "nchw" ? shape.at(-1)! : 1;
  const into = options.into ?? new Float32Array(indices.length * pixels);
  checkRoom("images", into.length, indices.length * pixels);
  for (let row = 0, target = 0; row < indices.length; row++) {
    const first = checkIndex(indices[row]!, count) * pixels;
    const end = first + pixels;
    for (let plane = 0; plane < planes; plane++) {
      for (let source = first + plane; source < end; source += planes) {
        into[target++] = FRACTION[images[source]!]!;
      }
    }
  }
  return into;
}

/**
 * Copies the classes of the given examples.
 * Shapes: `into` is `[at least indices.length]`; entries beyond stay as they are.
 *
 * @param options.into Where to write; a new array of exactly the examples by default
 * @returns `into`
 * @throws {NablaError} If an index names no example or `into` is too small
 */
export function toClasses(
  set: Pick<Labelled, "labels" | "count">,
  indices: ArrayLike<number>,
  options: { into?: Uint32Array<ArrayBuffer> } = {},
): Uint32Array<ArrayBuffer> {
  const into = options.into ?? new Uint32Array(indices.length);
  checkRoom("labels", into.length, indices.length);
  for (let row = 0; row < indices.length; row++) {
    into[row] = set.labels[checkIndex(indices[row]!, set.count)]!;
  }
  return into;
}

/**
 * Returns `index` if it numbers one of `count` examples.
 *
 * @throws {NablaError} If it does not
 */
export function checkIndex(index: number, count: number): number {
  if (Number.isInteger(index) && index >= 0 && index < count) return index;
  throw new NablaError(
    `Cannot copy example ${index}: the set has ${count}, numbered from 0`,
  );
}

/** @throws {NablaError} If a destination of `have` values cannot take `need` */
export function checkRoom(what: string, have: number, need: number): void {
  if (have >= need) return;
  throw new NablaError(
    `Cannot copy ${what}: the destination has room for ${have} values, ${need} needed`,
  );
}
