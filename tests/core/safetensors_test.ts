/** Safetensors files as they are written and read. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { NablaError } from "../../lib/core/errors.ts";
import {
  decodeSafetensors,
  encodeSafetensors,
} from "../../lib/core/safetensors.ts";
import layers from "../fixtures/layers.safetensors" with { type: "bytes" };
import optimizers from "../fixtures/optimizers.safetensors" with {
  type: "bytes",
};
import { file, TENSORS } from "./safetensors_files.ts";

Deno.test("encodeSafetensors() gives back every type, shape and bit", () => {
  const metadata = { epoch: "3", 'naïve "quote"': "δ" };
  const bytes = encodeSafetensors(TENSORS, metadata);
  const decoded = decodeSafetensors(bytes);
  assert.deepEqual(decoded, { tensors: { ...TENSORS }, metadata });
  assert.deepEqual(encodeSafetensors(decoded.tensors, metadata), bytes);
});

Deno.test("encodeSafetensors() writes an empty file and data that is a view", () => {
  assert.deepEqual(decodeSafetensors(encodeSafetensors({})), {
    tensors: {},
    metadata: {},
  });
  const data = Float32Array.of(9, 1, 2, 9).subarray(1, 3);
  const { tensors } = decodeSafetensors(
    encodeSafetensors({ v: { shape: [2], data } }),
  );
  assert.deepEqual(tensors.v, { shape: [2], data: Float32Array.of(1, 2) });
});

Deno.test("encodeSafetensors() aligns every tensor to its elements", () => {
  const bytes = encodeSafetensors(TENSORS, { pad: "x" });
  const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
  assert.equal(length % 8, 0);
  const header = new TextDecoder().decode(bytes.subarray(8, 8 + length));
  for (const [name, { data }] of Object.entries(TENSORS)) {
    const [begin] = JSON.parse(header)[name].data_offsets;
    assert.equal(begin % data.BYTES_PER_ELEMENT, 0, name);
  }
});

Deno.test("encodeSafetensors() rejects a shape that does not fit and reserved names", () => {
  const data = new Float32Array(3);
  for (const shape of [[2], [3, 0.5], [-3, -1]]) {
    assert.throws(() => encodeSafetensors({ w: { shape, data } }), NablaError);
  }
  assert.throws(
    () => encodeSafetensors({ __metadata__: { shape: [3], data } }),
    NablaError,
  );
});

Deno.test("decodeSafetensors() takes a name like __proto__ as a name", () => {
  const entry = '{"dtype":"U8","shape":[1],"data_offsets":[0,1]}';
  const { tensors } = decodeSafetensors(file(`{"__proto__":${entry}}`, 1));
  assert.deepEqual(Object.keys(tensors), ["__proto__"]);
  assert.equal(Object.getPrototypeOf(tensors), Object.prototype);
});

Deno.test("decodeSafetensors() reads files at any byte offset and leaves them alone", () => {
  const bytes = encodeSafetensors(TENSORS);
  const holder = new Uint8Array(bytes.length + 3);
  holder.set(bytes, 3);
  const { tensors } = decodeSafetensors(holder.subarray(3));
  assert.deepEqual(tensors, { ...TENSORS });
  tensors.doubles!.data[0] = 0;
  assert.deepEqual(holder.subarray(3), bytes);
});

Deno.test("decodeSafetensors() reads what PyTorch's writer wrote", () => {
  const { tensors } = decodeSafetensors(layers);
  assert.deepEqual(tensors["linear3/w"]!.shape, [65, 130]);
  assert.equal(tensors["linear1/x"]!.data[0], -1.1660346984863281);
  assert.deepEqual(
    tensors["maxpool0/attr_kernel_i64"]!.data,
    BigInt64Array.of(3n),
  );
  const { metadata } = decodeSafetensors(optimizers);
  assert.deepEqual(JSON.parse(metadata.sgd_momentum!), {
    lr: 0.05,
    momentum: 0.9,
  });
});

Deno.test("encodeSafetensors() round-trips any names and sizes", () => {
  const tensor = fc.array(fc.nat(3), { maxLength: 3 }).map((shape) => ({
    shape,
    data: Float32Array.from(
      { length: shape.reduce((a, b) => a * b, 1) },
      (_, i) => i / 7,
    ),
  }));
  const names = fc.string().filter((name) => name !== "__metadata__");
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.tuple(names, tensor), { selector: ([name]) => name }),
      (entries) => {
        const tensors = Object.fromEntries(entries);
        const decoded = decodeSafetensors(encodeSafetensors(tensors));
        assert.deepEqual(decoded.tensors, tensors);
      },
    ),
    { numRuns: 100, seed: 3 },
  );
});
