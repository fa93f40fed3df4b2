import type { Tile } from "../../../shaders/gemm.ts";
import type { Target } from "../../core/plan.ts";
import type { GemmOp } from "../ops.ts";

/**
 * Tiles by engine and how fast each is when it fits, as a fraction of the
 * fastest one (measured, see docs/benchmarks.md).
 */
export const TILES: readonly (Tile & { readonly rate: number })[] = [
  { engine: "subgroup", rows: 64, columns: 32, rate: 1 },
  { engine: "subgroup", rows: 48, columns: 32, rate: 0.92 },
  { engine: "subgroup", rows: 32, columns: 32, rate: 0.9 },
  { engine: "subgroup", rows: 16, columns: 32, rate: 0.7 },
  { engine: "subgroup", rows: 8, columns: 32, rate: 0.45 },
  { engine: "plain", rows: 8, columns: 16, rate: 1 },
  { engine: "plain", rows: 4, columns: 4, rate: 0.5 },
];

/** Tiles that run side by side at least: the threads of a small CPU. */
const PARALLEL = 2;

/** The engine that a target can run. */
export function engineOf(target: Target): Tile["engine"] {
  return target.subgroupSize === 8 ? "subgroup" : "plain";
}

/** The tile that needs the least time for a product, by tiles in a row and their rate. */
export function chooseTile(
  { m, n }: Pick<GemmOp, "m" | "n">,
  { engine, replicas }: { engine: Tile["engine"]; replicas: number },
): Tile {
  let best: { tile: Tile; cost: number } | null = null;
  for (const { rate, ...tile } of TILES) {
    if (tile.engine !== engine) continue;
    const count = Math.ceil(m / tile.rows) * Math.ceil(n / tile.columns) *
      replicas;
    const cost = Math.ceil(count / PARALLEL) * tile.rows * tile.columns / rate;
    if (!best || cost < best.cost) best = { tile, cost };
  }
  return best!.tile;
}
