/**
 * Every tile of all engines in all three layouts, at sizes that nothing divides
 * and at sizes that allow wide loads: a dense layer's forward pass is NT, the
 * gradient of its input NN, that of its weight TN.
 */
import * as fc from "fast-check";
import assert from "node:assert/strict";
import type { Target } from "../../lib/core/plan.ts";
import { dense } from "../../lib/nn/layers/dense.ts";
import { sequential } from "../../lib/nn/graph.ts";
import { runs, tileName, TILES } from "../../lib/nn/planner/lower/tiles.ts";
import { tanh } from "../../lib/nn/layers/tanh.ts";
import { givenGradient } from "../../lib/studies/support/given_gradient.ts";
import type { Tile } from "../../shaders/gemm.ts";
import { assertMatchesOracle } from "../support/cases.ts";
import { gpu, testGpu } from "../support/device.ts";
import { forced, tilesIn } from "../support/tiles.ts";

const ODD = [1, 3, 5, 7, 17, 31, 33, 65, 127, 130];
const EVEN = [4, 36, 68, 128, 132];

/** Batch, features, units: one after the other m, n and k of the three products. */
const sizes = fc.tuple(...Array.from(
  { length: 3 },
  () => fc.oneof(fc.constantFrom(...ODD), fc.constantFrom(...EVEN)),
));

async function assertProducts(
  { target, tile, size }: { target: Target; tile: Tile; size: number[] },
): Promise<void> {
  const [batch, features, units] = size as [number, number, number];
  const { plan } = await assertMatchesOracle(gpu!, {
    model: sequential([features], [dense({ units, bias: false })]),
    loss: givenGradient(),
    batch,
    replicas: 2,
    seed: batch + features + units,
    target: forced(target, tile),
  });
  assert.deepEqual(tilesIn(plan), Array(3).fill(tileName(tile)));
}

for (const { tile } of TILES) {
  // 64-bit loads are the subgroup engine's alone.
  for (const int64 of tile.engine === "subgroup" ? [true, false] : [false]) {
    if (gpu && !runs(tile, gpu.target)) continue;
    if (gpu && int64 && !gpu.target.int64) continue;
    const loads = int64 ? "with 64-bit loads" : "without 64-bit loads";
    testGpu(
      `gemm in tile ${tileName(tile)} ${loads} matches float64 at any size`,
      ({ target }) =>
        fc.assert(
          fc.asyncProperty(
            sizes,
            (size) =>
              assertProducts({ target: { ...target, int64 }, tile, size }),
          ),
          {
            seed: tile.rows,
            // Without 64-bit loads only the loads of multiples of four differ.
            numRuns: tile.engine === "subgroup" ? int64 ? 4 : 1 : 3,
            examples: [[[68, 132, 36]], [[130, 33, 65]]],
          },
        ),
    );
  }
}

// One tile an engine: how parts are cut does not depend on the tile.
for (const engine of ["subgroup", "plain", "workgroup"]) {
  const { tile } = TILES.findLast(({ tile }) => tile.engine === engine)!;
  if (gpu && !runs(tile, gpu.target)) continue;
  testGpu(
    `gemm of the ${engine} engine in parts of k matches float64, epilogues included`,
    ({ target }) =>
      fc.assert(
        fc.asyncProperty(
          fc.constantFrom([9, 70, 5], [37, 129, 34], [8, 64, 12]),
          fc.constantFrom(2, 3, 16),
          async ([batch, features, units], parts) => {
            const { plan } = await assertMatchesOracle(gpu!, {
              model: sequential([features!], [
                dense({ units: units! }),
                tanh(),
                dense({ units: 3 }),
              ]),
              loss: givenGradient(),
              batch: batch!,
              replicas: 2,
              target: forced(target, tile, { parts }),
            });
            const most = Math.min(parts, features!);
            assert.equal(plan.dispatches[0]!.choice?.parts, most);
          },
        ),
        { seed: 1, numRuns: 3 },
      ),
  );
}
