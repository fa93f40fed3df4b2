/** The tools that other checks rest on: comparison, differences, random numbers. */
import assert from "node:assert/strict";
import { largest, relativeError } from "../../lib/math/compare.ts";
import { centralDifferences } from "../../lib/math/differences.ts";
import { Random } from "../../lib/math/random.ts";
import { assertClose } from "../support/compare.ts";

Deno.test("relativeError() finds the worst element", () => {
  assert.deepEqual(relativeError([1, 2, 4], [1, 2.5, 4.1]), {
    error: 0.2,
    index: 1,
    actual: 2,
    expected: 2.5,
  });
  assert.equal(relativeError([], []).error, 0);
});

Deno.test("relativeError() takes differences below the floor as absolute", () => {
  assert.equal(relativeError([1e-9], [0]).error, 1);
  assert.equal(relativeError([1e-9], [0], { floor: 1 }).error, 1e-9);
});

Deno.test("relativeError() never passes NaN or one infinity", () => {
  for (const [a, b] of [[NaN, 1], [1, NaN], [NaN, NaN], [Infinity, 1]]) {
    assert.equal(relativeError([0, a!], [0, b!]).error, Infinity);
  }
  assert.equal(relativeError([-Infinity], [-Infinity]).error, 0);
  assert.throws(() => relativeError([1], [1, 2]), TypeError);
});

Deno.test("assertClose() names index, both values and the error", () => {
  assert.throws(
    () => assertClose([1, 2], [1, 2.5], { tolerance: 0.1, label: "dWeight" }),
    /dWeight\[1\] is 2, expected 2.5: relative error 2.00e-1, tolerance 0.1/,
  );
});

Deno.test("largest() is the largest magnitude", () => {
  assert.equal(largest([1, -3, 2]), 3);
  assert.equal(largest([]), 0);
});

Deno.test("centralDifferences() is exact to rounding on a quadratic", () => {
  const x = Float64Array.of(1, -2, 0.5);
  const f = (v: Float64Array) => {
    assert.deepEqual([...x], [1, -2, 0.5]);
    return v[0]! * v[1]! + 3 * v[2]! ** 2;
  };
  const expected = [-2, 1, 3];
  assertClose(centralDifferences(f, x), expected, { tolerance: 1e-9 });
  const some = centralDifferences(f, x, { indices: [2, 0] });
  assertClose(some, [3, -2], { tolerance: 1e-9 });
});

Deno.test("Random repeats from a seed and differs between seeds", () => {
  const first = new Random(3).normals(20);
  assert.deepEqual(new Random(3).normals(20), first);
  assert.notDeepEqual(new Random(4).normals(20), first);
});

Deno.test("Random has the moments it should", () => {
  const random = new Random(2);
  const count = 20_000;
  const moments = (draws: Float64Array) => {
    const mean = draws.reduce((a, x) => a + x, 0) / count;
    return [mean, draws.reduce((a, x) => a + (x - mean) ** 2, 0) / count];
  };
  // Four standard errors of 20,000 draws are 0.016 for the uniform, 0.04 for the normal.
  const [uniformMean, uniformVariance] = moments(random.array(count));
  assert.ok(Math.abs(uniformMean!) < 0.017);
  assert.ok(Math.abs(uniformVariance! - 1 / 3) < 0.017);
  const [mean, variance] = moments(random.normals(count));
  assert.ok(Math.abs(mean!) < 0.04 && Math.abs(variance! - 1) < 0.04);
  const dice = Array.from({ length: 600 }, () => random.integer(1, 7));
  assert.deepEqual([...new Set(dice)].sort(), [1, 2, 3, 4, 5, 6]);
});
