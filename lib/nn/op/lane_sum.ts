/** Sums over rows of cells by the lanes of workgroups: see `lane_sum.wgsl`. */
import type { KernelOp } from "./ops.ts";
import { type Value, value } from "./value.ts";

/** Invocations of a workgroup. */
export const LANES = 64;

/** Cells that one workgroup adds up, a multiple of eight: few enough to keep many busy. */
export const CHUNK = 4096;

/** Workgroups that add up so many cells. */
export const chunksOf = (cells: number) => Math.ceil(cells / CHUNK);

/** Loop iterations of one lane that adds its share of so many cells, and then what all lanes found. */
export const turnsOf = (cells: number) =>
  Math.ceil(Math.min(cells, CHUNK) / LANES) + LANES - 1;

/**
 * An op that adds up `cells` cells of each replica into `sum`, [1]. Where a
 * workgroup cannot do it alone it is split: several write into `result`, [parts],
 * and a second op adds that up. `part` makes the op of `parts` workgroups, by an
 * entry whose last sizes are the chunk and the parts.
 */
export function sumOp(
  { label, cells, sum }: { label: string; cells: number; sum: Value },
  part: (
    into: Pick<KernelOp, "label" | "over" | "iterations"> & {
      readonly result: Value;
      readonly chunks: readonly [chunk: number, parts: number];
    },
  ) => KernelOp,
): KernelOp {
  const parts = chunksOf(cells);
  const into = (result: Value) =>
    part({
      label,
      result,
      chunks: [CHUNK, parts],
      over: { workgroups: parts },
      iterations: turnsOf(cells),
    });
  const whole = into(sum);
  if (parts === 1) return whole;
  const x = value(`${label} parts`, "scratch", [parts]);
  return {
    ...whole,
    split: [{ ...into(x), flops: whole.flops - parts }, {
      kind: "columnSum",
      label: `${label}, sum of parts`,
      rows: parts,
      columns: 1,
      x,
      sum,
      accumulate: false,
    }],
  };
}
