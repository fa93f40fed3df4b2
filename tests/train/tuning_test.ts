/** The tuner: what it measures, what it refuses, and what it writes down. Times are never compared. */
import assert from "node:assert/strict";
import { productOf, sizeKey } from "../../lib/nn/planner/lower/tile_choice.ts";
import { candidates, tileName } from "../../lib/nn/planner/lower/tiles.ts";
import {
  gain,
  tableOf,
  tune,
  type TunedCase,
  type TunedTile,
} from "../../lib/train/tuning.ts";
import { tuningCases } from "../../lib/train/tuning_cases.ts";
import {
  choiceOf,
  milliseconds,
  openLane,
} from "../../lib/train/tuning_lanes.ts";
import { testGpu } from "../support/device.ts";

const caseOf = (key: string) => {
  const found = tuningCases().find((one) => one.key === key);
  assert.ok(found, key);
  return found;
};

Deno.test("tuningCases() has one product of every class that there is", () => {
  const cases = tuningCases();
  const keys = cases.map(({ key }) => key);
  assert.equal(new Set(keys).size, keys.length);
  for (const { key, op } of cases) assert.equal(sizeKey(productOf(op, 1)), key);
  // Every class that a product of any size falls into.
  for (const family of ["gemm", "conv"] as const) {
    for (const layout of ["NT", "NN", "TN"] as const) {
      for (const side of [1, 64, 256, 1024, 4096, 9999]) {
        for (const k of [1, 2047, 2048, 99_999]) {
          const shape = { m: side, n: side, k, grain: 1, layers: 1 };
          const key = sizeKey({ family, layout, ...shape });
          assert.ok(keys.includes(key), key);
        }
      }
    }
  }
});

for (
  const key of ["gemm TN 64² deep", "conv NT 64²", "conv NN 64²", "conv TN 64²"]
) {
  testGpu(
    `tune() measures every candidate of ${key} and finds it right`,
    async (gpu) => {
      const given = caseOf(key);
      const told: string[] = [];
      const [tuned] = await tune(gpu, [given], (one) => told.push(one.key));
      assert.deepEqual(told, [key]);
      const { tiles, failures, shipped } = tuned!;
      assert.deepEqual(failures, []);
      const names = candidates(gpu.target).map(tileName);
      assert.deepEqual(
        [...new Set(tiles.map(({ tile }) => tile))].sort(),
        [...new Set([...names, shipped.tile])].sort(),
      );
      assert.ok(Number.isFinite(gain(tuned!)) && gain(tuned!) >= 1);
      tiles.forEach(({ ms, gflops, rate }, i) => {
        for (const value of [ms, gflops, rate]) {
          assert.ok(Number.isFinite(value) && value > 0);
        }
        if (i > 0) assert.ok(ms >= tiles[i - 1]!.ms);
      });
      if (tuned!.parted) {
        const parts = new Set(tiles.map(({ parts }) => parts));
        for (const wanted of given.parts) assert.ok(parts.has(wanted!));
      }
    },
  );
}

testGpu(
  "tune() leaves out a tile that computes something else, and says so",
  async (gpu) => {
    const given = caseOf("conv NT 64²");
    const [tuned] = await tune(gpu, [{ ...given, expected: 17 }]);
    assert.equal(tuned!.tiles.length, 0);
    assert.equal(tuned!.failures.length, candidates(gpu.target).length);
    assert.match(
      tuned!.failures[0]!.reason,
      /Cannot use .* for conv NT 256×16×144\/144 ×1: a number is 36, it must be 17/,
    );
  },
);

testGpu(
  "milliseconds() takes the host's clock where the device has none",
  async (gpu) => {
    const given = caseOf("conv NT 64²");
    const shipped = choiceOf(given, gpu.target, {});
    const { program } = await openLane(gpu, given, shipped, undefined);
    try {
      const adapter = { ...gpu.adapter, timestamps: false };
      const ms = await milliseconds({ adapter }, program);
      assert.ok(ms > 0 && Number.isFinite(ms));
    } finally {
      program.destroy();
    }
  },
);

const product = "gemm NT 64×64×512 ×1";
const tile = (tile: string, ms: number, parts = 1): TunedTile => ({
  product,
  tile,
  parts,
  ms,
  gflops: 1 / ms,
  rate: 10 / ms,
});
const tuned = (tiles: TunedTile[], parted = false): TunedCase => ({
  key: "gemm NT 64²",
  product,
  parted,
  tiles,
  shipped: { product, tile: "a", parts: 1 },
  failures: [],
});

Deno.test("tableOf() keeps rates only where a tile is worth more than noise", () => {
  const small = tuned([tile("b", 1), tile("a", 1.09)]);
  assert.deepEqual(tableOf([small]), { "gemm NT 64²": [] });
  const large = tuned([tile("b", 1), tile("a", 2)]);
  assert.deepEqual(tableOf([large]), {
    "gemm NT 64²": [{ tile: "b", rate: 10 }, { tile: "a", rate: 5 }],
  });
  // What ships does not run.
  assert.equal(tableOf([tuned([tile("b", 1)])])["gemm NT 64²"]!.length, 1);
  assert.deepEqual(tableOf([tuned([])]), { "gemm NT 64²": [] });
});

Deno.test("tableOf() names parts where they were tried", () => {
  const parted = tuned([tile("a", 1, 4), tile("a", 2)], true);
  assert.deepEqual(tableOf([parted])["gemm NT 64²"], [
    { tile: "a", parts: 4, rate: 10 },
    { tile: "a", parts: 1, rate: 5 },
  ]);
});
