import { checkOptions, type NoOptions } from "../../core/options.ts";
import { crossEntropyMain } from "../../../shaders/softmax_cross_entropy.ts";
import type { ElementType } from "../../core/plan.ts";
import { chunksOf, LANES } from "../op/lane_sum.ts";
import { type Loss, replicaStride } from "../op/loss.ts";
import { generated } from "../op/kernel_text.ts";
import type { KernelOp } from "../op/ops.ts";
import { rowsOf } from "../op/rows.ts";
import { type Value, value } from "../op/value.ts";

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
export function crossEntropy(options: NoOptions = {}): Loss {
  checkOptions("make crossEntropy", options, {});
  return {
    kind: "softmax cross-entropy",
    build: (output) => {
      const [rows, classes] = output;
      if (!rows || !classes || output.length !== 2) {
        throw new RangeError(
          `Cannot build cross-entropy on an output of shape [${output}]: it must be [batch, classes]`,
        );
      }
      const given = rowsOf(output);
      const { columns } = given;
      const groups = Math.ceil(rows * given.span / LANES);
      const parts = Math.min(groups, chunksOf(rows * columns));
      const turns = Math.ceil(groups / parts);
      const common = {
        kind: "kernel",
        file: "softmax_cross_entropy.wgsl",
        needs: [
          ...given.needs,
          "lane_sum.wgsl",
          "exp.wgsl",
          generated(crossEntropyMain(given)),
        ],
        accumulates: [],
        constants: {},
      } as const;
      const sizes = (target: Value) => [
        ...[rows, columns, replicaStride(target, rows), turns, parts],
      ];
      return {
        target: { shape: [rows], type: "u32", classes },
        metrics: { loss: "f32", correct: "u32" },
        columns: {
          file: "softmax_cross_entropy_columns.wgsl",
          needs: ["exp.wgsl"],
          constants: {},
          iterations: 3 * classes,
        },
        forward: ({ output, target, examples, metrics }) => {
          const part = (loss: Value, correct: Value): KernelOp => ({
            ...common,
            label: "cross-entropy forward",
            entry: "forward",
            reads: { logits: output, targets: target!, examples },
            writes: { loss, correct },
            over: { workgroups: parts },
            sizes: sizes(target!),
            flops: rows * (3 * classes + 4),
            iterations: turns * (1 + given.iterations(2, 3)) + 2 * LANES,
          });
          const { loss, correct } = metrics;
          const whole = part(loss!, correct!);
          if (parts === 1) return [whole];
          const share = (name: string, type: ElementType) =>
            value(`cross-entropy ${name}`, "scratch", [parts], { type });
          const losses = share("losses", "f32");
          const corrects = share("corrects", "u32");
          return [{
            ...whole,
            split: [{
              ...part(losses, corrects),
              flops: whole.flops - 2 * parts,
            }, {
              ...common,
              label: "cross-entropy forward, sum of parts",
              entry: "total",
              reads: { losses, corrects },
              writes: { loss: loss!, correct: correct! },
              over: { workgroups: 1 },
              sizes: sizes(target!),
              flops: 2 * parts,
              iterations: Math.ceil(parts / LANES) + 2 * LANES,
            }],
          }];
        },
        backward: ({ output, target, examples }, dOutput) => [{
          ...common,
          label: "cross-entropy backward",
          entry: "backward",
          reads: { logits: output, targets: target!, examples },
          writes: { dLogits: dOutput },
          over: given.over,
          sizes: sizes(target!),
          flops: rows * 6 * classes,
          iterations: given.iterations(3, 2),
        }],
      };
    },
  };
}
