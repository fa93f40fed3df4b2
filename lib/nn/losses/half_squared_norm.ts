import { checkOptions, type NoOptions } from "../../core/options.ts";
import { sizeOf } from "../../core/shape.ts";
import { cellsOf, EACH } from "../op/cells.ts";
import { sumOp } from "../op/lane_sum.ts";
import type { Loss } from "../op/loss.ts";

/**
 * Half the squared norm of the output, `½ ‖y‖²`, summed over the batch; there is
 * no target. Shape: output [batch, ...]. Gradient: y.
 */
export function halfSquaredNorm(options: NoOptions = {}): Loss {
  checkOptions("make halfSquaredNorm", options, {});
  return {
    kind: "half squared norm",
    build: (output) => {
      const count = sizeOf(output);
      const rows = output[0]!;
      const columns = count / rows;
      const cells = cellsOf(count);
      const common = {
        kind: "kernel",
        file: "half_squared_norm.wgsl",
        needs: [cells.source, "cells.wgsl", "lane_sum.wgsl"],
        accumulates: [],
        constants: {},
      } as const;
      return {
        target: null,
        metrics: { loss: "f32" },
        columns: {
          file: "half_squared_norm_columns.wgsl",
          constants: {},
          iterations: columns,
        },
        forward: ({ output, examples, metrics }) => [
          sumOp({
            label: "half squared norm forward",
            cells: count / cells.size,
            sum: metrics.loss!,
          }, ({ result, chunks, ...how }) => ({
            ...common,
            entry: "forward",
            reads: { y: output, examples },
            writes: { loss: result },
            sizes: [rows, columns, ...chunks],
            flops: 2 * count,
            ...how,
          })),
        ],
        backward: ({ output, examples }, dOutput) => [{
          ...common,
          label: "half squared norm backward",
          entry: "backward",
          reads: { y: output, examples },
          writes: { dY: dOutput },
          over: { invocations: Math.ceil(count / cells.size / EACH) },
          sizes: [rows, columns, 0, 0],
          flops: 0,
          iterations: EACH,
        }],
      };
    },
  };
}
