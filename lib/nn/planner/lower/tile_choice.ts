/**
 * Which tile a product gets, and into how many parts k falls: what a table of
 * the target says of this product, or of products about as large; else the
 * rates that ship with the tiles.
 */
import {
  type Layout,
  type Tile,
  turnsOver,
  workgroupTile,
} from "../../../../shaders/gemm.ts";
import type { Target } from "../../../core/plan.ts";
import { sizeOf } from "../../../core/shape.ts";
import type { TileRate } from "../../../core/tile_table.ts";
import type { GemmOp } from "../../op/ops.ts";
import {
  type Engine,
  productEngineOf,
  runs,
  tileNamed,
  TILES,
} from "./tiles.ts";

/** A product as the choice of its tile sees it. */
export interface Product {
  readonly family: "gemm" | "conv";
  readonly layout: Layout;
  readonly m: number;
  readonly n: number;
  /** Terms of one sum. */
  readonly k: number;
  /** Terms that cannot be parted: 1, or those of an image or of a whole sum. */
  readonly grain: number;
  /** Products of this shape side by side: replicas, taps of a weight's gradient. */
  readonly layers: number;
}

/** An op, or all of its taps, for so many replicas. */
export function productOf(
  { layout, m, n, k, window }: GemmOp,
  replicas: number,
): Product {
  if (!window) {
    return { family: "gemm", layout, m, n, k, grain: 1, layers: replicas };
  }
  const taps = sizeOf(window.kernel);
  const conv = { family: "conv", layout, m, n } as const;
  // A weight's gradient has a product for every tap, the others have longer sums.
  return layout === "TN"
    ? { ...conv, k, grain: sizeOf(window.output), layers: replicas * taps }
    : { ...conv, k: k * taps, grain: k * taps, layers: replicas };
}

/** A tile and the parts of k. */
export interface Choice {
  readonly tile: Tile;
  readonly parts: number;
}

/** What keeps a device busy. */
interface Device {
  /** Workgroups that a device computes side by side at least. */
  readonly parallel: number;
  /** Workgroups that a long product has at least, so that all of the device finds work to the end. */
  readonly least: number;
  /** Terms that a part adds up at least. */
  readonly terms: number;
}

/** For the threads of a small CPU, for a large GPU. */
const CPU: Device = { parallel: 2, least: 16, terms: 2048 };
const DEVICES: Record<Engine, Device> = {
  subgroup: CPU,
  plain: CPU,
  workgroup: { parallel: 128, least: 128, terms: 512 },
};

/** Images that one part of a weight's gradient adds up, if memory allows: what they touch stays in the cache. */
const IMAGES_PER_PART = 4;

/** Bytes that the parts of a product may take. */
const PARTS_BYTES = 64 * 2 ** 20;

/** Share of the iteration limit that a product may use: its other loops need some too. */
const ITERATION_SHARE = 0.9;

/** Key of this product alone: equal keys and tables give equal kernels. */
export function exactKey(product: Product): string {
  const { family, layout, m, n, k, grain, layers } = product;
  const terms = grain === 1 ? `${k}` : `${k}/${grain}`;
  return `${family} ${layout} ${m}×${n}×${terms} ×${layers}`;
}

/** Sides of the squares that results are sorted by; convolutions beyond theirs take long to measure. */
export const SIDES = {
  gemm: [64, 256, 1024, 4096],
  conv: [64, 256, 1024],
} as const;

/** Terms from which on a product of few results is worth parting, and the largest side that means. */
export const DEEP = { terms: 2048, side: 256 };

/** Key of all products about as large as this one, as in `gemm TN 256²` or `gemm NT 64² deep`. */
export function sizeKey(
  { family, layout, m, n, k, layers }: Product,
): string {
  const distance = (side: number) =>
    Math.abs(Math.log2(m * n * layers) - 2 * Math.log2(side));
  const sides: readonly number[] = SIDES[family];
  const nearest = sides.reduce((best, side) =>
    distance(side) < distance(best) ? side : best
  );
  const deep = family === "gemm" && nearest <= DEEP.side && k >= DEEP.terms;
  return `${family} ${layout} ${nearest}²${deep ? " deep" : ""}`;
}

