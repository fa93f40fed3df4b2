import { sizeOf } from "../core/shape.ts";
import { type Loss, replicaStride } from "./loss.ts";

/** Invocations of the workgroup that adds up a loss, see `squared_error.wgsl`. */
const LANES = 64;

/**
 * Mean of squared differences, `(1/N) Σ (y − t)²` over all N numbers.
 *
 * Shapes: output and target [batch, ...]. Gradient: 2 (y − t) / N.
 * Source: torch.nn.functional.mse_loss.
 */
export function meanSquaredError(): Loss {
  return squaredError("mean squared error", true);
}

/**
 * Half the sum of squared differences, `½ ‖y − t‖²` over the whole batch.
 *
 * Shapes: output and target [batch, ...]. Gradient: y − t.
 */
export function halfSquaredError(): Loss {
  return squaredError("half squared error", false);
}

function squaredError(kind: string, mean: boolean): Loss {
  return {
    kind,
    build: (output) => {
      const count = sizeOf(output);
      const rows = output[0]!;
      const file = "squared_error.wgsl";
      const constants = { mean: mean ? 1 : 0 };
      return {
        target: { shape: output, type: "f32" },
        metrics: { loss: "f32" },
        columns: {
          file: "squared_error_columns.wgsl",
          constants,
          iterations: count / rows,
        },
        forward: ({ output, target, examples, metrics }) => [{
          kind: "kernel",
          label: `${kind} forward`,
          file,
          entry: "forward",
          reads: { y: output, targets: target!, examples },
          writes: { loss: metrics.loss! },
          accumulates: [],
          over: { workgroups: 1 },
          sizes: [rows, count / rows, replicaStride(target!, count)],
          constants,
          flops: 3 * count + 1,
          iterations: Math.ceil(count / LANES) + LANES,
        }],
        backward: ({ output, target, examples }, dOutput) => [{
          kind: "kernel",
          label: `${kind} backward`,
          file,
          entry: "backward",
          reads: { y: output, targets: target!, examples },
          writes: { dY: dOutput },
          accumulates: [],
          over: { invocations: count },
          sizes: [rows, count / rows, replicaStride(target!, count)],
          constants,
          flops: 2 * count,
          iterations: 0,
        }],
      };
    },
  };
}
