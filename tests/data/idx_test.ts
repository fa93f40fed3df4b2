import assert from "node:assert/strict";
import fc from "fast-check";
import { NablaError } from "../../lib/core/errors.ts";
import { parseIdx, parseIdxHeader } from "../../lib/data/idx.ts";

/** An IDX file of unsigned bytes: `shape` announced, `values` held. */
function idx(shape: number[], values: ArrayLike<number>): Uint8Array {
  const bytes = new Uint8Array(4 + 4 * shape.length + values.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, 0x0800 | shape.length);
  shape.forEach((size, axis) => view.setUint32(4 + 4 * axis, size));
  bytes.set(Array.from(values), 4 + 4 * shape.length);
  return bytes;
}

/** Asserts that `bytes` are refused as `pattern` says. */
function refused(bytes: Uint8Array, pattern: RegExp, axes?: number) {
  assert.throws(
    () => parseIdx(bytes, { name: "digits", axes }),
    (error) => error instanceof NablaError && pattern.test(error.message),
  );
}

Deno.test("parseIdx() reads shape and values", () => {
  const { shape, data } = parseIdx(idx([2, 1, 3], [1, 2, 3, 4, 5, 255]), {
    name: "digits",
    axes: 3,
  });
  assert.deepEqual(shape, [2, 1, 3]);
  assert.deepEqual([...data], [1, 2, 3, 4, 5, 255]);
});

Deno.test("parseIdx() reads a file that is a view into a larger buffer", () => {
  const file = idx([3], [7, 8, 9]);
  const buffer = new Uint8Array(file.length + 5).fill(255);
  buffer.set(file, 3);
  const view = buffer.subarray(3, 3 + file.length);
  assert.deepEqual([...parseIdx(view, { name: "labels" }).data], [7, 8, 9]);
});

Deno.test("parseIdx() refuses a wrong magic number, type or number of axes", () => {
  refused(new TextEncoder().encode("<!doctype html>"), /digits.*0x3c21646f/);
  refused(Uint8Array.of(0, 0, 0x0d, 1, 0, 0, 0, 1, 0), /type is 0x0d/);
  refused(idx([1, 1], [0]), /2 axes, 3 expected/, 3);
  refused(idx([1, 1, 1, 1, 1], [0]), /5 axes, 1 to 4 expected/);
  refused(idx([], []), /0 axes/);
});

Deno.test("parseIdx() refuses files shorter or longer than announced", () => {
  refused(new Uint8Array(0), /needs 4 bytes or more, the file has 0/);
  refused(idx([2, 2], [1, 2, 3, 4]).subarray(0, 9), /needs 12 bytes/);
  refused(idx([2, 2], [1, 2, 3]), /2×2, 16 bytes, the file has 15/);
  refused(idx([2, 2], [1, 2, 3, 4, 5]), /the file has 17/);
});

Deno.test("parseIdx() refuses an axis of zero or of 2^31 before allocating", () => {
  refused(idx([0, 28, 28], []), /axis 0 has size 0/);
  refused(idx([2 ** 31, 28, 28], []), /axis 0 has size 2147483648/);
  refused(
    idx([2 ** 31 - 1, 2 ** 31 - 1, 2 ** 31 - 1], []),
    /at most 134217728/,
  );
});

Deno.test("parseIdxHeader() takes the limit it is given", () => {
  const header = idx([60000, 28, 28], []);
  assert.equal(
    parseIdxHeader(header, { name: "digits" }).fileBytes,
    47_040_016,
  );
  assert.throws(
    () => parseIdxHeader(header, { name: "digits", maxBytes: 47_040_015 }),
    /at most 47040015/,
  );
});

/** A sound file with up to two bytes overwritten, then cut or lengthened. */
const mutated = fc.record({
  shape: fc.array(fc.integer({ min: 1, max: 6 }), {
    minLength: 1,
    maxLength: 4,
  }),
  writes: fc.array(fc.tuple(fc.nat(40), fc.nat(255)), { maxLength: 2 }),
  length: fc.option(fc.nat(40), { freq: 1 }),
}).map(({ shape, writes, length }) => {
  const bytes = idx(shape, new Uint8Array(shape.reduce((a, b) => a * b)));
  for (const [at, value] of writes) bytes[at % bytes.length] = value;
  if (length === null) return bytes;
  const resized = new Uint8Array(length);
  resized.set(bytes.subarray(0, length));
  return resized;
});

Deno.test("parseIdx() meets 10,000 mutated files with values or a typed error", () => {
  let accepted = 0;
  let rejected = 0;
  fc.assert(
    fc.property(
      fc.oneof(mutated, fc.uint8Array({ maxLength: 40 })),
      (bytes) => {
        try {
          const { shape, data } = parseIdx(bytes, { name: "digits" });
          assert.equal(data.length, shape.reduce((a, b) => a * b));
          accepted++;
        } catch (error) {
          if (!(error instanceof NablaError)) throw error;
          rejected++;
        }
      },
    ),
    { numRuns: 10_000, seed: 1 },
  );
  assert.ok(accepted > 500 && rejected > 500, `${accepted}, ${rejected}`);
});
