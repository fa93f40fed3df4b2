/** Which tile a product gets: what ships, what was measured, what a record names. */
import * as fc from "fast-check";
import assert from "node:assert/strict";
import type { Plan, Target } from "../../lib/core/plan.ts";
import { recordedTiles, type TileTable } from "../../lib/core/tile_table.ts";
import { conv2d } from "../../lib/nn/layers/conv.ts";
import { dense } from "../../lib/nn/layers/dense.ts";
import { flatten } from "../../lib/nn/layers/flatten.ts";
import { sequential } from "../../lib/nn/graph.ts";
import { halfSquaredNorm } from "../../lib/nn/losses/half_squared_norm.ts";
import {
  chooseTile,
  exactKey,
  type Product,
  sizeKey,
  workOf,
} from "../../lib/nn/planner/lower/tile_choice.ts";
import {
  candidates,
  productEngineOf,
  runs,
  tileName,
  tileNamed,
  TILES,
} from "../../lib/nn/planner/lower/tiles.ts";
import { buildPlan } from "../../lib/nn/plan.ts";
import { sgd } from "../../lib/nn/optimizers/sgd.ts";
import { turnsOver, workgroupTile } from "../../shaders/gemm.ts";
import { gpuTarget, plainTarget, subgroupTarget } from "../support/targets.ts";

const targets = { subgroupTarget, plainTarget, gpuTarget };

const square = (side: number, given: Partial<Product> = {}): Product => ({
  family: "gemm",
  layout: "NT",
  m: side,
  n: side,
  k: 512,
  grain: 1,
  layers: 1,
  ...given,
});

const products = fc.record({
  family: fc.constantFrom("gemm", "conv"),
  layout: fc.constantFrom("NT", "NN", "TN"),
  m: fc.integer({ min: 1, max: 9000 }),
  n: fc.integer({ min: 1, max: 9000 }),
  grain: fc.constantFrom(1, 7, 256),
  grains: fc.integer({ min: 1, max: 60_000 }),
  layers: fc.integer({ min: 1, max: 300 }),
}).map(({ grains, ...rest }): Product => ({
  ...rest,
  grain: rest.family === "gemm" ? 1 : rest.grain,
  k: grains * (rest.family === "gemm" ? 1 : rest.grain),
}));

const name = (product: Product, target: Target) =>
  tileName(chooseTile(product, target).tile);

Deno.test("tileName() tells all tiles apart, tileNamed() finds them again", () => {
  assert.equal(
    new Set(TILES.map(({ tile }) => tileName(tile))).size,
    TILES.length,
  );
  for (const { tile } of TILES) {
    assert.equal(tileNamed(tileName(tile)), tile);
  }
  assert.equal(tileNamed("1×1 abacus"), undefined);
});

Deno.test("productEngineOf() takes subgroups of eight lanes, else workgroup memory on a GPU, else neither", () => {
  assert.equal(productEngineOf(subgroupTarget), "subgroup");
  assert.equal(productEngineOf(plainTarget), "plain");
  assert.equal(productEngineOf(gpuTarget), "workgroup");
  assert.equal(
    productEngineOf({ ...gpuTarget, maxWorkgroupBytes: 1024 }),
    "plain",
  );
  assert.equal(productEngineOf({ ...gpuTarget, maxInvocations: 32 }), "plain");
});

Deno.test("runs() keeps tiles within the device's workgroups and their memory", () => {
  const names = (target: Target) =>
    TILES.filter(({ tile }) => runs(tile, target)).map(({ tile }) =>
      tileName(tile)
    );
  const small = { ...gpuTarget, maxWorkgroupBytes: 8192, maxInvocations: 128 };
  assert.deepEqual(names(small), [
    "8×16 plain",
    "4×4 plain",
    "64×64 workgroup of 8×8",
    "32×32 workgroup of 8×8",
  ]);
  // The limits that every device has suffice for all.
  assert.equal(names(gpuTarget).length, TILES.length - 5);
  assert.equal(names(subgroupTarget).length, TILES.length);
});

