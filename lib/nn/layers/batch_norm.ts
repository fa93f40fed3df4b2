import { checkOptions, number, positive } from "../../core/options.ts";
import { sizeOf } from "../../core/shape.ts";
import { backward, forward } from "../op/batch_norm_passes.ts";
import { chunksOf } from "../op/channels.ts";
import { ones, zeros } from "../initializers.ts";
import { type Layer, onlyInput } from "../op/layer.ts";

/** Options of {@linkcode batchNorm}. */
export interface BatchNormOptions {
  /** m, how much of a batch enters the running statistics, 0 to 1. Default: 0.1. */
  readonly momentum?: number;
  /** ε, added to the variance. Default: 1e-5. */
  readonly epsilon?: number;
}

/**
 * Normalization of every channel over the batch and all pixels,
 * `y = (x − μ) / √(σ² + ε) · weight + bias`. Training takes mean and (biased)
 * variance of the examples that count, and moves the running ones by `r ← r + m
 * (now − r)`, the variance unbiased; evaluation takes the running ones. Training needs more than
 * one value per channel.
 *
 * Shapes: input and output [batch, features] or [batch, height, width,
 * channels]; weight, bias, and the states `runningMean` and `runningVariance`
 * [features or channels], which start at 1, 0, 0 and 1. Sources: Ioffe and
 * Szegedy 2015, arXiv:1502.03167; torch.nn.BatchNorm1d, BatchNorm2d.
 *
 * @throws {RangeError} If an option is out of range, or the input has no channels
 */
export function batchNorm(options: BatchNormOptions = {}): Layer {
  checkOptions("make batchNorm", options, {
    momentum: number({ from: 0, to: 1 }),
    epsilon: positive,
  });
  const { momentum = 0.1, epsilon = 1e-5 } = options;
  return {
    kind: "batchNorm",
    options: { momentum, epsilon },
    build: (inputs) => {
      const shape = onlyInput("batchNorm", inputs);
      if (shape.length < 2) {
        throw new RangeError(
          `Cannot build batchNorm on an input of shape [${shape}]: it must be [batch, features] or [batch, height, width, channels]`,
        );
      }
      const channels = shape.at(-1)!;
      const each = [channels];
      const chunks = chunksOf(shape);
      return {
        output: shape,
        parameters: {
          weight: { shape: each, initial: ones },
          bias: { shape: each, initial: zeros },
        },
        states: {
          runningMean: { shape: each, initial: 0 },
          runningVariance: { shape: each, initial: 1 },
        },
        // One value per channel has no variance.
        leastExamples: sizeOf(shape.slice(1, -1)) > 1 ? 1 : 2,
        forward: (values) => forward(values, chunks, { momentum, epsilon }),
        backward: (values) => backward(values, chunks, epsilon),
      };
    },
  };
}
