import assert from "node:assert/strict";
import { NablaError } from "../../lib/core/errors.ts";
import { firstOf, subset } from "../../lib/data/subset.ts";

const data = {
  images: Uint8Array.from({ length: 12 }, (_, i) => i),
  shape: [3, 2, 1, 2],
  labels: Uint8Array.of(7, 8, 9),
  count: 3,
};

Deno.test("subset() copies the examples in the order of the indices", () => {
  const part = subset(data, [2, 0, 2, 1]);
  assert.deepEqual(part, {
    images: Uint8Array.of(8, 9, 10, 11, 0, 1, 2, 3, 8, 9, 10, 11, 4, 5, 6, 7),
    shape: [4, 2, 1, 2],
    labels: Uint8Array.of(9, 7, 9, 8),
    count: 4,
  });
});

Deno.test("subset() shares nothing with the set it is taken from", () => {
  const part = subset(data, [0, 1]);
  part.images.fill(255);
  part.labels.fill(255);
  assert.equal(data.images[0], 0);
  assert.equal(data.labels[0], 7);
});

Deno.test("subset() refuses an index that names no example", () => {
  for (const index of [3, -1, 0.5]) {
    assert.throws(() => subset(data, [0, index]), NablaError);
  }
});

Deno.test("firstOf() views the first examples", () => {
  const two = firstOf(data, 2);
  assert.deepEqual(two, {
    images: Uint8Array.of(0, 1, 2, 3, 4, 5, 6, 7),
    shape: [2, 2, 1, 2],
    labels: Uint8Array.of(7, 8),
    count: 2,
  });
  assert.equal(two.images.buffer, data.images.buffer);
  assert.throws(() => firstOf(data, 4), /first 4 examples: the set has 3/);
});
