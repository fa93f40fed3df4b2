/** Safetensors files that are damaged or hostile: typed errors only. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { NablaError } from "../../lib/core/errors.ts";
import {
  decodeSafetensors,
  encodeSafetensors,
} from "../../lib/core/safetensors.ts";
import { file, TENSORS } from "./safetensors_files.ts";

/** Mutated files the fuzz test reads. */
const MUTATIONS = 10_000;

/** A file with one tensor `w`: fields replace those of a valid [2] F32 tensor. */
function withEntry(fields: Record<string, unknown>, dataBytes = 8) {
  const entry = { dtype: "F32", shape: [2], data_offsets: [0, 8], ...fields };
  return file(JSON.stringify({ w: entry }), dataBytes);
}

/** Headers of two [2] F32 tensors at these offsets. */
function pair(a: [number, number], b: [number, number]) {
  const entry = (data_offsets: [number, number]) => ({
    dtype: "F32",
    shape: [2],
    data_offsets,
  });
  return JSON.stringify({ a: entry(a), b: entry(b) });
}

const NOT_UTF8 = file('{"?":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}}');
NOT_UTF8[10] = 0xff;
const HUGE = Number.MAX_SAFE_INTEGER;
/** A file of 16 bytes that begins as if a header of this length followed. */
function claiming(length: bigint): Uint8Array {
  const bytes = new Uint8Array(16).fill("{".charCodeAt(0));
  new DataView(bytes.buffer).setBigUint64(0, length, true);
  return bytes;
}

