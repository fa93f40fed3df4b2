import { checkOptions, type NoOptions } from "../../core/options.ts";
import { sameShape, type Shape, sizeOf } from "../../core/shape.ts";
import { cellsOf, EACH } from "../op/cells.ts";
import type { Layer } from "../op/layer.ts";
import { adding, type KernelOp } from "../op/ops.ts";

/**
 * Inputs side by side along the last axis, as the branches of an inception block.
 *
 * Shapes: inputs [batch, ..., channelsᵢ] that differ in the last axis only, output
 * [batch, ..., Σ channelsᵢ]. Source: torch.cat along the channels.
 *
 * @throws {RangeError} If there are fewer than two inputs or they differ in another axis
 */
export function concatenate(options: NoOptions = {}): Layer {
  checkOptions("make concatenate", options, {});
  return {
    kind: "concatenate",
    build: (inputs) => {
      const [first] = inputs;
      const fits = (shape: Shape) =>
        shape.length >= 2 && sameShape(shape.slice(0, -1), first!.slice(0, -1));
      if (inputs.length < 2 || !inputs.every(fits)) {
        throw new RangeError(
          `Cannot concatenate ${
            inputs.map((shape) => `[${shape}]`).join(" and ")
          }: it needs at least two inputs that differ in the last axis only`,
        );
      }
      const widths = inputs.map((shape) => shape.at(-1)!);
      const all = widths.reduce((sum, width) => sum + width, 0);
      const leading = first!.slice(0, -1);
      const rows = sizeOf(leading);
      const offset = (i: number) =>
        widths.slice(0, i).reduce((sum, width) => sum + width, 0);
      const move = (
        i: number,
        op:
          & Pick<KernelOp, "label" | "entry" | "reads" | "writes">
          & Pick<KernelOp, "accumulates" | "constants">,
        { flops = 0, shared = false } = {},
      ): KernelOp => {
        const columns = [widths[i]!, all, offset(i)];
        const cells = cellsOf(...columns);
        const count = rows * widths[i]! / cells.size;
        return {
          kind: "kernel",
          ...op,
          file: "concatenate.wgsl",
          needs: [cells.source, "cells.wgsl"],
          over: { invocations: Math.ceil(count / EACH) },
          sizes: [
            rows,
            ...columns.map((numbers) => numbers / cells.size),
            shared ? 0 : count,
          ],
          flops: flops * rows * widths[i]!,
          iterations: EACH,
        };
      };
      return {
        output: [...leading, all],
        parameters: {},
        forward: ({ label, inputs, output }) =>
          inputs.map((x, i) =>
            move(i, {
              label: `${label} forward ${i + 1}`,
              entry: "forward",
              reads: { x },
              writes: { y: output },
              accumulates: [],
              constants: {},
            }, { shared: x.shared })
          ),
        backward: ({ label, dOutput, dInputs }) =>
          dInputs.flatMap((dX, i) =>
            dX
              ? [move(i, {
                label: `${label} backward ${i + 1}`,
                entry: "backward",
                reads: { dY: dOutput },
                writes: { dX: dX.value },
                ...adding(dX),
              }, { flops: dX.accumulate ? 1 : 0 })]
              : []
          ),
      };
    },
  };
}
