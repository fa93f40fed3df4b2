import { NablaError } from "../core/errors.ts";
import type { TorchRandom } from "../core/random.ts";
import { checkIndex, checkRoom, FRACTION, type Images } from "./batches.ts";
import type { PixelLayout } from "./labelled.ts";

/** Random changes of an image that keep its class and its size. */
export interface Augmentation {
  /** Black pixels put around the image before a window of its old size is cut out at random; 0 cuts nothing. */
  padding: number;
  /** Whether every second image, at random, is mirrored left to right. */
  flip: boolean;
}

/** What is customary for CIFAR-10 (He et al. 2016, section 4.2). */
export const CIFAR10_AUGMENTATION: Augmentation = { padding: 4, flip: true };

/**
 * Draws that one example takes from the generator, 0 to 3: whoever goes on in
 * the middle of an epoch skips so many for each example that is done.
 */
export function drawsPerExample({ padding, flip }: Augmentation): number {
  return (padding > 0 ? 2 : 0) + (flip ? 1 : 0);
}

/**
 * Copies images as {@linkcode toFloat} does, each cut out and mirrored at
 * random. Draws row, column and side of one example after the other, as
 * torchvision's `RandomCrop` and `RandomHorizontalFlip` do in a loader without
 * workers; nothing is allocated per example.
 * Shapes: `into` is `[at least indices.length, height, width, channels]`, or
 * `[…, channels, height, width]` with `layout: "nchw"`.
 *
 * @param options.into Where to write; a new array of exactly the examples by default
 * @param options.layout Order within an example; `nhwc` by default
 * @returns `into`
 * @throws {NablaError} If an index names no example, `into` is too small, or the padding is no whole number from 0 on
 */
export function toAugmentedFloat(
  set: Images,
  indices: ArrayLike<number>,
  options: Augmentation & {
    random: Pick<TorchRandom, "next">;
    into?: Float32Array<ArrayBuffer>;
    layout?: PixelLayout;
  },
): Float32Array<ArrayBuffer> {
  const { random, padding, flip, layout } = options;
  if (!Number.isInteger(padding) || padding < 0) {
    throw new NablaError(
      `Cannot pad images by ${padding} pixels: need a whole number from 0 on`,
    );
  }
  const pixels = set.images.length / set.count;
  const into = options.into ?? new Float32Array(indices.length * pixels);
  checkRoom("images", into.length, indices.length * pixels);
  const offsets = 2 * padding + 1;
  // One window for all examples: nothing is allocated within the loop.
  const window: Window = {
    into,
    target: 0,
    top: 0,
    left: 0,
    mirrored: false,
    planar: layout === "nchw",
    sources: new Int32Array(pixels / set.shape[1]!),
  };
  for (let row = 0; row < indices.length; row++) {
    window.target = row * pixels;
    if (padding > 0) {
      window.top = random.next() % offsets - padding;
      window.left = random.next() % offsets - padding;
    }
    // torch.rand(1) < 0.5: the upper of the 24 bits that make the fraction.
    if (flip) window.mirrored = (random.next() & 0x800000) === 0;
    copyWindow(set, checkIndex(indices[row]!, set.count), window);
  }
  return into;
}

/** Which part of an image goes where. */
interface Window {
  into: Float32Array;
  /** Where in `into` the example begins. */
  target: number;
  /** Row of the image that becomes the first one; may be outside. */
  top: number;
  /** Column that becomes the first one before mirroring; may be outside. */
  left: number;
  mirrored: boolean;
  /** Whether channels come first. */
  planar: boolean;
  /** Room for one row: where in a row of the image each number comes from. */
  sources: Int32Array;
}

/** Copies a window of one image; what is outside the image is black. */
function copyWindow(
  { images, shape }: Images,
  example: number,
  { into, target, top, left, mirrored, planar, sources }: Window,
): void {
  const [, height, width, channels] = shape as [number, number, number, number];
  const planes = planar ? channels : 1;
  const depth = channels / planes;
  // Columns of the result that show the image: |shift| are black on one side.
  const shift = mirrored ? -left : left;
  const first = Math.max(0, -shift) * depth;
  const end = Math.min(width, width - shift) * depth;
  for (let j = first; j < end; j++) {
    const x = Math.floor(j / depth);
    const column = (mirrored ? width - 1 - x : x) + left;
    sources[j] = column * channels + j % depth;
  }
  into.fill(0, target, target + height * width * channels);
  const endRow = Math.min(height, height - top);
  for (let plane = 0; plane < planes; plane++) {
    for (let y = Math.max(0, -top); y < endRow; y++) {
      const line = (example * height + y + top) * width * channels + plane;
      const row = target + (plane * height + y) * width * depth;
      for (let j = first; j < end; j++) {
        into[row + j] = FRACTION[images[line + sources[j]!]!]!;
      }
    }
  }
}