const FAULTS: [string, Uint8Array, RegExp][] = [
  ["is too short", new Uint8Array(7), /has 7 bytes, needs at least 8/],
  [
    "claims a header of 2^64 - 1 bytes",
    new Uint8Array(16).fill(0xff),
    /claims a header of 18446744073709551615 bytes, the format allows 100000000/,
  ],
  [
    "claims one byte more than the format allows",
    claiming(100_000_001n),
    /claims a header of 100000001 bytes, the format allows 100000000/,
  ],
  [
    "claims a header longer than the file",
    claiming(100_000_000n),
    /claims a header of 100000000 bytes, 8 follow; it may have been cut short/,
  ],
  [
    "has a header cut off",
    file("{}").subarray(0, 9),
    /claims a header of 2 bytes, 1 follow/,
  ],
  ["has no header", file(""), /does not begin with {/],
  ["begins with a blank", file(" {}"), /does not begin with {/],
  ["is not JSON", file('{"a":}'), /not JSON/],
  ["has NaN for an offset", file('{"w":{"data_offsets":[NaN,4]}}'), /not JSON/],
  ["has a name that is not UTF-8", NOT_UTF8, /not JSON/],
  ["starts with a byte order mark", file("\uFEFF{}"), /does not begin with {/],
  ["is an array", file("[]"), /does not begin with {/],
  [
    "nests deeply",
    file(`{"a":${"[".repeat(40)}1${"]".repeat(40)}}`),
    /nested deeper than 32/,
  ],
  [
    "nests to exhaust the stack",
    file(`{"a":${"[".repeat(1e6)}`),
    /not JSON/,
  ],
  [
    "repeats a name",
    file('{"a":1,"b":2,"a":3}'),
    /names "a" twice/,
  ],
  ["repeats an escaped name", file('{"a":1,"\\u0061":2}'), /names "a" twice/],
  [
    "repeats a field",
    file('{"w":{"dtype":"F32","dtype":"F32"}}'),
    /names "dtype" twice/,
  ],
  ["has a number for metadata", file('{"__metadata__":1}'), /metadata/],
  ["has metadata of numbers", file('{"__metadata__":{"a":1}}'), /metadata/],
  ["has no entry", file('{"w":null}'), /"w" is not described/],
  ["has an unknown type", withEntry({ dtype: "F8" }), /"w" has dtype "F8"/],
  ["has an inherited type", withEntry({ dtype: "toString" }), /has dtype/],
  ["has no type", withEntry({ dtype: undefined }), /"w" has dtype none/],
  ["has no shape", withEntry({ shape: null }), /"w" has shape null/],
  ["has a negative axis", withEntry({ shape: [-2] }), /has shape \[-2\]/],
  ["has half an axis", withEntry({ shape: [0.5] }), /has shape/],
  ["has an axis of 2^53", withEntry({ shape: [2 ** 53] }), /has shape/],
  [
    "has a product beyond 2^53",
    withEntry({ shape: [HUGE, HUGE] }),
    /"w" of shape .* needs .* bytes/,
  ],
  ["has the wrong size", withEntry({ shape: [3] }), /needs 12 bytes of F32/],
  ["has one offset", withEntry({ data_offsets: [0] }), /has offsets \[0\]/],
  [
    "has an axis beyond all numbers",
    file('{"w":{"dtype":"U8","shape":[1e999],"data_offsets":[0,0]}}'),
    /"w" has shape/,
  ],
  ["has negative offsets", withEntry({ data_offsets: [-8, 0] }), /offsets/],
  [
    "has offsets reversed",
    withEntry({ data_offsets: [8, 0] }),
    /offsets \[8, 0\], begin must come before end/,
  ],
  [
    "has offsets out of the file",
    withEntry({ shape: [HUGE], data_offsets: [0, HUGE] }),
    /"w" has offsets .* the data has 8 bytes/,
  ],
  [
    "has data cut off",
    withEntry({}, 7),
    /the data has 7 bytes; the file may have been cut short/,
  ],
  ["has data left over", withEntry({}, 9), /9 bytes of data, .* cover 8/],
  ["has an overlap", file(pair([0, 8], [4, 12]), 12), /"b" overlaps/],
  ["has tensors in one place", file(pair([0, 8], [0, 8]), 8), /"b" overlaps/],
  ["has a gap", file(pair([0, 8], [12, 20]), 20), /"b" leaves a gap/],
];

for (const [fault, bytes, message] of FAULTS) {
  Deno.test(`decodeSafetensors() rejects a file that ${fault}`, () => {
    assert.throws(() => decodeSafetensors(bytes), (error) => {
      assert.ok(error instanceof NablaError, String(error));
      assert.match(error.message, message);
      return true;
    });
  });
}

/**
 * Reads the file; anything but success or a typed error is passed on. What is
 * read must lie in memory of its own, of the size its shape says, and all of it
 * together in no more than the file has.
 */
function readOrReject(bytes: Uint8Array): void {
  let tensors;
  try {
    ({ tensors } = decodeSafetensors(bytes));
  } catch (error) {
    if (!(error instanceof NablaError)) throw error;
    assert.match(error.message, /^Cannot read safetensors: (the file|tensor) /);
    return;
  }
  let total = 0;
  for (const { shape, data } of Object.values(tensors)) {
    assert.equal(data.length, shape.reduce((a, b) => a * b, 1));
    assert.equal(data.buffer.byteLength, data.byteLength);
    assert.notEqual(data.buffer, bytes.buffer);
    total += data.byteLength;
  }
  assert.ok(total < bytes.length);
}

Deno.test("decodeSafetensors() meets mutated bytes with typed errors only", () => {
  const valid = encodeSafetensors(TENSORS, { note: "fuzz" });
  const place = fc.nat(valid.length - 1);
  const mutation = fc.oneof(
    fc.record({ kind: fc.constant("set"), at: place, value: fc.nat(255) }),
    fc.record({ kind: fc.constant("cut"), at: place, value: fc.nat(40) }),
    fc.record({ kind: fc.constant("copy"), at: place, value: fc.nat(40) }),
  );
  const mutations = fc.array(mutation, { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(mutations, (list) => {
      let bytes = [...valid];
      for (const { kind, at, value } of list) {
        if (kind === "set") bytes[at % bytes.length] = value;
        else if (kind === "cut") bytes.splice(at, value);
        else bytes = bytes.toSpliced(at, 0, ...bytes.slice(at, at + value));
        if (bytes.length === 0) bytes = [0];
      }
      readOrReject(Uint8Array.from(bytes));
    }),
    { numRuns: MUTATIONS / 2, seed: 1 },
  );
});

Deno.test("decodeSafetensors() meets mutated headers with typed errors only", () => {
  const count = fc.oneof(
    fc.nat(12),
    fc.constantFrom(-1, 0.5, 2 ** 53, HUGE, 1e308, null, "4", [], {}),
  );
  const entry = fc.record({
    dtype: fc.constantFrom("F32", "U8", "I64", "F8_E5M2", "", 3, "constructor"),
    shape: fc.oneof(fc.array(count, { maxLength: 3 }), fc.jsonValue()),
    data_offsets: fc.oneof(
      fc.array(count, { minLength: 2, maxLength: 2 }),
      fc.jsonValue(),
    ),
  }, { requiredKeys: [] });
  const header = fc.dictionary(fc.string(), fc.oneof(entry, fc.jsonValue()));
  fc.assert(
    fc.property(header, fc.nat(16), (value, dataBytes) => {
      readOrReject(file(JSON.stringify(value), dataBytes));
    }),
    { numRuns: MUTATIONS / 2, seed: 2 },
  );
});
