/** Work on the last axis, row by row: see `row_sum.wgsl`. */
import type { Shape } from "../core/shape.ts";
import { sizeOf } from "../core/shape.ts";
import type { Cells } from "./cells.ts";
import type { KernelOp } from "./ops.ts";

/** Invocations of a workgroup. */
const LANES = 64;

/** Cells of a row that one invocation takes where there are invocations left. */
const SHARE = 32;

/** How rows are given to invocations. */
export interface Rows {
  readonly rows: number;
  /** In cells. */
  readonly columns: number;
  readonly over: KernelOp["over"];
  /** For the kernel: invocations of a row. */
  readonly constants: { readonly span: number };
  /** Loop iterations of `passes` passes over a row and as many sums. */
  iterations(passes: number, sums: number): number;
}

/** Rows of an array along its last axis, taken cell by cell. */
export function rowsOf(
  shape: Shape,
  { size }: Pick<Cells, "size"> = { size: 1 },
): Rows {
  const rows = sizeOf(shape) / shape.at(-1)!;
  const columns = shape.at(-1)! / size;
  let span = 1;
  while (span < LANES && columns / span > SHARE) span *= 2;
  return {
    rows,
    columns,
    over: { workgroups: Math.ceil(rows * span / LANES) },
    constants: { span },
    iterations: (passes, sums) =>
      passes * Math.ceil(columns / span) + sums * span,
  };
}
