import assert from "node:assert/strict";
import { createComparer } from "../../lib/train/verify.ts";

const row = (step: number, value: number, series = "train.loss") => ({
  sequence: step + 1,
  step,
  series,
  replica: 0,
  value,
});
const recorded = [row(0, 2), row(1, NaN), row(2, 1)];

function compare(repeat: readonly ReturnType<typeof row>[]) {
  const comparer = createComparer(recorded, 1e-3);
  comparer.look(repeat);
  return comparer.conclude();
}

Deno.test("createComparer() finds equal runs bit-identical, NaN included", () => {
  assert.deepEqual(compare(recorded), {
    verdict: "bit-identical",
    compared: 3,
    largest: 0,
    at: null,
  });
});

Deno.test("createComparer() measures differences against the series' largest number", () => {
  const close = compare([row(0, 2), row(1, NaN), row(2, 1.001)]);
  assert.equal(close.verdict, "within tolerance");
  assert.ok(Math.abs(close.largest - 0.0005) < 1e-9);
  assert.equal(close.at?.step, 2);
});

Deno.test("createComparer() names the first step that diverges", () => {
  const { verdict, at } = compare([row(0, 2.001), row(1, NaN), row(2, 1.1)]);
  assert.equal(verdict, "diverged");
  assert.deepEqual(at, {
    series: "train.loss",
    step: 2,
    replica: 0,
    recorded: 1,
    repeated: 1.1,
  });
});

Deno.test("createComparer() counts a lost NaN and a missing row as diverged", () => {
  assert.equal(compare([row(0, 2), row(1, 0.5), row(2, 1)]).at?.step, 1);
  const { verdict, at } = compare([row(0, 2), row(1, NaN)]);
  assert.equal(verdict, "diverged");
  assert.equal(at?.repeated, null);
});

Deno.test("createComparer() passes over rows the record lacks and knows when it is done", () => {
  const comparer = createComparer(recorded, 1e-3);
  comparer.look([row(0, 2), row(0, 9, "other")]);
  assert.equal(comparer.decided, false);
  comparer.look([row(1, NaN), row(2, 1), row(3, 7)]);
  assert.equal(comparer.decided, true);
  assert.equal(comparer.conclude().verdict, "bit-identical");
});

Deno.test("createComparer() does not compare measured times", () => {
  const comparer = createComparer([...recorded, row(0, 5, "batch.time")], 1e-3);
  comparer.look([...recorded, row(0, 9, "batch.time")]);
  assert.equal(comparer.decided, true);
  assert.equal(comparer.conclude().verdict, "bit-identical");
});
