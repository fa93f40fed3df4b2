import assert from "node:assert/strict";
import { testWith } from "../support/permissions.ts";
import { rows, sample, withStore } from "./support.ts";

const needs = { read: true, write: true };

testWith(
  needs,
  "downsampled() gives short series whole",
  () =>
    withStore((store) => {
      store.createRun(sample({ id: "a" }));
      store.appendMetrics("a", rows("loss", [3, NaN, 1]));
      assert.deepEqual(store.downsampled("a", "loss"), store.metrics("a"));
      assert.deepEqual(store.downsampled("a", "none"), []);
    }),
);

testWith(
  needs,
  "downsampled() keeps ends, extremes and one of each special per replica",
  () =>
    withStore((store) => {
      store.createRun(sample({ id: "a", replicas: 2 }));
      const steps = Array.from({ length: 5000 }, (_, step) => step);
      store.appendMetrics(
        "a",
        steps.flatMap((step) =>
          [0, 1].map((replica) => ({
            series: "loss",
            step,
            replica,
            value: replica === 1 && step >= 1000 && step < 1500
              ? [NaN, Infinity, -Infinity][step % 3]!
              : step === 2345 + replica
              ? 1e30
              : step === 3456 + replica
              ? -1e30
              : Math.sin(step),
          }))
        ),
      );
      const thinned = store.downsampled("a", "loss", { points: 40 });
      for (const replica of [0, 1]) {
        const own = thinned.filter((row) => row.replica === replica);
        assert.ok(
          own.length >= 20 && own.length <= 40 + 6,
          `${own.length} rows`,
        );
        assert.deepEqual([own[0]!.step, own.at(-1)!.step], [0, 4999]);
        const stepOf = (value: number) =>
          own.find((row) => row.value === value)?.step;
        assert.equal(stepOf(1e30), 2345 + replica);
        assert.equal(stepOf(-1e30), 3456 + replica);
      }
      const specials = thinned.filter((row) => !Number.isFinite(row.value));
      assert.ok(specials.every((row) => row.replica === 1));
      assert.deepEqual(
        [...new Set(specials.map((row) => String(row.value)))].sort(),
        ["-Infinity", "Infinity", "NaN"],
      );
      const sequences = thinned.map((row) => row.sequence);
      assert.deepEqual(sequences, sequences.toSorted((a, b) => a - b));
      assert.equal(new Set(sequences).size, sequences.length);
    }),
);

testWith(
  needs,
  "a million rows are thinned to a thousand, counted, and read after a cursor",
  () =>
    withStore((store) => {
      store.createRun(sample({ id: "a" }));
      const values = Array.from({ length: 100_000 }, (_, i) => Math.sin(i));
      for (let part = 0; part < 10; part++) {
        store.appendMetrics("a", rows("loss", values));
      }
      const thinned = store.downsampled("a", "loss");
      assert.ok(thinned.length > 500 && thinned.length <= 1000);
      assert.equal(store.metrics("a", { after: 999_990 }).length, 10);
      assert.equal(store.series("a")[0]!.count, 1_000_000);
    }),
);
