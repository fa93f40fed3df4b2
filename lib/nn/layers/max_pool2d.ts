import type { Layer } from "../op/layer.ts";
import { poolLayer, type PoolOptions } from "../op/pool.ts";

/**
 * Largest number of every window, channel by channel.
 *
 * Shapes: input [batch, height, width, channels], output [batch, ⌊(height + 2
 * padding − kernel) / stride⌋ + 1, …, channels]. The first of equal numbers gets
 * the gradient; a NaN is larger than everything. Source: torch.nn.MaxPool2d, with
 * channels last.
 *
 * @throws {RangeError} If an option is no whole number, the padding is larger than half the kernel, the input is not [batch, height, width, channels], or the window does not fit
 */
export function maxPool2d(options: PoolOptions): Layer {
  return poolLayer("maxPool2d", options, ({ output: shape, op }) => ({
    forward: (values) => [op("forward", values, {
      reads: { x: values.inputs[0]! },
      writes: {
        y: values.output,
        winner: values.scratch("winner", shape, "u32"),
      },
    })],
    backward: ({ dOutput, dInputs: [dX], ...values }) =>
      dX
        ? [op("backward", values, {
          reads: {
            chosen: values.scratch("winner", shape, "u32"),
            dY: dOutput,
          },
          writes: {},
          result: dX,
        })]
        : [],
  }));
}
