import assert from "node:assert/strict";
import fc from "fast-check";
import { Columns, columnsOf } from "../../../lib/results/shipped/columns.ts";
import { decodeShipped } from "../../../lib/results/shipped/file.ts";
import { pack, unpack } from "../../../lib/results/shipped/pack.ts";
import {
  LARGEST_FILE,
  objections,
  shipRun,
} from "../../../lib/results/shipped/ship.ts";
import type { MetricRow, Run } from "../../../lib/results/schemas.ts";
import { storeOf } from "../../../lib/results/store.ts";
import { testWith } from "../../support/permissions.ts";
import { sample, withStore } from "../support.ts";

const needs = { read: true, write: true };

const row = (step: number, value: number, replica = 0): MetricRow => ({
  ...{ sequence: 1, step, series: "s", replica, value },
});

/** What a reader gets of rows, through the JSON of the file. */
function roundTrip(rows: MetricRow[], exact: boolean) {
  const text = JSON.stringify(columnsOf("s", rows, { exact }));
  return Columns.parse(JSON.parse(text));
}

Deno.test("columns give back float32 numbers bit by bit, NaN and infinities included, and zero without its sign", () => {
  const value = fc.float({ noNaN: false });
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(), fc.nat(9), value)), (all) => {
      const rows = all.map(([step, replica, value]) =>
        row(step, value, replica)
      );
      const { steps, replicas, values } = roundTrip(rows, false);
      assert.deepEqual(values, rows.map(({ value }) => value + 0));
      assert.deepEqual(steps, rows.map(({ step }) => step));
      assert.deepEqual(
        replicas ?? rows.map(() => 0),
        rows.map(({ replica }) => replica),
      );
    }),
  );
});

Deno.test("columns keep nine digits of other numbers, and all of them where they are asked for", () => {
  const rows = [row(0, 0.1), row(1, 1 / 3), row(2, 1e-300), row(3, NaN)];
  const numbers = rows.map(({ value }) => value);
  assert.deepEqual(roundTrip(rows, true).values, numbers);
  assert.deepEqual(
    roundTrip(rows, false).values,
    [0.1, 0.333333333, 1e-300, NaN],
  );
});

Deno.test("a file of another form is refused with a NablaError", () => {
  const good = { series: [], summaries: [] };
  const bad = [
    new Uint8Array([1, 2, 3]),
    pack(null),
    pack(good),
    pack({ ...good, series: [{ series: "a", steps: [1], values: [] }] }),
    pack({ ...good, summaries: [{ series: "a" }] }),
  ];
  for (const bytes of bad) {
    assert.throws(() => decodeShipped(bytes), { name: "NablaError" });
  }
  assert.deepEqual(unpack(pack(good)), good);
});

testWith(
  needs,
  "shipRun() keeps the record, marks it and thins to the limit",
  () =>
    withStore(async (store) => {
      const run = store.createRun(sample({ id: "a", status: "completed" }));
      const noise = (i: number) => Math.fround(Math.sin(i * i));
      store.appendMetrics(
        "a",
        ["a.loss", "b.loss", "c.loss"].flatMap((series, k) =>
          Array.from({ length: 30_000 }, (_, i) => ({
            ...{ series, step: i, replica: 0 },
            value: i === 777 ? NaN : i === 20_001 ? 9 : noise(i + k),
          }))
        ),
      );
      const { bytes, buckets, recorded, kept } = await shipRun(
        storeOf(store),
        "a",
        [
          ["a.loss", "b.loss"],
          ["b.loss", "missing"],
        ],
      );
      assert.ok(bytes.length <= LARGEST_FILE && bytes.length > 1000);
      assert.deepEqual([buckets, recorded], [400, 90_000]);
      const { run: read, series } = decodeShipped(bytes);
      assert.deepEqual(read, { ...run, shipped: true });
      assert.equal(
        series.reduce((sum, { steps }) => sum + steps.length, 0),
        kept,
      );
      for (const { values, steps } of series) {
        assert.deepEqual([steps[0], steps.at(-1)], [0, 29_999]);
        assert.ok(values.includes(9));
        assert.ok(values.some(Number.isNaN));
      }
      const [a, b, c] = ["a", "b", "c"].map((name) =>
        series.find(({ series }) => series === `${name}.loss`)!
      );
      assert.deepEqual(a!.steps, b!.steps);
      assert.notDeepEqual(a!.steps, c!.steps);
      assert.ok(c!.steps.length < a!.steps.length);
      await assert.rejects(shipRun(storeOf(store), "b"), /no such run/);
    }),
);

testWith(
  needs,
  "shipRun() thins more where the file would be too large",
  () =>
    withStore(async (store) => {
      store.createRun(sample({ id: "a", replicas: 8 }));
      store.appendMetrics(
        "a",
        Array.from({ length: 64_000 }, (_, i) => ({
          ...{ series: `s${i % 8}`, step: i >> 6, replica: (i >> 3) & 7 },
          value: Math.fround(Math.sin(i * i)),
        })),
      );
      const { bytes, buckets } = await shipRun(storeOf(store), "a");
      assert.ok(buckets < 400, `${buckets}`);
      assert.ok(bytes.length <= LARGEST_FILE, `${bytes.length}`);
    }),
);

testWith(
  needs,
  "a series of many replicas ships as mean and spread",
  () =>
    withStore(async (store) => {
      store.createRun(sample({ id: "a" }));
      const values = Array.from({ length: 101 }, (_, i) => i);
      store.appendMetrics(
        "a",
        [0, 5].flatMap((step) =>
          values.map((value, replica) => ({
            ...{ series: "many", step, replica },
            value: step === 5 && replica === 0 ? Infinity : value,
          }))
        ),
      );
      const { series, summaries: [many] } = decodeShipped(
        (await shipRun(storeOf(store), "a")).bytes,
      );
      assert.deepEqual(series, []);
      assert.deepEqual(many, {
        ...{ series: "many", steps: [0, 5], replicas: 101 },
        // Of 0 … 100, and of 1 … 100.
        mean: [50, 50.5],
        deviation: [29.30017, 29.01149],
        low: [16, 16.84],
        high: [84, 84.16],
        faults: [{ step: 5, value: Infinity }],
      });
    }),
);

Deno.test("objections() name status, preset and what was missed", () => {
  const good = {
    ...{ status: "completed", preset: "quick" },
    expectations: [{ name: "a", holds: true, measured: 1, expected: "1" }],
  } as Run;
  assert.deepEqual(objections(good), []);
  const bad = {
    ...{ status: "interrupted", preset: "smoke" },
    expectations: [{ ...good.expectations[0], holds: false }],
  } as Run;
  assert.deepEqual(objections(bad), [
    "it is interrupted",
    "its preset is smoke",
    'it misses "a"',
  ]);
  assert.equal(objections({ ...good, expectations: [] }).length, 1);
});
