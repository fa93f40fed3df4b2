/** The rows of metrics that a store keeps. */
import assert from "node:assert/strict";
import { testWith } from "../support/permissions.ts";
import { rows, sample, withStore } from "./support.ts";

const needs = { read: true, write: true };

testWith(
  needs,
  "metrics() gives back every number in the order of recording",
  () =>
    withStore((store) => {
      store.createRun(sample({ id: "a" }));
      const values = [1, -0.5, NaN, Infinity, -Infinity, 1e308, 5e-324, 1 / 3];
      assert.equal(store.appendMetrics("a", rows("loss", values)), 8);
      // The same steps again, as after a clock or a counter went back.
      assert.equal(store.appendMetrics("a", rows("loss", [2, 3])), 10);
      assert.equal(store.appendMetrics("a", []), 10);
      const read = store.metrics("a");
      assert.deepEqual(read.map((row) => row.value), [...values, 2, 3]);
      assert.deepEqual(
        read.map((row) => row.sequence),
        [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
      );
    }),
);

testWith(
  needs,
  "metrics() reads after a cursor, one series or all",
  () =>
    withStore((store) => {
      store.createRun(sample({ id: "a" }));
      store.createRun(sample({ id: "b" }));
      store.appendMetrics("a", rows("loss", [1, 2]));
      store.appendMetrics("b", rows("loss", [9]));
      store.appendMetrics("a", [
        { series: "accuracy", step: 1, replica: 3, value: 0.5 },
        { series: "loss", step: 2, replica: 0, value: 3 },
      ]);
      const values = (options = {}) =>
        store.metrics("a", options).map((row) => row.value);
      assert.deepEqual(values({ after: 1 }), [2, 0.5, 3]);
      assert.deepEqual(values({ after: 1, limit: 2 }), [2, 0.5]);
      assert.deepEqual(values({ series: "loss", after: 1 }), [2, 3]);
      assert.deepEqual(values({ series: "none" }), []);
      assert.deepEqual(values({ after: 4 }), []);
      assert.deepEqual(store.series("a"), [
        { series: "loss", count: 3, last: store.metrics("a")[3] },
        { series: "accuracy", count: 1, last: store.metrics("a")[2] },
      ]);
    }),
);

testWith(
  needs,
  "appendMetrics() records all rows or none",
  () =>
    withStore((store) => {
      store.createRun(sample({ id: "a" }));
      const wrong = [...rows("loss", [1]), {
        series: "loss",
        step: 0.5,
        replica: 0,
        value: 1,
      }];
      assert.throws(() => store.appendMetrics("a", wrong), {
        name: "TypeError",
        message: /metric row 1/,
      });
      assert.throws(() => store.appendMetrics("b", rows("loss", [1])), {
        message: /Cannot find run b/,
      });
      assert.deepEqual(store.metrics("a"), []);
    }),
);

testWith(
  needs,
  "rewind() forgets later rows and never gives their numbers again",
  () =>
    withStore((store) => {
      store.createRun(sample({ id: "a" }));
      store.appendMetrics("a", rows("loss", [1, 2, 3]));
      store.rewind("a", 1);
      assert.equal(store.series("a")[0]!.count, 1);
      assert.equal(store.appendMetrics("a", rows("loss", [4])), 4);
      assert.deepEqual(
        store.metrics("a").map((row) => [row.sequence, row.value]),
        [[1, 1], [4, 4]],
      );
      store.rewind("a", 0);
      assert.deepEqual(store.series("a"), []);
    }),
);
