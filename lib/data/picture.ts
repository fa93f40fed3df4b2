import { encode } from "fast-png";

/**
 * RGB pixels as a PNG in base64, as a browser shows it behind `data:image/png;base64,`.
 * Shapes: `pixels` is `[height, width, 3]`, bytes 0 to 255.
 */
export function pngOf(
  pixels: Uint8Array,
  [height, width]: readonly [number, number],
): string {
  const bytes = encode({ width, height, data: pixels, channels: 3, depth: 8 });
  return Uint8Array.from(bytes).toBase64();
}

/** Fractions from 0 to 1 as bytes, the inverse of `toFloat()`. */
export function toBytes(fractions: ArrayLike<number>): Uint8Array {
  return Uint8Array.from(fractions, (value) => Math.round(255 * value));
}
