/**
 * Which tile a product is computed with, as data: what was measured on an
 * adapter, or what a run used. `lib/nn/planner/lower/tile_choice.ts` reads it.
 */

/** One way to compute a product. */
export interface TileRate {
  /** Name of the tile, as in `64×32 subgroup`. */
  readonly tile: string;
  /** Parts that k falls into, added up by a second dispatch; left to the planner if absent. */
  readonly parts?: number;
  /** GFLOPS that were measured; only ratios within one entry count. */
  readonly rate: number;
}

/**
 * Ways to compute a product by its key: that of one exact product, or that of
 * all that are about as large, where the tile with the least time for its rate
 * and the product's edges is taken. An empty list says that what ships is best.
 */
export type TileTable = Readonly<Record<string, readonly TileRate[]>>;

/** What a dispatch was planned with, as a run's record keeps it. */
export interface TileChoice {
  /** Key of the exact product, as in `gemm NT 64×256×784 ×1`. */
  readonly product: string;
  readonly tile: string;
  readonly parts: number;
}

/** The table under which every product of a record is computed as it was then. */
export function recordedTiles(choices: Iterable<TileChoice>): TileTable {
  const table: Record<string, TileRate[]> = {};
  for (const { product, ...choice } of choices) {
    table[product] = [{ ...choice, rate: 1 }];
  }
  return table;
}
