import assert from "node:assert/strict";
import fc from "fast-check";
import type { MetricRow } from "../../../lib/results/schemas.ts";
import { thinTogether } from "../../../lib/results/shipped/thin.ts";

const value = fc.oneof(
  { weight: 9, arbitrary: fc.double({ noNaN: true, noDefaultInfinity: true }) },
  fc.constantFrom(NaN, Infinity, -Infinity),
);

/** Rows of a series of `replicas`, one step for each group of them. */
function rowsOf(values: number[], replicas: number): MetricRow[] {
  return values.map((value, i) => ({
    ...{ sequence: i + 1, series: "s", replica: i % replicas },
    ...{ step: 3 * Math.floor(i / replicas), value },
  }));
}

const finite = (rows: MetricRow[]) =>
  rows.map(({ value }) => value).filter(Number.isFinite);

Deno.test("thinTogether() keeps ends, extremes of every replica's values, what is not finite, and whole steps", () => {
  fc.assert(fc.property(
    fc.array(value, { minLength: 1, maxLength: 400 }),
    fc.integer({ min: 1, max: 4 }),
    fc.integer({ min: 1, max: 20 }),
    (values, replicas, buckets) => {
      const rows = rowsOf(values, replicas);
      const { rows: thin } = thinTogether([{ rows }], buckets)[0]!;
      assert.equal(Math.max(...finite(thin)), Math.max(...finite(rows)));
      assert.equal(Math.min(...finite(thin)), Math.min(...finite(rows)));
      for (const odd of [NaN, Infinity, -Infinity]) {
        const has = (rows: MetricRow[]) =>
          rows.some(({ value }) => Object.is(value, odd));
        assert.equal(has(thin), has(rows), `${odd}`);
      }
      const steps = new Set(thin.map(({ step }) => step));
      assert.deepEqual(thin, rows.filter(({ step }) => steps.has(step)));
      assert.ok(steps.has(0) && steps.has(rows.at(-1)!.step));
      assert.ok(steps.size <= Math.max(2 * buckets, 7 * buckets + 2));
    },
  ));
});

Deno.test("thinTogether() leaves two steps a bucket of a plain curve", () => {
  const rows = rowsOf(Array.from({ length: 1000 }, (_, i) => Math.sin(i)), 1);
  const { rows: thin } = thinTogether([{ rows }], 50)[0]!;
  assert.ok(thin.length >= 100 && thin.length <= 102, `${thin.length}`);
});

Deno.test("thinTogether() keeps a replica's extremes where its neighbours hide them in the mean", () => {
  // Steps of two replicas, at 10 and at -10 in turn.
  const values: number[] = Array.from(
    { length: 400 },
    (_, i) => i % 4 < 2 ? 10 : -10,
  );
  [values[100], values[101]] = [12, -9];
  [values[300], values[301]] = [9, -12];
  const { rows: thin } = thinTogether([{ rows: rowsOf(values, 2) }], 5)[0]!;
  assert.ok(thin.some(({ value }) => value === 12));
  assert.ok(thin.some(({ value }) => value === -12));
});
