import type { Plan, Target } from "../../lib/core/plan.ts";
import type { TileRate } from "../../lib/core/tile_table.ts";
import { tileName } from "../../lib/nn/planner/lower/tiles.ts";
import type { Tile } from "../../shaders/gemm.ts";

/** A target whose table says the same of every product: this tile. */
export function forced(
  target: Target,
  tile: Tile,
  options: Pick<TileRate, "parts"> = {},
): Target {
  const rates = [{ tile: tileName(tile), ...options, rate: 1 }];
  return { ...target, tiles: new Proxy({}, { get: () => rates }) };
}

/** Tiles of the products of a plan, in the order of its dispatches. */
export function tilesIn({ dispatches }: Plan): string[] {
  return dispatches.flatMap(({ choice }) => choice?.tile ?? []);
}
