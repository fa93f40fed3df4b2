import type { Layer } from "../op/layer.ts";
import { poolLayer, type PoolOptions } from "../op/pool.ts";

/**
 * Mean of every window, channel by channel; padding counts as zeros.
 *
 * Shapes: input [batch, height, width, channels], output [batch, ⌊(height + 2
 * padding − kernel) / stride⌋ + 1, …, channels]. Source: torch.nn.AvgPool2d, with
 * channels last.
 *
 * @throws {RangeError} If an option is no whole number, the padding is larger than half the kernel, the input is not [batch, height, width, channels], or the window does not fit
 */
export function averagePool2d(options: PoolOptions): Layer {
  return poolLayer("averagePool2d", options, ({ op }) => ({
    forward: (values) => [op("forward", values, {
      reads: { x: values.inputs[0]! },
      writes: { y: values.output },
    })],
    backward: ({ dOutput, dInputs: [dX], ...values }) =>
      dX
        ? [op("backward", values, {
          reads: { dY: dOutput },
          writes: {},
          result: dX,
        })]
        : [],
  }));
}