/** The tile and the parts of a product on a target. */
export function chooseTile(product: Product, target: Target): Choice {
  for (const key of [exactKey(product), sizeKey(product)]) {
    const measured = fastestMeasured(product, target.tiles?.[key], target);
    if (measured) return measured;
  }
  const tile = fastestShipped(product, productEngineOf(target));
  return { tile, parts: partsOf(product, tile, target) };
}

/** Workgroups of one layer, and the numbers that each of them covers, beyond the edges too. */
function cover({ m, n }: Product, tile: Tile): { count: number; area: number } {
  const { rows, columns } = workgroupTile(tile);
  const count = Math.ceil(m / rows) * Math.ceil(n / columns);
  return { count, area: rows * columns };
}

/**
 * Multiply-adds that one of the workgroups that run side by side does in the
 * course of a product, those beyond the edges too: over a rate it is a time.
 */
export function workOf(product: Product, { tile, parts }: Choice): number {
  const { count, area } = cover(product, tile);
  const { parallel } = DEVICES[tile.engine];
  const turns = Math.ceil(count * product.layers * parts / parallel);
  return turns * area * product.k / parts;
}

/** Of the measured ways the one that needs the least time; `null` if the target runs none. */
function fastestMeasured(
  product: Product,
  rates: readonly TileRate[] = [],
  target: Target,
): Choice | null {
  const ways = rates.flatMap(({ tile: name, parts, rate }) => {
    const tile = tileNamed(name);
    if (!tile || !runs(tile, target)) return [];
    return { tile, parts: partsOf(product, tile, target, parts), rate };
  });
  return fastest(product, ways);
}

/** The tile of an engine that needs the least time by the rates that ship. */
function fastestShipped(product: Product, engine: Engine): Tile {
  // Parts of k run side by side as layers do.
  const parts = product.family === "gemm"
    ? Math.max(1, Math.floor(product.k / DEVICES[engine].terms))
    : partsOfImages(product);
  const ways = TILES.filter(({ tile }) => tile.engine === engine)
    .map((way) => ({ ...way, parts }));
  return fastest(product, ways)!.tile;
}

/** The first of the ways that take the least time. */
function fastest<Way extends Choice & { readonly rate: number }>(
  product: Product,
  ways: readonly Way[],
): Way | null {
  const cost = (way: Way) => workOf(product, way) / way.rate;
  return ways.reduce<Way | null>(
    (best, way) => best && cost(best) <= cost(way) ? best : way,
    null,
  );
}

/**
 * Parts of k: those `wanted`, or enough for a long product of few tiles to keep
 * the device busy; always so many that no invocation passes the driver's limit of
 * iterations, and otherwise no more than there is memory for.
 */
function partsOf(
  product: Product,
  tile: Tile,
  { maxIterations }: Target,
  wanted = usualParts(product, tile),
): number {
  const { family, k, grain } = product;
  const turns = family === "gemm" ? turnsOver(k, tile) : 0;
  const needed = Math.ceil(turns / (maxIterations * ITERATION_SHARE));
  return Math.max(
    1,
    needed,
    Math.min(wanted, k / grain, affordableParts(product)),
  );
}

function usualParts(product: Product, tile: Tile): number {
  if (product.family === "conv") return partsOfImages(product);
  const { least, terms } = DEVICES[tile.engine];
  const { count } = cover(product, tile);
  return Math.min(
    Math.ceil(least / (count * product.layers)),
    Math.floor(product.k / terms),
  );
}

/** Parts that the images of a batch fall into for the gradient of the weight; 1 for other products. */
function partsOfImages(product: Product): number {
  const { k, grain } = product;
  return Math.max(
    1,
    Math.min(
      affordableParts(product),
      Math.ceil(k / grain / IMAGES_PER_PART),
    ),
  );
}

function affordableParts({ m, n, layers }: Product): number {
  return Math.floor(PARTS_BYTES / (4 * m * n * layers));
}
