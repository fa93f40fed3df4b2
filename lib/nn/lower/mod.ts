import type { Op } from "../ops.ts";
import { lowerConv } from "./conv.ts";
import type { Draft, LowerOptions } from "./draft.ts";
import { lowerGemm } from "./gemm.ts";
import {
  lowerActivation,
  lowerColumnSum,
  lowerKernel,
  lowerUpdate,
} from "./others.ts";

/** Ops → dispatches with their WGSL, grids and counts, still without memory. */
export function lower(ops: readonly Op[], options: LowerOptions): Draft[] {
  return ops.flatMap((op) => {
    switch (op.kind) {
      case "gemm":
        return op.window
          ? lowerConv(op, op.window, options)
          : lowerGemm(op, options);
      case "columnSum":
        return lowerColumnSum(op, options);
      case "activation":
      case "derivative":
        return lowerActivation(op, options);
      case "update":
        return lowerUpdate(op, options);
      case "kernel":
        return lowerKernel(op, options);
    }
  });
}
