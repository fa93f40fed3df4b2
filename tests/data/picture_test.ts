import assert from "node:assert/strict";
import { decode } from "fast-png";
import { toFloat } from "../../lib/data/batches.ts";
import { pngOf, toBytes } from "../../lib/data/picture.ts";

Deno.test("pngOf() keeps every pixel of a picture that is not square", () => {
  const pixels = Uint8Array.from({ length: 2 * 3 * 3 }, (_, i) => 7 * i);
  const png = Uint8Array.fromBase64(pngOf(pixels, [2, 3]));
  const { width, height, channels, depth, data } = decode(png);
  assert.deepEqual([width, height, channels, depth], [3, 2, 3, 8]);
  assert.deepEqual([...data], [...pixels]);
});

Deno.test("toBytes() rounds, and undoes toFloat()", () => {
  assert.deepEqual([...toBytes([0, 0.001, 0.003, 0.999, 1])], [
    ...[0, 0, 1, 255, 255],
  ]);
  const images = Uint8Array.from({ length: 256 }, (_, i) => i);
  const set = { images, shape: [1, 256], count: 1 };
  assert.deepEqual(toBytes(toFloat(set, [0])), images);
});
