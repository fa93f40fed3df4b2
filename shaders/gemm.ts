/**
 * WGSL of the matrix product for one layout, tile and divisibility. The fixed
 * part stands in `gemm.wgsl`, the loops of a tile in `gemm_tile.ts` and
 * `gemm_workgroup.ts`.
 */
import {
  LANES,
  registerTileText,
  type TileOptions,
  type TileText,
  UNROLL,
} from "./gemm_tile.ts";
import { sharedArrays, workgroupTileText } from "./gemm_workgroup.ts";

/** Which operands are read across their rows: see `gemm.wgsl`. */
export type Layout = "NT" | "NN" | "TN";

/** How four neighbours are loaded: one vec4f, two 64-bit integers, or four f32 where rows are no multiples of four. */
export type Load = "vec4" | "u64" | "f32";

/** Block of C that one subgroup, or one invocation of the plain engine, holds in registers. */
export interface RegisterTile {
  readonly engine: "subgroup" | "plain";
  /** Rows: a multiple of 8 for the subgroup engine, of 4 for the plain one. */
  readonly rows: number;
  /** Columns: a multiple of 32 for the subgroup engine, of 4 for the plain one. */
  readonly columns: number;
}

/** Block of C that one workgroup computes from slices of A and B in its memory. */
export interface WorkgroupTile {
  readonly engine: "workgroup";
  /** Rows: a multiple of 4 `height`. */
  readonly rows: number;
  /** Columns: a multiple of 4 `width`. */
  readonly columns: number;
  /** Invocations along the columns. */
  readonly width: number;
  /** Invocations along the rows. */
  readonly height: number;
  /** Terms of k in a slice: a multiple of 4 whose fours, like those of a row or column of the block, divide the invocations. */
  readonly terms: number;
}

/** How a workgroup cuts a product into parts; see `gemm.wgsl`. */
export type Tile = RegisterTile | WorkgroupTile;

/** Everything the text of the kernel depends on; sizes stay in the uniform block. */
export interface GemmVariant {
  readonly layout: Layout;
  readonly tile: Tile;
  readonly loadA: Load;
  readonly loadB: Load;
  /** Whether k is a multiple of four, so that no term needs a mask. */
  readonly exactK: boolean;
  /** Whether m is a multiple of the tile's rows, so that no row needs a check. */
  readonly exactM: boolean;
}

/** Invocations of a workgroup along columns and rows, plain engine. */
const PLAIN_WORKGROUP = [8, 8] as const;

/** Invocations of one workgroup along columns and rows. */
export function workgroupSize(tile: Tile): readonly [number, number] {
  if (tile.engine === "workgroup") return [tile.width, tile.height];
  return tile.engine === "plain" ? PLAIN_WORKGROUP : [LANES, 1];
}

/** Loop turns of one invocation over `count` terms of k. */
export function turnsOver(count: number, tile: Tile): number {
  const slices = tile.engine === "workgroup" ? count / tile.terms : 0;
  return Math.ceil(count / UNROLL) + Math.ceil(slices);
}

/** Rows and columns of C that one workgroup computes. */
export function workgroupTile(tile: Tile): { rows: number; columns: number } {
  if (tile.engine !== "plain") return tile;
  const [x, y] = PLAIN_WORKGROUP;
  return { rows: tile.rows * y, columns: tile.columns * x };
}

const ELEMENTS = { vec4: "vec4f", u64: "vec2<u64>", f32: "f32" } as const;

/** Element type that an operand is bound with. */
export function elementType(load: Load): string {
  return ELEMENTS[load];
}

/** Four neighbours from `at` on, counted in f32; only the first `inside` lie in their row, the rest is anything. */
export function loadFour(buffer: "a" | "b", load: Load): string {
  const bodies = {
    vec4: `return ${buffer}[at >> 2u];`,
    u64: `let pair = ${buffer}[at >> 2u];
  return vec4f(
    bitcast<f32>(u32(pair.x)), bitcast<f32>(u32(pair.x >> 32u)),
    bitcast<f32>(u32(pair.y)), bitcast<f32>(u32(pair.y >> 32u)),
  );`,
    f32: `let last = inside - 1u;
  return vec4f(
    ${buffer}[at], ${buffer}[at + min(1u, last)],
    ${buffer}[at + min(2u, last)], ${buffer}[at + min(3u, last)],
  );`,
  };
  return `fn ${buffer}Four(at: u32, inside: u32) -> vec4f {
  ${bodies[load]}
}`;
}

/** Four terms of a row that runs along k and begins at `row`. */
function alongK(buffer: "a" | "b", exactK: boolean): string {
  const body = exactK
    ? `return ${buffer}Four(row + k, 4u);`
    : `let from_ = min(k, sizes.k - 1u);
  let terms = vec4u(k, k + 1u, k + 2u, k + 3u);
  let v = ${buffer}Four(row + from_, sizes.k - from_);
  return select(vec4f(0), v, terms < vec4u(sizes.k));`;
  return `fn ${buffer}AlongK(row: u32, k: u32) -> vec4f {
  ${body}
}`;
}

