import assert from "node:assert/strict";
import fc from "fast-check";
import { NablaError } from "../../lib/core/errors.ts";
import {
  emptySet,
  encodeCifar10,
  IMAGE_BYTES,
  parseCifar10,
  RECORD_BYTES,
} from "../../lib/data/cifar10_binary.ts";

/** Records in which every byte says where it stands. */
function records(labels: number[]): Uint8Array {
  const bytes = Uint8Array.from(
    { length: labels.length * RECORD_BYTES },
    (_, i) => (i * 31 + (i >> 8)) % 256,
  );
  labels.forEach((label, record) => bytes[record * RECORD_BYTES] = label);
  return bytes;
}

/** Asserts that `bytes` are refused as `pattern` says. */
function refused(bytes: Uint8Array, pattern: RegExp) {
  assert.throws(
    () => parseCifar10(bytes, { name: "batch.bin" }),
    (error) => error instanceof NablaError && pattern.test(error.message),
  );
}

Deno.test("parseCifar10() puts the three planes of a record into pixels", () => {
  const bytes = records([6, 9]);
  const { images, labels, shape, count } = parseCifar10(bytes, { name: "b" });
  assert.deepEqual([...labels], [6, 9]);
  assert.deepEqual(shape, [2, 32, 32, 3]);
  assert.equal(count, 2);
  for (
    const [record, y, x, channel] of [
      [0, 0, 0, 0],
      [0, 0, 1, 2],
      [1, 31, 31, 2],
      [1, 17, 5, 1],
    ] as const
  ) {
    assert.equal(
      images[((record * 32 + y) * 32 + x) * 3 + channel],
      bytes[record * 3073 + 1 + channel * 1024 + y * 32 + x],
    );
  }
});

Deno.test("encodeCifar10() undoes parseCifar10()", () => {
  const bytes = records([0, 9, 4, 1, 7]);
  assert.deepEqual(encodeCifar10(parseCifar10(bytes, { name: "b" })), bytes);
});

Deno.test("parseCifar10() continues a set and refuses to overrun it", () => {
  const into = emptySet(3);
  parseCifar10(records([5]), { name: "b", into });
  parseCifar10(records([7]), { name: "b", into, first: 2 });
  assert.deepEqual([...into.labels], [5, 0, 7]);
  const { images } = parseCifar10(records([5]), { name: "b" });
  assert.deepEqual(into.images.subarray(0, IMAGE_BYTES), images);
  assert.ok(into.images.subarray(IMAGE_BYTES, -IMAGE_BYTES).every((p) => !p));
  assert.deepEqual(into.images.subarray(-IMAGE_BYTES), images);
  assert.throws(
    () => parseCifar10(records([1, 2]), { name: "b", into, first: 2 }),
    /b as CIFAR-10: it holds 2 records, there is room for 1/,
  );
});

Deno.test("parseCifar10() names the first bad record", () => {
  refused(new Uint8Array(0), /batch\.bin as CIFAR-10: record 0 has 0 of 3073/);
  refused(records([1, 2, 3]).subarray(0, 7000), /record 2 has 854 of 3073/);
  refused(records([1, 10, 11]), /record 1 has class 10, classes are 0 to 9/);
  refused(new TextEncoder().encode("<html>404"), /record 0 has 9 of 3073/);
});

Deno.test("parseCifar10() meets 10,000 mutated files with images or a typed error", () => {
  const whole = records([0, 5, 9]);
  const mutated = fc.record({
    count: fc.integer({ min: 0, max: 3 }),
    writes: fc.array(
      fc.tuple(
        fc.oneof(
          fc.constantFrom(0, RECORD_BYTES, 2 * RECORD_BYTES),
          fc.nat(whole.length - 1),
        ),
        fc.nat(255),
      ),
      { maxLength: 2 },
    ),
    cut: fc.oneof(fc.constant(0), fc.nat(2 * RECORD_BYTES)),
  });
  let accepted = 0;
  let rejected = 0;
  fc.assert(
    fc.property(mutated, ({ count, writes, cut }) => {
      const length = Math.max(0, count * RECORD_BYTES - cut);
      const bytes = whole.slice(0, length);
      for (const [at, value] of writes) {
        if (at < length) bytes[at] = value;
      }
      try {
        const set = parseCifar10(bytes, { name: "batch.bin" });
        assert.equal(set.images.length, set.count * IMAGE_BYTES);
        assert.ok(set.labels.every((label) => label < 10));
        accepted++;
      } catch (error) {
        if (!(error instanceof NablaError)) throw error;
        rejected++;
      }
    }),
    { numRuns: 10_000, seed: 1 },
  );
  assert.ok(accepted > 1000 && rejected > 1000, `${accepted}, ${rejected}`);
});
