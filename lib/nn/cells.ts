/** Numbers that a kernel takes at a time: its WGSL says `Cell`, and this says what that is. */
import type { ShaderSource } from "../../shaders/mod.ts";

/** Four neighbours, or one number. */
export interface Cells {
  /** Numbers of a cell. */
  readonly size: 1 | 4;
  /** Declares `Cell`, `CellU`, `CellB`, `CELL` and `sumOf`. */
  readonly source: ShaderSource;
}

/** The largest cells that divide rows of `channels` numbers. */
export function cellsOf(channels: number): Cells {
  const size = channels % 4 === 0 ? 4 : 1;
  const [float, unsigned, boolean] = size === 4
    ? ["vec4f", "vec4u", "vec4<bool>"]
    : ["f32", "u32", "bool"];
  const sum = size === 4 ? "(cell.x + cell.y) + (cell.z + cell.w)" : "cell";
  const code = `alias Cell = ${float};
alias CellU = ${unsigned};
alias CellB = ${boolean};
const CELL = ${size}u;
fn sumOf(cell: Cell) -> f32 { return ${sum}; }`;
  return { size, source: { file: "generated", code } };
}
