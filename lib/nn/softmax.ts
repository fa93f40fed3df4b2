import { type Layer, onlyInput } from "./layer.ts";
import { replicaStride } from "./loss.ts";
import { adding } from "./ops.ts";
import { rowsOf } from "./rows.ts";

/**
 * Softmax along the last axis, `yⱼ = exp xⱼ / Σₖ exp xₖ`; any shape [batch, ...].
 * Gradient: dX = y ⊙ (dY − Σ dY ⊙ y). For a classifier, `crossEntropy()` on the
 * logits contains it. Source: torch.nn.Softmax(dim=-1).
 *
 * @throws {RangeError} If there is not one input
 */
export function softmax(): Layer {
  return {
    kind: "softmax",
    build: (inputs) => {
      const shape = onlyInput("softmax", inputs);
      const { rows, columns, over, constants, iterations } = rowsOf(shape);
      const count = rows * columns;
      const file = "softmax.wgsl";
      const needs = ["exp.wgsl", "row_sum.wgsl"] as const;
      return {
        output: shape,
        parameters: {},
        forward: ({ label, inputs: [x], output }) => [{
          kind: "kernel",
          label: `${label} forward`,
          file,
          needs,
          entry: "forward",
          reads: { x: x! },
          writes: { y: output },
          accumulates: [],
          over,
          sizes: [rows, columns, replicaStride(x!, count)],
          constants,
          flops: 5 * count,
          iterations: iterations(3, 2),
        }],
        backward: ({ label, output, dOutput, dInputs: [dX] }) => {
          if (!dX) return [];
          const into = adding(dX);
          return [{
            kind: "kernel",
            label: `${label} backward`,
            file,
            needs,
            entry: "backward",
            reads: { output, dY: dOutput },
            writes: { dX: dX.value },
            over,
            sizes: [rows, columns, 0],
            ...into,
            constants: { ...constants, ...into.constants },
            flops: 4 * count,
            iterations: iterations(2, 1),
          }];
        },
      };
    },
  };
}
