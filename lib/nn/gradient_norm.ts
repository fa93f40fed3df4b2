import { sizeOf } from "../core/shape.ts";
import type { KernelOp } from "./ops.ts";
import { type Value, value } from "./value.ts";

/** Invocations of a workgroup, see `gradient_norm.wgsl`. */
const LANES = 64;

/** Numbers that one workgroup squares and adds up at most: short enough to keep many busy. */
const CHUNK = 64 * LANES;

/**
 * Ops that write the norm over all parameters together,
 * `norm = s √(Σ over gradients Σᵢ gᵢ²)`, [1] a replica, always adding in the
 * same order.
 */
export function gradientNormOps(
  gradients: readonly Value[],
  { norm, scale = 1 }: { norm: Value; scale?: number },
): KernelOp[] {
  const groups = gradients.map(({ shape }) => Math.ceil(sizeOf(shape) / CHUNK));
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
      entry: "squares",
      reads: { gradient },
      writes: { parts },
      over: { workgroups: groups[index]! },
      sizes: [count, CHUNK, first, total],
      constants: {},
      flops: 2 * count,
      iterations: Math.ceil(Math.min(CHUNK, count) / LANES) + LANES - 1,
    };
    first += groups[index]!;
    return op;
  });
  return [...squares, {
    ...common,
    label: "gradient norm",
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
