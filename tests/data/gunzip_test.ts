import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { NablaError } from "../../lib/core/errors.ts";
import { gunzip, isGzip } from "../../lib/data/gunzip.ts";

const content = Uint8Array.from({ length: 3000 }, (_, i) => (i * i) % 251);
const packed = new Uint8Array(gzipSync(content));
const options = { name: "labels.gz", maxBytes: content.length };

/** Asserts that `bytes` are refused as `pattern` says. */
function refused(bytes: Uint8Array, pattern: RegExp) {
  assert.throws(
    () => gunzip(bytes, options),
    (error) => error instanceof NablaError && pattern.test(error.message),
  );
}

Deno.test("gunzip() returns the content, up to exactly the cap", () => {
  assert.deepEqual(gunzip(packed, options), content);
});

Deno.test("gunzip() refuses a truncated file, a wrong checksum and HTML", () => {
  refused(packed.subarray(0, packed.length / 2), /labels\.gz.*ends too early/);
  const damaged = packed.slice();
  damaged[damaged.length - 6]! ^= 1;
  refused(damaged, /damaged or not gzip/);
  refused(new TextEncoder().encode("<html>404</html>"), /damaged or not gzip/);
  refused(new Uint8Array(0), /ends too early/);
});

Deno.test("gunzip() stops at the cap", () => {
  const bomb = new Uint8Array(gzipSync(new Uint8Array(50_000_000)));
  assert.ok(bomb.length < 60_000);
  refused(bomb, /more than the 3000 bytes/);
});

Deno.test("gunzip() meets 2,000 mutated files with content or a typed error", () => {
  const writes = fc.array(fc.tuple(fc.nat(packed.length - 1), fc.nat(255)), {
    minLength: 1,
    maxLength: 4,
  });
  fc.assert(
    fc.property(writes, fc.nat(packed.length), (writes, length) => {
      const bytes = packed.slice(0, length);
      for (const [at, value] of writes) {
        if (at < length) bytes[at] = value;
      }
      try {
        assert.ok(gunzip(bytes, options).length <= options.maxBytes);
      } catch (error) {
        if (!(error instanceof NablaError)) throw error;
      }
    }),
    { numRuns: 2000, seed: 1 },
  );
});

Deno.test("isGzip() looks at the first two bytes", () => {
  assert.equal(isGzip(packed), true);
  assert.equal(isGzip(content), false);
  assert.equal(isGzip(new Uint8Array(0)), false);
});
