/** Work on the last axis, row by row: see `rows.wgsl`. */
import { reductions, type RowShape } from "../../../shaders/rows.ts";
import type { Shape } from "../../core/shape.ts";
import { sizeOf } from "../../core/shape.ts";
import { cellsOf } from "./cells.ts";
import { generated } from "./kernel_text.ts";
import type { KernelOp, Piece } from "./ops.ts";

/** Invocations of a workgroup. */
const LANES = 64;

/** Cells of a row that one lane takes, and keeps, where there are lanes left. */
const SHARE = 32;

/** How rows are given to lanes. */
export interface Rows extends RowShape {
  readonly rows: number;
  /** Numbers of a cell. */
  readonly size: 1 | 4;
  readonly over: KernelOp["over"];
  /** What an entry point needs beside its file. */
  readonly needs: readonly Piece[];
  /** Loop iterations of `passes` passes over a row and as many sums. */
  iterations(passes: number, sums: number): number;
}

/**
 * Rows of an array along its last axis. A row is one lane's as long as it can
 * keep all of it, then that of the eight lanes that a CPU computes together, and
 * at last a workgroup's.
 */
export function rowsOf(shape: Shape): Rows {
  const numbers = shape.at(-1)!;
  const rows = sizeOf(shape) / numbers;
  const cells = cellsOf(numbers);
  const columns = numbers / cells.size;
  const span = [1, 8].find((span) => columns <= span * SHARE) ?? LANES;
  const share = Math.ceil(columns / span);
  const kept = share <= SHARE ? share : 0;
  return {
    rows,
    columns,
    span,
    kept,
    size: cells.size,
    over: { workgroups: Math.ceil(rows * span / LANES) },
    needs: [
      cells.source,
      ({ subgroupSize }) =>
        generated(`const SPAN = ${span}u;\n${reductions(span, subgroupSize)}`),
      "rows.wgsl",
    ],
    iterations: (passes, sums) =>
      (kept ? 0 : passes * share) + sums * Math.min(span, 16),
  };
}
