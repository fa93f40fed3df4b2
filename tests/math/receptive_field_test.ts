import assert from "node:assert/strict";
import fc from "fast-check";
import { trace } from "../../lib/studies/receptive_field/sections/trace.ts";
import {
  outputSizes,
  receptiveFields,
  seenBy,
} from "../../lib/math/receptive_field.ts";

const layer = fc.integer({ min: 1, max: 7 }).chain((kernel) =>
  fc.record({
    kernel: fc.constant(kernel),
    stride: fc.integer({ min: 1, max: kernel }),
    padding: fc.integer({ min: 0, max: kernel - 1 }),
  })
);
const layers = fc.array(layer, { minLength: 1, maxLength: 4 });

Deno.test("seenBy() is what windows reach one by one", () => {
  fc.assert(
    fc.property(layers, fc.nat({ max: 20 }), (chain, unit) => {
      const seen = trace(chain, unit);
      const { first, last } = seenBy(receptiveFields(chain).at(-1)!, unit);
      assert.deepEqual(
        seen,
        Array.from({ length: last - first + 1 }, (_, i) => first + i),
      );
    }),
  );
});

Deno.test("seenBy() leaves out what lies beyond the border", () => {
  const field = { size: 16, jump: 4, start: -6 };
  assert.deepEqual(seenBy(field, 0, 224), { first: 0, last: 9 });
  assert.deepEqual(seenBy(field, 55, 224), { first: 214, last: 223 });
  assert.deepEqual(seenBy(field, 20, 224), { first: 74, last: 89 });
});

Deno.test("outputSizes() counts the windows that fit", () => {
  fc.assert(
    fc.property(layers, fc.integer({ min: 1, max: 60 }), (chain, pixels) => {
      let units = pixels;
      const counted = chain.map(({ kernel, stride, padding }) => {
        let count = 0;
        for (
          let at = -padding;
          units > 0 && at + kernel <= units + padding;
          at += stride
        ) count++;
        return units = count;
      });
      assert.deepEqual(outputSizes(chain, pixels), counted);
    }),
  );
});
