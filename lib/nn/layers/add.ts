import { checkOptions, type NoOptions } from "../../core/options.ts";
import { sameShape, sizeOf } from "../../core/shape.ts";
import type { Layer } from "../op/layer.ts";
import { cellwise } from "../op/cells.ts";

/**
 * Sum of two arrays of one shape, `y = a + b`: a residual connection. Both
 * inputs get the gradient of the output.
 *
 * @throws {RangeError} If there are not two inputs of the same shape
 */
export function add(options: NoOptions = {}): Layer {
  checkOptions("make add", options, {});
  return {
    kind: "add",
    build: (inputs) => {
      const [a, b] = inputs;
      if (inputs.length !== 2 || !a || !b || !sameShape(a, b)) {
        throw new RangeError(
          `Cannot add ${
            inputs.map((shape) => `[${shape}]`).join(" and ")
          }: add needs two inputs of one shape`,
        );
      }
      const count = sizeOf(a);
      return {
        output: a,
        parameters: {},
        forward: ({ label, inputs, output }) => [cellwise({
          label: `${label} forward`,
          file: "add.wgsl",
          entry: "forward",
          reads: { a: inputs[0]!, b: inputs[1]! },
          result: { value: output, accumulate: false },
          count,
          flops: 1,
        })],
        backward: ({ label, dOutput, dInputs }) =>
          dInputs.flatMap((dInput, i) =>
            dInput
              ? [cellwise({
                label: `${label} backward ${"ab"[i]}`,
                file: "add.wgsl",
                entry: "backward",
                reads: { dY: dOutput },
                result: dInput,
                count,
                flops: dInput.accumulate ? 1 : 0,
              })]
              : []
          ),
      };
    },
  };
}
