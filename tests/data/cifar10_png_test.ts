import assert from "node:assert/strict";
import fc from "fast-check";
import { encode } from "fast-png";
import { NablaError } from "../../lib/core/errors.ts";
import { parseLabels, parseSheet } from "../../lib/data/cifar10_png.ts";

/** A picture of noise, `width` by `height` pixels. */
const picture = (width: number, height: number, channels = 3) => ({
  width,
  height,
  channels,
  depth: 8 as const,
  data: Uint8Array.from(
    { length: width * height * channels },
    (_, i) => (i * i) % 253,
  ),
});

/** Asserts that a sheet is refused as `pattern` says. */
function refused(bytes: Uint8Array, pattern: RegExp, labels = 2) {
  assert.throws(
    () => parseSheet(bytes, { name: "a.png", labels: new Uint8Array(labels) }),
    (error) => error instanceof NablaError && pattern.test(error.message),
  );
}

Deno.test("parseSheet() takes one image of 32×32 pixels from each row", () => {
  const sheet = picture(1024, 3);
  const labels = Uint8Array.of(6, 9, 1);
  const set = parseSheet(encode(sheet), { name: "a.png", labels });
  assert.deepEqual(set.shape, [3, 32, 32, 3]);
  assert.deepEqual(set.labels, labels);
  assert.deepEqual(set.images, sheet.data);
});

Deno.test("parseSheet() refuses other pictures and other files", () => {
  refused(encode(picture(1000, 2)), /a\.png: it is 1000 pixels wide/);
  refused(encode(picture(1024, 2, 4)), /with 4 channels of 8 bits, need/);
  refused(encode(picture(1024, 2)), /holds 2 images, there are 3 labels/, 3);
  refused(encode(picture(1024, 2)), /holds 2 images, there are 1 labels/, 1);
  refused(new TextEncoder().encode("<html>"), /Cannot read a\.png as PNG/);
  refused(new Uint8Array(0), /Cannot read a\.png as PNG/);
  const whole = encode(picture(1024, 2));
  refused(whole.subarray(0, whole.length / 2), /a\.png as PNG/);
  const damaged = whole.slice();
  // The checksum of the pixels stands before the last chunk of 12 bytes.
  damaged[damaged.length - 16]! ^= 1;
  refused(damaged, /a\.png as PNG: CRC/);
});

Deno.test("parseSheet() meets 500 mutated pictures with images or a typed error", () => {
  const sheet = encode(picture(1024, 2));
  const writes = fc.array(
    fc.tuple(fc.nat(sheet.length - 1), fc.integer({ min: 1, max: 255 })),
    { minLength: 1, maxLength: 3 },
  );
  fc.assert(
    fc.property(writes, (writes) => {
      const bytes = sheet.slice();
      for (const [at, change] of writes) bytes[at]! ^= change;
      try {
        parseSheet(bytes, { name: "a.png", labels: new Uint8Array(2) });
      } catch (error) {
        if (!(error instanceof NablaError)) throw error;
      }
    }),
    { numRuns: 500, seed: 1 },
  );
});

Deno.test("parseLabels() reads classes and names the first that is none", () => {
  const name = "labels.json";
  assert.deepEqual([...parseLabels("[6, 9, 0]", { name })], [6, 9, 0]);
  const cases: [string, RegExp][] = [
    ["[1, 2, 10]", /labels\.json: entry 2 is 10, classes are 0 to 9/],
    ["[1, -1]", /entry 1 is -1/],
    ["[1.5]", /entry 0 is 1\.5/],
    ['["1"]', /entry 0 is "1"/],
    ['{"length": 1}', /not an array/],
    ["[1, ", /labels\.json as JSON/],
  ];
  for (const [text, pattern] of cases) {
    assert.throws(
      () => parseLabels(text, { name }),
      (error) => error instanceof NablaError && pattern.test(error.message),
      text,
    );
  }
});
