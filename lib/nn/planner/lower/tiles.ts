/** The tiles that products are computed with, and which of them a device runs. */
import {
  type RegisterTile,
  type Tile,
  workgroupSize,
  type WorkgroupTile,
} from "../../../../shaders/gemm.ts";
import { LANES } from "../../../../shaders/gemm_tile.ts";
import { sharedBytes } from "../../../../shaders/gemm_workgroup.ts";
import type { Target } from "../../../core/plan.ts";

/** How invocations come by the operands of a tile; see `gemm.wgsl`. */
export type Engine = Tile["engine"];

/** A workgroup tile as `width` × `height` invocations, each with a part of `[rows, columns]`. */
const workgroup = (
  [width, height]: [number, number],
  [rows, columns]: [number, number],
  terms: number,
): WorkgroupTile => ({
  engine: "workgroup",
  rows: rows * height,
  columns: columns * width,
  width,
  height,
  terms,
});

/**
 * Tiles and how fast each is when it fits, as a fraction of its engine's fastest:
 * measured on llvmpipe for the subgroup and plain engines (docs/benchmarks.md),
 * estimated for the workgroup engine. `deno task tune` measures them all.
 */
export const TILES: readonly { readonly tile: Tile; readonly rate: number }[] =
  [
    { tile: { engine: "subgroup", rows: 64, columns: 32 }, rate: 1 },
    { tile: { engine: "subgroup", rows: 48, columns: 32 }, rate: 0.92 },
    { tile: { engine: "subgroup", rows: 32, columns: 32 }, rate: 0.9 },
    { tile: { engine: "subgroup", rows: 16, columns: 32 }, rate: 0.7 },
    { tile: { engine: "subgroup", rows: 8, columns: 32 }, rate: 0.45 },
    { tile: { engine: "plain", rows: 8, columns: 16 }, rate: 1 },
    { tile: { engine: "plain", rows: 4, columns: 4 }, rate: 0.5 },
    { tile: workgroup([16, 16], [8, 8], 8), rate: 1 },
    { tile: workgroup([16, 16], [8, 4], 16), rate: 0.9 },
    { tile: workgroup([16, 16], [4, 4], 16), rate: 0.85 },
    // Taken where it is measured to be faster, never else.
    { tile: workgroup([8, 8], [8, 8], 16), rate: 0.8 },
    { tile: workgroup([8, 8], [4, 4], 16), rate: 0.5 },
  ];

/** As in `64×32 subgroup` or `64×64 workgroup of 16×16`; no two tiles have one name. */
export function tileName(tile: Tile): string {
  const { rows, columns, engine } = tile;
  const of = engine === "workgroup" ? ` of ${tile.width}×${tile.height}` : "";
  return `${rows}×${columns} ${engine}${of}`;
}

/** The tile of a name, if there is one. */
export function tileNamed(name: string): Tile | undefined {
  return TILES.find(({ tile }) => tileName(tile) === name)?.tile;
}

/** Whether a device can run a tile at all. */
export function runs(
  tile: Tile,
  { subgroupSize, maxInvocations, maxWorkgroupBytes }: Target,
): boolean {
  const [width, height] = workgroupSize(tile);
  if (width * height > maxInvocations) return false;
  if (tile.engine === "subgroup") return subgroupSize === width;
  return tile.engine !== "workgroup" || sharedBytes(tile) <= maxWorkgroupBytes;
}

/** The engine of kernels that keep their tiles in registers alone. */
export function engineOf({ subgroupSize }: Target): RegisterTile["engine"] {
  return subgroupSize === LANES ? "subgroup" : "plain";
}

/**
 * The engine of products where nothing was measured: subgroups of eight lanes
 * where there are any, else workgroup memory, but not on a CPU, where it is a
 * detour.
 */
export function productEngineOf(target: Target): Engine {
  const shares = !target.software &&
    TILES.some(({ tile }) => tile.engine === "workgroup" && runs(tile, target));
  const engine = engineOf(target);
  return engine === "plain" && shares ? "workgroup" : engine;
}

/** Tiles to measure on a device at most. */
const MOST_CANDIDATES = 6;

/**
 * The tiles worth measuring on a device: all of its own engine; on a GPU the best
 * one of every other engine that it runs, too. On a CPU the others are five to
 * ten times slower and take seconds to compile.
 */
export function candidates(target: Target): Tile[] {
  const own = productEngineOf(target);
  const able = TILES.map(({ tile }) => tile)
    .filter((tile) => runs(tile, target));
  const others = able.filter((tile, i) =>
    tile.engine !== own && !target.software &&
    able.findIndex(({ engine }) => engine === tile.engine) === i
  );
  return [...able.filter(({ engine }) => engine === own), ...others]
    .slice(0, MOST_CANDIDATES);
}
