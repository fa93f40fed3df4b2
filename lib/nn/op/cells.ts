/** Numbers that a kernel takes at a time: its WGSL says `Cell`, and this says what that is. */
import type { ShaderSource } from "../../../shaders/mod.ts";
import type { Target } from "../../core/plan.ts";
import { generated } from "./kernel_text.ts";
import { elementwise, type KernelOp } from "./ops.ts";

/** Four neighbours, or one number. */
export interface Cells {
  /** Numbers of a cell. */
  readonly size: 1 | 4;
  /** Declares `Cell` and what goes with it, see {@linkcode cellText}. */
  readonly source: (target: Target) => ShaderSource;
}

/** The largest cells that divide rows of each of these lengths. */
export function cellsOf(...lengths: number[]): Cells {
  const size = lengths.every((length) => length % 4 === 0) ? 4 : 1;
  return { size, source: (target) => cellText(size, target) };
}

/** Cells that one invocation works on, one after the other: `EACH` of `cells.wgsl`. */
export const EACH = 4;

/**
 * Neighbouring cells of a row that an invocation takes where it walks down rows
 * of `width` cells: with two of them eight lanes read whole lines of a cache.
 */
export function acrossOf(width: number): 1 | 2 {
  return width % 2 === 0 ? 2 : 1;
}

/** An {@linkcode elementwise} op whose file works on `EACH` cells and needs `cells.wgsl`. */
export function cellwise(
  { needs = [], ...op }:
    & Parameters<typeof elementwise>[0]
    & Pick<KernelOp, "needs">,
): KernelOp {
  return {
    ...elementwise(op),
    needs: [cellsOf(4).source, "cells.wgsl", ...needs],
    over: { cells: op.count, each: EACH },
    iterations: EACH,
  };
}

/**
 * WGSL of `Cell`, `CellI`, `CellU` and `CellB` (a vec4f, vec4i, … or an f32, i32,
 * …), `CELL` (numbers of a cell), `sumOf(cell)`, `maxOf(cell)`, `cellOf(four, i)`
 * (the i-th cell of four words), `numbersOf(i)` (which numbers cell i holds), and
 * of how cells lie in memory: buffers are arrays of `Packed`, read by `unpack()`,
 * written by `pack()`, those of u32 of `PackedU`. Where CPUs compute, every
 * component of a load or store is checked on its own: two 64-bit ones take half
 * the time of four.
 */
function cellText(
  size: Cells["size"],
  { int64, subgroupSize }: Target,
): ShaderSource {
  const wide = size === 4;
  const [float, signed, unsigned, boolean] = wide
    ? ["vec4f", "vec4i", "vec4u", "vec4<bool>"]
    : ["f32", "i32", "u32", "bool"];
  const code = `alias Cell = ${float};
alias CellI = ${signed};
alias CellU = ${unsigned};
alias CellB = ${boolean};
const CELL = ${size}u;
fn sumOf(cell: Cell) -> f32 { return ${
    wide ? "(cell.x + cell.y) + (cell.z + cell.w)" : "cell"
  }; }
fn maxOf(cell: Cell) -> f32 { return ${
    wide ? "max(max(cell.x, cell.y), max(cell.z, cell.w))" : "cell"
  }; }
fn cellOf(four: vec4u, i: u32) -> CellU { return four${wide ? "" : "[i]"}; }
fn numbersOf(i: u32) -> CellU { return ${
    wide ? "vec4u(4u * i) + vec4u(0u, 1u, 2u, 3u)" : "i"
  }; }
${wide && int64 && subgroupSize === 8 ? PAIRS : PLAIN}`;
  return generated(code);
}

const PLAIN = `alias Packed = Cell;
alias PackedU = CellU;
fn unpack(packed: Packed) -> Cell { return packed; }
fn unpackU(packed: PackedU) -> CellU { return packed; }
fn pack(cell: Cell) -> Packed { return cell; }
fn packU(cell: CellU) -> PackedU { return cell; }`;

const PAIRS = `alias Packed = vec2<u64>;
alias PackedU = Packed;
fn unpack(packed: Packed) -> Cell { return bitcast<Cell>(unpackU(packed)); }
fn unpackU(packed: PackedU) -> CellU {
  return vec4u(
    u32(packed.x), u32(packed.x >> 32u), u32(packed.y), u32(packed.y >> 32u),
  );
}
fn pack(cell: Cell) -> Packed { return packU(bitcast<CellU>(cell)); }
fn packU(cell: CellU) -> PackedU {
  return vec2<u64>(
    u64(cell.x) | u64(cell.y) << 32u, u64(cell.z) | u64(cell.w) << 32u,
  );
}`;
