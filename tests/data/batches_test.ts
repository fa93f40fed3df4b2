import assert from "node:assert/strict";
import { NablaError } from "../../lib/core/errors.ts";
import { toClasses, toFloat } from "../../lib/data/batches.ts";

const images = Uint8Array.from({ length: 256 * 3 }, (_, i) => (i * 7) % 256);
const labels = Uint8Array.from({ length: 256 }, (_, i) => i % 10);
const set = { images, shape: [256, 3, 1, 1], labels, count: 256 };

Deno.test("toFloat() divides every byte by 255 in float32", () => {
  const all = {
    images: Uint8Array.from({ length: 256 }, (_, i) => i),
    shape: [1, 16, 16, 1],
    count: 1,
  };
  const fractions = toFloat(all, [0]);
  const divided = new Float32Array(256);
  for (let byte = 0; byte < 256; byte++) {
    divided[byte] = Math.fround(Math.fround(byte) / Math.fround(255));
  }
  assert.deepEqual(fractions, divided);
  // The float32 numbers nearest to 1/255 and 1, to every digit.
  assert.equal(fractions[1], 0.003921568859368563);
  assert.equal(fractions[255], 1);
});

Deno.test("toFloat() and toClasses() copy the examples in the order of the indices", () => {
  const indices = Uint32Array.of(255, 0, 17, 17);
  const pixels = toFloat(set, indices);
  indices.forEach((example, row) => {
    for (let pixel = 0; pixel < 3; pixel++) {
      assert.equal(
        pixels[row * 3 + pixel],
        Math.fround(images[example * 3 + pixel]! / 255),
      );
    }
  });
  assert.deepEqual([...toClasses(set, indices)], [5, 0, 7, 7]);
});

Deno.test("toFloat() puts channels first where PyTorch's order is asked for", () => {
  const pictures = {
    images: Uint8Array.from({ length: 24 }, (_, i) => 10 * i),
    shape: [2, 2, 2, 3],
    count: 2,
  };
  const into = new Float32Array(30).fill(-1);
  toFloat(pictures, [1, 0], { into, layout: "nchw" });
  const order = [
    ...[12, 15, 18, 21, 13, 16, 19, 22, 14, 17, 20, 23],
    ...[0, 3, 6, 9, 1, 4, 7, 10, 2, 5, 8, 11],
  ];
  assert.deepEqual([...into], [
    ...order.map((i) => Math.fround(10 * i / 255)),
    ...Array(6).fill(-1),
  ]);
});

Deno.test("toFloat() and toClasses() leave rows beyond the examples as they are", () => {
  const into = new Float32Array(9).fill(-1);
  assert.equal(toFloat(set, [0], { into }), into);
  assert.deepEqual([...into.subarray(3)], [-1, -1, -1, -1, -1, -1]);
  const classes = new Uint32Array(3).fill(9);
  assert.equal(toClasses(set, [1], { into: classes }), classes);
  assert.deepEqual([...classes], [1, 9, 9]);
});

Deno.test("toFloat() and toClasses() refuse unknown examples and short destinations", () => {
  for (const index of [-1, 256, 0.5, NaN]) {
    assert.throws(() => toFloat(set, [index]), NablaError);
    assert.throws(() => toClasses(set, [index]), NablaError);
  }
  const message = /room for 2 values, 3 needed/;
  assert.throws(
    () => toFloat(set, [0], { into: new Float32Array(2) }),
    message,
  );
  assert.throws(
    () => toClasses(set, [0, 1, 2], { into: new Uint32Array(2) }),
    message,
  );
});