Deno.test("candidates() are at most six: those of the own engine, on a GPU one of each other", () => {
  const names = (target: Target) => candidates(target).map(tileName);
  assert.equal(names(subgroupTarget).length, 5);
  assert.ok(names(subgroupTarget).every((name) => /subgroup/.test(name)));
  assert.equal(names(gpuTarget).length, 6);
  assert.deepEqual(names(gpuTarget).at(-1), "8×16 plain");
  assert.deepEqual(names(plainTarget), ["8×16 plain", "4×4 plain"]);
});

Deno.test("chooseTile() can choose every tile but one by what ships", () => {
  const chosen = new Set<string>();
  for (const target of Object.values(targets)) {
    for (let m = 1; m <= 2048; m += m < 128 ? 1 : 37) {
      for (const n of [1, 10, 128, 784, 2048]) {
        const product = { ...square(m), n, k: 64 };
        chosen.add(name(product, target));
      }
    }
  }
  assert.deepEqual(
    [...chosen].sort(),
    TILES.map(({ tile }) => tileName(tile))
      .filter((name) => name !== "64×64 workgroup of 8×8").sort(),
  );
});

Deno.test("chooseTile() stays within memory, sums and the driver's limit of iterations", () => {
  fc.assert(
    fc.property(
      products,
      fc.constantFrom(...Object.values(targets)),
      fc.constantFrom(undefined, 1, 4, 16, 1000),
      fc.constantFrom(...TILES),
      (product, target, parts, { tile }) => {
        const rates = [{ tile: tileName(tile), parts, rate: 1 }];
        const tiles = { [exactKey(product)]: rates };
        for (const given of [target, { ...target, tiles }]) {
          const choice = chooseTile(product, given);
          const { m, n, k, grain, layers, family } = product;
          assert.ok(runs(choice.tile, target));
          assert.ok(Number.isInteger(choice.parts) && choice.parts >= 1);
          assert.ok(choice.parts <= k / grain);
          const turns = turnsOver(Math.ceil(k / choice.parts), choice.tile);
          const needed = family === "gemm" &&
            turnsOver(k, choice.tile) >= target.maxIterations * 0.9;
          if (family === "gemm") assert.ok(turns < target.maxIterations);
          if (choice.parts > 1 && !needed) {
            assert.ok(4 * m * n * layers * choice.parts <= 64 * 2 ** 20);
          }
        }
      },
    ),
    { seed: 1, numRuns: 500 },
  );
});

Deno.test("sizeKey() sorts by the results of all layers, and long sums of few apart", () => {
  assert.equal(sizeKey(square(64)), "gemm NT 64²");
  assert.equal(sizeKey(square(1)), "gemm NT 64²");
  assert.equal(sizeKey(square(16, { layers: 256 })), "gemm NT 256²");
  assert.equal(sizeKey(square(1000, { layout: "TN" })), "gemm TN 1024²");
  assert.equal(sizeKey(square(9000, { k: 9000 })), "gemm NT 4096²");
  assert.equal(sizeKey(square(64, { k: 2048 })), "gemm NT 64² deep");
  assert.equal(sizeKey(square(1024, { k: 2048 })), "gemm NT 1024²");
  const conv = { family: "conv", k: 4608, grain: 4608 } as const;
  assert.equal(sizeKey(square(9000, conv)), "conv NT 1024²");
  assert.equal(sizeKey(square(64, conv)), "conv NT 64²");
});

Deno.test("exactKey() tells products apart whose parts would differ", () => {
  const product = square(8, { family: "conv", layout: "TN", k: 400 });
  const keys = [
    exactKey({ ...product, grain: 100 }),
    exactKey({ ...product, grain: 400 }),
    exactKey({ ...product, grain: 100, layers: 9 }),
    exactKey({ ...product, grain: 100, layout: "NT" }),
    exactKey({ ...product, grain: 100, family: "gemm" }),
    exactKey({ ...product, grain: 100, n: 9 }),
  ];
  assert.equal(new Set(keys).size, keys.length);
  assert.equal(keys[0], "conv TN 8×8×400/100 ×1");
});

const withTiles = (tiles: TileTable, target = subgroupTarget): Target => ({
  ...target,
  tiles,
});

