import type { Op } from "../../op/ops.ts";
import { lowerConv } from "./conv.ts";
import type { Draft, LowerOptions } from "./draft.ts";
import { lowerGemm } from "./gemm.ts";
import { lowerOther } from "./others.ts";

/** Ops → dispatches with their WGSL, grids and counts, still without memory. */
export function lower(ops: readonly Op[], options: LowerOptions): Draft[] {
  return ops.flatMap((op) => {
    if (op.kind !== "gemm") return lowerOther(op, options);
    return op.window
      ? lowerConv(op, op.window, options)
      : lowerGemm(op, options);
  });
}
