import assert from "node:assert/strict";
import fc from "fast-check";
import { spreadOf } from "../../lib/core/spread.ts";

Deno.test("spreadOf() gives mean, sample deviation and percentiles of the finite values", () => {
  const values = Array.from({ length: 101 }, (_, i) => 100 - i);
  const { mean, deviation, low, high } = spreadOf([NaN, ...values, Infinity]);
  assert.ok(Math.abs(mean - 50) < 1e-12);
  assert.ok(Math.abs(deviation - Math.sqrt(101 * 102 / 12)) < 1e-12);
  assert.deepEqual([low, high], [16, 84]);
  assert.deepEqual(spreadOf([3]), { mean: 3, deviation: 0, low: 3, high: 3 });
  assert.deepEqual(spreadOf([0, 100]), {
    mean: 50,
    deviation: Math.sqrt(5000),
    low: 16,
    high: 84,
  });
  assert.deepEqual(spreadOf([NaN]), {
    mean: NaN,
    deviation: 0,
    low: NaN,
    high: NaN,
  });
});

Deno.test("the percentiles of spreadOf() stay within the values, so above zero where these are", () => {
  fc.assert(fc.property(
    fc.array(fc.double({ min: 1e-300, max: 1e300, noNaN: true }), {
      minLength: 1,
    }),
    (values) => {
      const { low, high } = spreadOf(values);
      assert.ok(Math.min(...values) <= low && low <= high);
      assert.ok(high <= Math.max(...values));
    },
  ));
});
