import { checkOptions, type NoOptions } from "../../core/options.ts";
import { sizeOf } from "../../core/shape.ts";
import { cellsOf, EACH } from "../op/cells.ts";
import { sumOp } from "../op/lane_sum.ts";
import { type Loss, replicaStride } from "../op/loss.ts";
import type { Value } from "../op/value.ts";

/**
 * Mean of squared differences, `(1/N) Σ (y − t)²` over all N numbers.
 *
 * Shapes: output and target [batch, ...]. Gradient: 2 (y − t) / N.
 * Source: torch.nn.functional.mse_loss.
 */
export function meanSquaredError(options: NoOptions = {}): Loss {
  checkOptions("make meanSquaredError", options, {});
  return squaredError("mean squared error", true);
}

/**
 * Half the sum of squared differences, `½ ‖y − t‖²` over the whole batch.
 *
 * Shapes: output and target [batch, ...]. Gradient: y − t.
 */
export function halfSquaredError(options: NoOptions = {}): Loss {
  checkOptions("make halfSquaredError", options, {});
  return squaredError("half squared error", false);
}

function squaredError(kind: string, mean: boolean): Loss {
  return {
    kind,
    build: (output) => {
      const count = sizeOf(output);
      const rows = output[0]!;
      const columns = count / rows;
      const cells = cellsOf(count);
      const sizes = (target: Value, chunks: readonly number[]) => [
        ...[rows, columns],
        ...[replicaStride(target, count / cells.size), ...chunks],
      ];
      const constants = { mean: mean ? 1 : 0 };
      const common = {
        kind: "kernel",
        file: "squared_error.wgsl",
        needs: [cells.source, "cells.wgsl", "lane_sum.wgsl"],
        accumulates: [],
        constants,
      } as const;
      return {
        target: { shape: output, type: "f32" },
        metrics: { loss: "f32" },
        columns: {
          file: "squared_error_columns.wgsl",
          constants,
          iterations: columns,
        },
        forward: ({ output, target, examples, metrics }) => [
          sumOp({
            label: `${kind} forward`,
            cells: count / cells.size,
            sum: metrics.loss!,
          }, ({ result, chunks, ...how }) => ({
            ...common,
            entry: "forward",
            reads: { y: output, targets: target!, examples },
            writes: { loss: result },
            sizes: sizes(target!, chunks),
            flops: 3 * count + 1,
            ...how,
          })),
        ],
        backward: ({ output, target, examples }, dOutput) => [{
          ...common,
          label: `${kind} backward`,
          entry: "backward",
          reads: { y: output, targets: target!, examples },
          writes: { dY: dOutput },
          over: { invocations: Math.ceil(count / cells.size / EACH) },
          sizes: sizes(target!, [0, 0]),
          flops: 2 * count,
          iterations: EACH,
        }],
      };
    },
  };
}
