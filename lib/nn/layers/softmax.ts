import { checkOptions, type NoOptions } from "../../core/options.ts";
import { softmaxMain } from "../../../shaders/softmax.ts";
import { type Layer, onlyInput } from "../op/layer.ts";
import { replicaStride } from "../op/loss.ts";
import { generated } from "../op/kernel_text.ts";
import { adding } from "../op/ops.ts";
import { rowsOf } from "../op/rows.ts";

/**
 * Softmax along the last axis, `yⱼ = exp xⱼ / Σₖ exp xₖ`; any shape [batch, ...].
 * Gradient: dX = y ⊙ (dY − Σ dY ⊙ y). For a classifier, `crossEntropy()` on the
 * logits contains it. Source: torch.nn.Softmax(dim=-1).
 *
 * @throws {RangeError} If there is not one input
 */
export function softmax(options: NoOptions = {}): Layer {
  checkOptions("make softmax", options, {});
  return {
    kind: "softmax",
    build: (inputs) => {
      const shape = onlyInput("softmax", inputs);
      const rows = rowsOf(shape);
      const cells = rows.rows * rows.columns;
      const common = {
        kind: "kernel",
        file: "softmax.wgsl",
        needs: [...rows.needs, "exp.wgsl", generated(softmaxMain(rows))],
        over: rows.over,
      } as const;
      return {
        output: shape,
        parameters: {},
        forward: ({ label, inputs: [x], output }) => [{
          ...common,
          label: `${label} forward`,
          entry: "forward",
          reads: { x: x! },
          writes: { y: output },
          accumulates: [],
          sizes: [rows.rows, rows.columns, replicaStride(x!, cells)],
          constants: {},
          flops: 5 * cells * rows.size,
          iterations: rows.iterations(3, 2),
        }],
        backward: ({ label, output, dOutput, dInputs: [dX] }) =>
          dX
            ? [{
              ...common,
              label: `${label} backward`,
              entry: "backward",
              reads: { output, dY: dOutput },
              writes: { dX: dX.value },
              sizes: [rows.rows, rows.columns, 0],
              flops: 4 * cells * rows.size,
              iterations: rows.iterations(2, 1),
              ...adding(dX),
            }]
            : [],
      };
    },
  };
}
