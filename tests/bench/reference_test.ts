import assert from "node:assert/strict";
import { compare, reference } from "../../scripts/bench/reference.ts";
import {
  flopsOf,
  type Gemm,
  gemmOperands,
  sampledEntries,
  sampleEntries,
  type Training,
  trainingStart,
  workloads,
} from "../../scripts/bench/workloads.ts";

const square = (layout: Gemm["layout"]): Gemm => ({
  kind: "gemm",
  name: "small",
  layout,
  size: 20,
});

const small: Training = {
  kind: "training",
  name: "small",
  widths: [6, 5, 3],
  batch: 4,
  learningRate: 0.5,
  comparedSteps: 20,
};

/** Row-major transpose of a square matrix. */
function turned(matrix: Float32Array, size: number): Float32Array {
  return matrix.map((_, i) => matrix[i % size * size + Math.floor(i / size)]!);
}

for (const layout of ["NT", "NN", "TN"] as const) {
  Deno.test(`reference() multiplies ${layout} as its letters say`, () => {
    const gemm = square(layout);
    const { left, right } = gemmOperands(gemm);
    const a = layout[0] === "T" ? turned(left, gemm.size) : left;
    const b = layout[1] === "T" ? turned(right, gemm.size) : right;
    const product = Float64Array.from(left, (_, entry) => {
      const row = Math.floor(entry / gemm.size) * gemm.size;
      let sum = 0;
      for (let k = 0; k < gemm.size; k++) {
        sum += a[row + k]! * b[k * gemm.size + entry % gemm.size]!;
      }
      return sum;
    });
    assert.deepEqual(reference(gemm), sampleEntries(gemm, product));
  });
}

Deno.test("reference() starts a training near ln(classes) and learns", () => {
  const losses = reference(small);
  assert.equal(losses.length, 20);
  assert.ok(Math.abs(losses[0]! - Math.log(3)) < 0.5, `starts at ${losses[0]}`);
  assert.ok(losses.at(-1)! < losses[0]! - 0.05, `ends at ${losses.at(-1)}`);
});

Deno.test("compare() accepts float32 rounding and rejects more", () => {
  const gemm = square("NN");
  const expected = reference(gemm);
  assert.ok(compare(gemm, expected.map(Math.fround), expected).holds);
  const wrong = expected.with(5, expected[5]! + 1e-3);
  assert.ok(!compare(gemm, wrong, expected).holds);
  assert.ok(!compare(small, [1.0001], [1]).holds);
  assert.ok(compare(small, [1.00004], [1]).holds);
});

Deno.test("compare() rejects values that are not numbers", () => {
  const gemm = square("NN");
  const expected = reference(gemm);
  assert.ok(!compare(gemm, expected.with(0, NaN), expected).holds);
  assert.ok(!compare(gemm, expected.map(() => null!), expected).holds);
});

Deno.test("sampledEntries() touches most rows and columns and both ends", () => {
  const gemm: Gemm = { ...square("NN"), size: 512 };
  const entries = sampledEntries(gemm);
  assert.equal(entries.length, 64);
  assert.equal(entries[0], 0);
  assert.equal(entries.at(-1), 512 * 512 - 1);
  const rows = new Set(entries.map((entry) => Math.floor(entry / 512)));
  const columns = new Set(entries.map((entry) => entry % 512));
  assert.ok(rows.size > 50, `${rows.size} rows`);
  assert.ok(columns.size > 50, `${columns.size} columns`);
});

Deno.test("trainingStart() is the same every time and of the right sizes", () => {
  const { layers, images, classes } = trainingStart(small);
  assert.deepEqual(trainingStart(small), { layers, images, classes });
  assert.deepEqual(layers.map(({ weight }) => weight.length), [30, 15]);
  assert.equal(images.length, 24);
  assert.ok(classes.every((c) => c >= 0 && c < 3));
});

Deno.test("flopsOf() counts the products of a step", () => {
  assert.equal(flopsOf(square("NN")), 16_000);
  // Forward, and weight gradient; the gradient of the input in the second layer alone.
  assert.equal(flopsOf(small), 2 * 4 * (2 * 30 + 3 * 15));
});

Deno.test("workloads have names of their own", () => {
  const names = workloads.map(({ name }) => name);
  assert.equal(new Set(names).size, names.length);
});
