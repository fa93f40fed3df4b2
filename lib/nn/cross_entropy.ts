import { type Loss, replicaStride } from "./loss.ts";

/** Invocations of the workgroup that adds up a loss, see `softmax_cross_entropy.wgsl`. */
const LANES = 64;

/**
 * Mean cross-entropy between the softmax of logits and classes,
 * `(1/N) Σ [log Σⱼ exp zⱼ − z_t]`.
 *
 * Shapes: logits [batch, classes], target [batch] (u32 below `classes`).
 * Metrics: `loss` (nats, mean over the examples) and `correct` (count of
 * examples whose first largest logit is the target's). Gradient:
 * (softmax(z) − onehot(t)) / N. Source: torch.nn.functional.cross_entropy.
 *
 * @throws {RangeError} If the output is not [batch, classes]
 */
export function crossEntropy(): Loss {
  return {
    kind: "softmax cross-entropy",
    build: (output) => {
      const [rows, classes] = output;
      if (!rows || !classes || output.length !== 2) {
        throw new RangeError(
          `Cannot build cross-entropy on an output of shape [${output}]: it must be [batch, classes]`,
        );
      }
      const file = "softmax_cross_entropy.wgsl";
      const turns = Math.ceil(rows / LANES);
      return {
        target: { shape: [rows], type: "u32" },
        metrics: { loss: "f32", correct: "u32" },
        columns: {
          file: "softmax_cross_entropy_columns.wgsl",
          needs: ["exp.wgsl"],
          constants: {},
          iterations: 3 * classes,
        },
        forward: ({ output, target, examples, metrics }) => [{
          kind: "kernel",
          label: "cross-entropy forward",
          file,
          needs: ["exp.wgsl"],
          entry: "forward",
          reads: { logits: output, targets: target!, examples },
          writes: { loss: metrics.loss!, correct: metrics.correct! },
          accumulates: [],
          over: { workgroups: 1 },
          sizes: [rows, classes, replicaStride(target!, rows)],
          constants: {},
          flops: rows * (3 * classes + 4),
          iterations: turns * (1 + 3 * classes) + LANES,
        }],
        backward: ({ output, target, examples }, dOutput) => [{
          kind: "kernel",
          label: "cross-entropy backward",
          file,
          needs: ["exp.wgsl"],
          entry: "backward",
          reads: { logits: output, targets: target!, examples },
          writes: { dLogits: dOutput },
          accumulates: [],
          over: { invocations: rows },
          sizes: [rows, classes, replicaStride(target!, rows)],
          constants: {},
          flops: rows * 6 * classes,
          iterations: 3 * classes,
        }],
      };
    },
  };
}