Deno.test("chooseTile() takes the measured tile with the least time for a product's own edges", () => {
  // Measured at 64 × 64, where both CPU threads have one tile of 64×32 or two of 16×32.
  const rates = [
    { tile: "64×32 subgroup", rate: 10 },
    { tile: "16×32 subgroup", rate: 9 },
  ];
  const target = withTiles({ "gemm NT 64²": rates });
  assert.equal(name(square(64), target), "64×32 subgroup");
  assert.equal(name(square(64, { m: 5 }), target), "16×32 subgroup");
  // Another class, layout or family: what ships.
  for (const other of [{ k: 5000 }, { layout: "NN" }, { family: "conv" }]) {
    const product = square(64, other as Partial<Product>);
    assert.equal(name(product, target), name(product, subgroupTarget));
  }
});

Deno.test("chooseTile() prefers what is said of the exact product, parts included", () => {
  const product = square(64, { k: 5000 });
  const target = withTiles({
    "gemm NT 64² deep": [{ tile: "64×32 subgroup", parts: 4, rate: 1 }],
    [exactKey(product)]: [{ tile: "8×32 subgroup", parts: 3, rate: 1 }],
  });
  const { tile, parts } = chooseTile(product, target);
  assert.deepEqual([tileName(tile), parts], ["8×32 subgroup", 3]);
  assert.equal(chooseTile({ ...product, m: 65 }, target).parts, 4);
});

Deno.test("chooseTile() passes over tiles that are unknown or beyond the device", () => {
  const rates = [
    { tile: "1×1 abacus", rate: 1e9 },
    { tile: "64×64 workgroup of 16×16", rate: 1e6 },
    { tile: "8×32 subgroup", rate: 1 },
  ];
  const target = {
    ...withTiles({ "gemm NT 64²": rates }),
    maxWorkgroupBytes: 1024,
  };
  assert.equal(name(square(64), target), "8×32 subgroup");
  const none = withTiles({ "gemm NT 64²": rates.slice(0, 1) });
  assert.equal(name(square(64), none), name(square(64), subgroupTarget));
  const empty = withTiles({ "gemm NT 64²": [] });
  assert.equal(name(square(64), empty), name(square(64), subgroupTarget));
});

Deno.test("workOf() counts edges, rounds of workgroups and parts", () => {
  const tile = tileNamed("64×32 subgroup")!;
  const { rows, columns } = workgroupTile(tile);
  const area = rows * columns;
  const work = (given: Partial<Product>, parts = 1) =>
    workOf(square(64, { k: 100, ...given }), { tile, parts });
  // Two tiles for two threads: one round.
  assert.equal(work({}), area * 100);
  assert.equal(work({ m: 1 }), area * 100);
  assert.equal(work({ n: 65 }), 2 * area * 100);
  assert.equal(work({ layers: 3 }), 3 * area * 100);
  assert.equal(work({}, 4), 4 * area * 25);
});

function plan(target: Target): Plan {
  return buildPlan({
    name: "net",
    model: sequential([12, 10, 4], [
      conv2d({ channels: 20, kernel: 3, padding: 1 }),
      flatten(),
      dense({ units: 7 }),
    ]),
    loss: halfSquaredNorm(),
    optimizer: sgd(),
    batch: 9,
    replicas: 2,
    target,
  });
}

Deno.test("a plan under the choices of a record has the record's kernels, whatever else is measured", () => {
  for (const target of Object.values(targets)) {
    const recorded = plan(target);
    const choices = recorded.dispatches.flatMap(({ choice }) => choice ?? []);
    assert.ok(choices.length >= 4);
    const others = Object.fromEntries(
      ["gemm", "conv"].flatMap((family) =>
        ["NT", "NN", "TN"].flatMap((layout) =>
          ["64²", "256²", "64² deep"].map((size) => [
            `${family} ${layout} ${size}`,
            [{ tile: "4×4 plain", parts: 3, rate: 1 }],
          ])
        )
      ),
    );
    assert.notDeepEqual(plan({ ...target, tiles: others }), recorded);
    const tiles = { ...others, ...recordedTiles(choices) };
    assert.deepEqual(plan({ ...target, tiles }), recorded);
  }
});
