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
  assert.deepEqual(decoded, {
    tensors: { ...TENSORS },
    metadata,
    converted: {},
  });
  assert.deepEqual(encodeSafetensors(decoded.tensors, metadata), bytes);
});

Deno.test("encodeSafetensors() writes an empty file and data that is a view", () => {
  assert.deepEqual(decodeSafetensors(encodeSafetensors({})), {
    tensors: {},
    metadata: {},
    converted: {},
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

/** A file as Python's library writes it: one tensor `w` of raw bytes. */
function fileOf(
  dtype: string,
  shape: readonly number[],
  raw: readonly number[],
  more: Record<string, unknown> = {},
): Uint8Array {
  const entry = { dtype, shape, data_offsets: [0, raw.length], ...more };
  const text = JSON.stringify({ __metadata__: null, w: entry });
  const header = new TextEncoder().encode(text.padEnd(
    8 * Math.ceil(text.length / 8),
  ));
  const bytes = new Uint8Array(8 + header.length + raw.length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(header.length), true);
  bytes.set(header, 8);
  bytes.set(raw, 8 + header.length);
  return bytes;
}

const FOREIGN: [string, number[], (number | bigint)[], string?][] = [
  // 1, −2, 65504, the smallest subnormal, ∞.
  [
    "F16",
    [0, 0x3c, 0, 0xc0, 0xff, 0x7b, 1, 0, 0, 0x7c],
    [1, -2, 65504, 2 ** -24, Infinity],
    "F16 → F32",
  ],
  ["BF16", [0x80, 0x3f, 0x49, 0xc0], [1, -3.140625], "BF16 → F32"],
  ["BOOL", [0, 1, 1], [0, 1, 1], "BOOL → U8"],
  ["I16", [0xff, 0xff, 0, 0x80], [-1, -32768], "I16 → I32"],
  ["U16", [0xff, 0xff], [65535], "U16 → U32"],
  ["I8", [0x80, 0x7f], [-128, 127], "I8 → I32"],
  ["U8", [255], [255]],
  ["I64", [254, 255, 255, 255, 255, 255, 255, 255], [-2n]],
  ["F64", [0, 0, 0, 0, 0, 0, 0xf0, 0x3f], [1]],
];

Deno.test("decodeSafetensors() reads the types that Python's library writes, and says what became of them", () => {
  for (const [dtype, raw, values, conversion] of FOREIGN) {
    const file = fileOf(dtype, [values.length], raw, { extra: { a: [1] } });
    const { tensors, metadata, converted } = decodeSafetensors(file);
    assert.deepEqual([...tensors.w!.data], values, dtype);
    assert.deepEqual(tensors.w!.shape, [values.length]);
    assert.equal(converted.w, conversion, dtype);
    assert.deepEqual(metadata, {});
  }
  const scalar = decodeSafetensors(fileOf("F32", [], [0, 0, 128, 63]));
  assert.deepEqual(scalar.tensors.w, { shape: [], data: Float32Array.of(1) });
  const none = decodeSafetensors(fileOf("F16", [0, 3], []));
  assert.equal(none.tensors.w!.data.length, 0);
  assert.throws(
    () => decodeSafetensors(fileOf("F8_E4M3", [1], [0])),
    /"w" has dtype "F8_E4M3", known are F32, .*BF16/,
  );
});
