import { sizeOf } from "../../core/shape.ts";
import { cellwise } from "./cells.ts";
import type { KernelOp } from "./ops.ts";
import type { Gradient, Value } from "./value.ts";

/** Copies `x`, or adds it to what is there. */
export function copy(label: string, x: Value, result: Gradient): KernelOp {
  return cellwise({
    label,
    file: "copy.wgsl",
    entry: "main",
    reads: { x },
    result,
    count: sizeOf(x.shape),
    flops: result.accumulate ? 1 : 0,
  });
}
