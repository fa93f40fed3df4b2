/**
 * Every tile of both engines in all three layouts, at sizes that nothing divides
 * and at sizes that allow wide loads: a dense layer's forward pass is NT, the
 * gradient of its input NN, that of its weight TN.
 */
import * as fc from "fast-check";
import assert from "node:assert/strict";
import type { Target } from "../../lib/core/plan.ts";
import { dense } from "../../lib/nn/dense.ts";
import { sequential } from "../../lib/nn/graph.ts";
import { chooseTile, engineOf, TILES } from "../../lib/nn/lower/tiles.ts";
import type { Tile } from "../../shaders/gemm.ts";
import { assertMatchesOracle } from "../support/cases.ts";
import { gpu, testGpu } from "../support/device.ts";
import { dotLoss } from "../support/dot_loss.ts";
import { withTile } from "../support/tiles.ts";

const ODD = [1, 3, 5, 7, 17, 33, 65, 130];
const EVEN = [4, 36, 68, 132];

/** Batch, features, units: one after the other m, n and k of the three products. */
const sizes = fc.tuple(...Array.from(
  { length: 3 },
  () => fc.oneof(fc.constantFrom(...ODD), fc.constantFrom(...EVEN)),
));

const targets: Record<string, Partial<Target>> = {
  "with 64-bit loads": { int64: true },
  "without 64-bit loads": { int64: false },
};

async function assertTile(
  { tile, target, size }: { tile: Tile; target: Target; size: number[] },
): Promise<void> {
  const [batch, features, units] = size as [number, number, number];
  await assertMatchesOracle(gpu!, {
    model: sequential([features], [dense({ units, bias: false })]),
    loss: dotLoss(),
    batch,
    replicas: 2,
    seed: batch + features + units,
    target,
    change: (plan) => withTile(plan, tile, target),
  });
}

for (const { rate: _, ...tile } of TILES) {
  const name = `${tile.engine} tile ${tile.rows}×${tile.columns}`;
  const subgroup = tile.engine === "subgroup";
  for (const [loads, options] of Object.entries(targets)) {
    // The plain engine never uses 64-bit loads.
    if (!subgroup && options.int64) continue;
    const absent = subgroup && gpu && (gpu.target.subgroupSize !== 8 ||
      options.int64 && !gpu.target.int64);
    if (absent) continue;
    testGpu(
      `gemm in ${name} ${loads} matches float64 at any size`,
      async ({ target }) => {
        const chosen = {
          ...target,
          ...options,
          subgroupSize: subgroup ? 8 : null,
        };
        assert.equal(engineOf(chosen), tile.engine);
        await fc.assert(
          fc.asyncProperty(
            sizes,
            (size) => assertTile({ tile, target: chosen, size }),
          ),
          {
            seed: tile.rows,
            // Without 64-bit loads only the loads of multiples of four differ.
            numRuns: subgroup && !options.int64 ? 1 : 4,
            examples: [[[68, 132, 36]], [[130, 33, 65]]],
          },
        );
      },
    );
  }
}

Deno.test("chooseTile() can choose every tile", () => {
  const chosen = new Set<string>();
  const key = ({ engine, rows, columns }: Tile) =>
    `${engine} ${rows}×${columns}`;
  for (const engine of ["subgroup", "plain"] as const) {
    for (let m = 1; m <= 512; m++) {
      for (const n of [1, 10, 128, 784]) {
        chosen.add(key(chooseTile({ m, n }, { engine, replicas: 1 })));
      }
    }
  }
  assert.deepEqual([...chosen].sort(), TILES.map(key).sort());
});
