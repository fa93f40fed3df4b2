import {
  elementType,
  gemmMain,
  type GemmVariant,
  type Load,
  turnsOver,
  workgroupTile,
} from "../../../../shaders/gemm.ts";
import { UNROLL } from "../../../../shaders/gemm_tile.ts";
import type { Target } from "../../../core/plan.ts";
import type { TileChoice } from "../../../core/tile_table.ts";
import type { GemmOp } from "../../op/ops.ts";
import { type Value, value } from "../../op/value.ts";
import {
  boundKernel,
  type Draft,
  foldedGrid,
  type LowerOptions,
} from "./draft.ts";
import { type Epilogue, epilogue, finishing } from "./epilogue.ts";
import {
  type Declaration,
  declare,
  generated,
  join,
} from "../../op/kernel_text.ts";
import {
  type Choice,
  chooseTile,
  exactKey,
  type Product,
  productOf,
} from "./tile_choice.ts";
import { type Engine, tileName } from "./tiles.ts";

/** How four neighbours of rows of this length are loaded. */
function loadOf(
  length: number,
  { int64 }: Target,
  engine: Engine,
): Load {
  if (length % 4 !== 0) return "f32";
  return int64 && engine === "subgroup" ? "u64" : "vec4";
}

/** The variant of the kernel for a product in a tile. */
export function gemmVariant(
  { layout, m, n, k }: Pick<GemmOp, "layout" | "m" | "n" | "k">,
  { tile }: Choice,
  target: Target,
): GemmVariant {
  const { engine } = tile;
  return {
    layout,
    tile,
    loadA: loadOf(layout === "TN" ? m : k, target, engine),
    loadB: loadOf(layout === "NT" ? k : n, target, engine),
    exactK: k % UNROLL === 0,
    exactM: m % workgroupTile(tile).rows === 0,
  };
}

/** What a plan notes of a choice. */
export function noted(product: Product, { tile, parts }: Choice): TileChoice {
  return { product: exactKey(product), tile: tileName(tile), parts };
}

/** One product as one dispatch, or as two where k must be split. */
export function lowerGemm(op: GemmOp, options: LowerOptions): Draft[] {
  const choice = chooseTile(productOf(op, options.replicas), options.target);
  const { parts: splits } = choice;
  if (splits === 1) return [productDraft(op, options, { choice, result: op })];
  const parts = value(`${op.label} parts`, "scratch", [splits, op.m, op.n]);
  return [
    productDraft(op, options, { choice, result: partial(op, parts) }),
    sumDraft(op, options, { splits, parts }),
  ];
}

/** The product that only stores its parts. */
export function partial(op: GemmOp, parts: Value): GemmOp {
  return {
    ...op,
    c: parts,
    bias: undefined,
    activation: undefined,
    derivative: undefined,
    update: undefined,
    accumulate: false,
  };
}

/** Binds an operand as its loads want it. */
export const operand = (
  name: string,
  value: Value,
  load: Load,
): Declaration => ({
  name,
  value,
  access: "read",
  element: elementType(load),
});

function productDraft(
  op: GemmOp,
  options: LowerOptions,
  { choice, result }: { choice: Choice; result: GemmOp },
): Draft {
  const { m, n, k } = op;
  const { replicas, target } = options;
  const { tile, parts: splits } = choice;
  const variant = gemmVariant(op, choice, target);
  const cell = n % 4 === 0 ? 4 : 1;
  const end = epilogue(finishing(result), cell);
  const buffers = [
    operand("a", op.a, variant.loadA),
    operand("b", op.b, variant.loadB),
    ...end.buffers,
  ];
  const text = join([
    "gemm.wgsl",
    declare(buffers),
    ...end.sources,
    generated(fourNeighbours(cell)),
    generated(gemmMain(variant)),
  ]);
  const chunk = Math.ceil(Math.ceil(k / splits) / UNROLL) * UNROLL;
  const group = workgroupTile(tile);
  const stride = ({ shared }: Value, count: number) => shared ? 0 : count;
  const words = [
    m,
    n,
    k,
    chunk,
    splits,
    stride(op.a, m * k),
    stride(op.b, n * k),
  ];
  return {
    label: op.label,
    ...boundKernel({
      file: "gemm.wgsl",
      variant: variantName(variant, end),
      constants: end.constants,
      ...{ text, buffers, words },
    }),
    grid: [
      Math.ceil(n / group.columns),
      Math.ceil(m / group.rows),
      replicas * splits,
    ],
    flops: replicas * m * n * (2 * k + end.flops),
    iterations: turnsOver(chunk, tile),
    choice: noted(productOf(op, replicas), choice),
  };
}

/** The dispatch that adds up the parts of a split product and ends it. */
export function sumDraft(
  op: GemmOp,
  { target, replicas }: LowerOptions,
  { splits, parts }: { splits: number; parts: Value },
): Draft {
  const { m, n, k } = op;
  const cell = n % 4 === 0 ? 4 : 1;
  const end = epilogue(finishing(op), cell);
  const buffers: Declaration[] = [
    { name: "parts", value: parts, access: "read", element: "Cell" },
    ...end.buffers,
  ];
  const text = join([
    "gemm.wgsl",
    declare(buffers),
    ...end.sources,
    "sum_parts.wgsl",
  ]);
  return {
    label: `${op.label}, sum of parts`,
    ...boundKernel({
      file: "sum_parts.wgsl",
      variant: end.name,
      constants: end.constants,
      words: [m, n, k, 0, splits, 0, 0],
      ...{ text, buffers },
    }),
    grid: [...foldedGrid(m * n / cell, target), replicas],
    flops: replicas * m * n * (splits + end.flops),
    iterations: splits,
  };
}

/** `start` and `finish` of four neighbours, in cells; `place` is where in C a row begins. */
export function fourNeighbours(
  cell: 1 | 4,
  place = "baseC + row * sizes.n",
): string {
  const [start, finish] = cell === 4
    ? ["startCell(column)", "finishCell(at, value);"]
    : [
      `vec4f(
    startCell(column), startCell(min(column + 1u, sizes.n - 1u)),
    startCell(min(column + 2u, sizes.n - 1u)), startCell(min(column + 3u, sizes.n - 1u)),
  )`,
      "for (var i = 0u; i < min(4u, sizes.n - column); i++) { finishCell(at + i, value[i]); }",
    ];
  return `fn start(column: u32) -> vec4f { return ${start}; }

fn finish(row: u32, column: u32, value: vec4f) {
  let at = ${place} + column;
  ${finish}
}`;
}

/** As in `NT 64×32 subgroup, bias, relu`. */
export function variantName(
  { layout, tile }: Pick<GemmVariant, "layout" | "tile">,
  end: Epilogue,
): string {
  return [`${layout} ${tileName(tile)}`, end.name].filter(Boolean).join(", ");
}
