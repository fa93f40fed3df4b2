import { sizeOf } from "../core/shape.ts";
import type { Loss } from "./loss.ts";

/** Invocations of the workgroup that adds up a loss, see `half_squared_norm.wgsl`. */
const LANES = 64;

/**
 * Half the squared norm of the output, `½ ‖y‖²`, summed over the batch; there is
 * no target. Shape: output [batch, ...]. Gradient: y.
 */
export function halfSquaredNorm(): Loss {
  return {
    kind: "half squared norm",
    build: (output) => {
      const count = sizeOf(output);
      const rows = output[0]!;
      const sizes = [rows, count / rows];
      const file = "half_squared_norm.wgsl";
      return {
        target: null,
        metrics: { loss: "f32" },
        columns: {
          file: "half_squared_norm_columns.wgsl",
          constants: {},
          iterations: count / rows,
        },
        forward: ({ output, examples, metrics }) => [{
          kind: "kernel",
          label: "half squared norm forward",
          file,
          entry: "forward",
          reads: { y: output, examples },
          writes: { loss: metrics.loss! },
          accumulates: [],
          over: { workgroups: 1 },
          sizes,
          constants: {},
          flops: 2 * count,
          iterations: Math.ceil(count / LANES) + LANES,
        }],
        backward: ({ output, examples }, dOutput) => [{
          kind: "kernel",
          label: "half squared norm backward",
          file,
          entry: "backward",
          reads: { y: output, examples },
          writes: { dY: dOutput },
          accumulates: [],
          over: { invocations: count },
          sizes,
          constants: {},
          flops: 0,
          iterations: 0,
        }],
      };
    },
  };
}
