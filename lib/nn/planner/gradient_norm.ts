import { sizeOf } from "../../core/shape.ts";
import { cellsOf } from "../op/cells.ts";
import { CHUNK, chunksOf, LANES, turnsOf } from "../op/lane_sum.ts";
import type { KernelOp } from "../op/ops.ts";
import { type Value, value } from "../op/value.ts";

/**
 * Ops that write the norm over all parameters together,
 * `norm = s √(Σ over gradients Σᵢ gᵢ²)`, [1] a replica, always adding in the
 * same order.
 */
export function gradientNormOps(
  gradients: readonly Value[],
  { norm, scale = 1 }: { norm: Value; scale?: number },
): KernelOp[] {
  const cells = gradients.map(({ shape }) => cellsOf(sizeOf(shape)));
  const groups = gradients.map(({ shape }, i) =>
    chunksOf(sizeOf(shape) / cells[i]!.size)
  );
  const total = groups.reduce((sum, count) => sum + count, 0);
  const parts = value(`${norm.label} parts`, "scratch", [total]);
  const common = {
    kind: "kernel",
    file: "gradient_norm.wgsl",
    accumulates: [],
  } as const;
  let first = 0;
  const squares = gradients.map((gradient, index): KernelOp => {
    const count = sizeOf(gradient.shape);
    const op: KernelOp = {
      ...common,
      label: `squares of ${gradient.label}`,
      needs: [cells[index]!.source, "lane_sum.wgsl"],
      entry: "squares",
      reads: { gradient },
      writes: { parts },
      over: { workgroups: groups[index]! },
      sizes: [count, CHUNK, first, total],
      constants: {},
      flops: 2 * count,
      iterations: turnsOf(count / cells[index]!.size),
    };
    first += groups[index]!;
    return op;
  });
  return [...squares, {
    ...common,
    label: "gradient norm",
    needs: [cellsOf().source, "lane_sum.wgsl"],
    entry: "norm",
    reads: { allParts: parts },
    writes: { gradientNorm: norm },
    over: { workgroups: 1 },
    sizes: [0, 0, 0, total],
    constants: scale === 1 ? {} : { gradientScale: scale },
    flops: total + 2,
    iterations: Math.ceil(total / LANES) + LANES - 1,
  }];
}