/**
 * Four columns of the row of a term, the `term`-th from k on. What does not
 * change with k goes into `place`, as the drivers of CPUs leave it in the loop.
 */
function acrossK(buffer: "a" | "b", exactK: boolean, load: Load): string {
  const [name, size] = buffer === "a" ? ["A", "m"] : ["B", "n"];
  const [place, four] = exactK && load !== "f32"
    ? [
      `base${name} + column + term * stride${name}`,
      `return ${buffer}Four(place + k * stride${name}, 4u);`,
    ]
    : [
      "column",
      `let row = min(k + term, sizes.k - 1u) * stride${name};
  let v = ${buffer}Four(base${name} + row + place, sizes.${size} - place);
  return select(vec4f(0), v, k + term < sizes.k);`,
    ];
  return `fn ${buffer}Place(column: u32, term: u32) -> u32 { return ${place}; }

fn ${buffer}AcrossK(place: u32, term: u32, k: u32) -> vec4f {
  ${four}
}`;
}

/** First of the last four columns that a load may start at. */
export function lastQuad(size: "m" | "n", load: Load): string {
  return `let lastQuad${size.toUpperCase()} = sizes.${size} - ${
    load === "f32" ? 1 : 4
  }u;`;
}

/** Tiles in a row that are computed before the next row: their part of B stays in the cache meanwhile. */
const BAND = 4;

/** `row0` and `column0` of the tile of a subgroup or invocation. */
export function tilePlace(tile: Tile): string {
  const group = workgroupTile(tile);
  const inside = (axis: "x" | "y", size: number) =>
    tile.engine === "plain" ? ` + local.${axis} * ${size}u` : "";
  return `let linear = group.y * groups.x + group.x;
let band = linear / (${BAND}u * groups.y);
let width = min(${BAND}u, groups.x - band * ${BAND}u);
let order = linear % (${BAND}u * groups.y);
let row0 = order / width * ${group.rows}u${inside("y", tile.rows)};
let column0 = (band * ${BAND}u + order % width) * ${group.columns}u${
    inside("x", tile.columns)
  };`;
}

/** What the entry point of an engine knows besides `group` and `groups`. */
const BUILTINS = {
  subgroup: "@builtin(subgroup_invocation_id) lane: u32",
  plain: "@builtin(local_invocation_id) local: vec3u",
  workgroup: `@builtin(local_invocation_id) local: vec3u,
  @builtin(local_invocation_index) index: u32`,
};

/** The entry point `main` around `body`, which knows `group`, `groups` and what the engine needs. */
export function entryPoint(tile: Tile, body: string): string {
  const arrays = tile.engine === "workgroup" ? sharedArrays(tile) : "";
  const size = tile.engine === "subgroup"
    ? LANES
    : workgroupSize(tile).join(", ");
  return `${arrays}@compute @workgroup_size(${size})
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  ${BUILTINS[tile.engine]},
) {
${body}
}`;
}

/** Writes the statements of one tile for its engine. */
export function tileText(options: TileOptions): TileText {
  const { tile } = options;
  return tile.engine === "workgroup"
    ? workgroupTileText({ ...options, tile })
    : registerTileText({ ...options, tile });
}

/**
 * WGSL of the loads and the entry point of a variant. The caller puts
 * `gemm.wgsl`, the bindings `a`, `b`, `sizes` and an epilogue beside it:
 * `fn prepare()`, called once, `fn start(column: u32) -> vec4f` and
 * `fn finish(row: u32, column: u32, value: vec4f)`.
 */
export function gemmMain(variant: GemmVariant): string {
  const { layout, tile, loadA, loadB, exactK } = variant;
  const text = tileText({ ...variant, gathered: false });
  return [
    loadFour("a", loadA),
    loadFour("b", loadB),
    layout === "TN" ? acrossK("a", exactK, loadA) : alongK("a", exactK),
    layout === "NT" ? alongK("b", exactK) : acrossK("b", exactK, loadB),
    entryPoint(
      tile,
      `replica = group.z / sizes.splits;
prepare();
baseA = replica * sizes.replicaA;
baseB = replica * sizes.replicaB;
baseC = group.z * sizes.m * sizes.n;
rowB = sizes.k;
strideA = sizes.m;
strideB = sizes.n;
let first = (group.z % sizes.splits) * sizes.chunk;
let end = min(first + sizes.chunk, sizes.k);
${tilePlace(tile)}
${layout === "TN" ? lastQuad("m", loadA) : ""}
${layout === "NT" ? "" : lastQuad("n", loadB)}
${text.setup}
${text.loop("first", "end")}
${text.finish}`,
    ),
  ].join("\n\n") + "\n";
}
