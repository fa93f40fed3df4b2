import { checkOptions, number, positive, whole } from "../../core/options.ts";
import { conv2d } from "../layers/conv.ts";
import { dense } from "../layers/dense.ts";
import { dropout } from "../layers/dropout.ts";
import { behindFlatten, flatten } from "../layers/flatten.ts";
import { type Graph, sequential } from "../graph.ts";
import { torchDefault } from "../initializers.ts";
import type { Layer } from "../op/layer.ts";
import { maxPool2d } from "../layers/max_pool2d.ts";
import { relu } from "../layers/relu.ts";

/** Options of {@linkcode alexnetVariant}. */
export interface AlexnetVariantOptions {
  /** Share of the full channels and hidden units, rounded to multiples of four. Default: 1. */
  readonly width?: number;
  /** Probability of the dropout between pooling and the dense layers; 0 leaves the layer out. Default: 0.5. */
  readonly dropout?: number;
  /** Numbers of the output. Default: 10. */
  readonly classes?: number;
}

/** Rows and columns of the images, and of what the last pooling leaves of them. */
const IMAGE = 28;
const POOLED = 5;

/**
 * AlexNet cut down to grey images of 28 × 28: six convolutions with ReLU, the
 * last four padded, overlapping max-pooling after the third and the sixth, two
 * dense layers. At full width it has 8,925,738 parameters, drawn as PyTorch
 * draws those of the same network. Sources: Krizhevsky et al. 2012, NIPS 25;
 * Zhang et al. 2017, arXiv:1611.03530.
 *
 * Shapes: input [batch, 28, 28, 1], output [batch, classes].
 *
 * @throws {RangeError} If `width` is not positive, or another option is out of its layer's range
 */
export function alexnetVariant(options: AlexnetVariantOptions = {}): Graph {
  checkOptions("make the AlexNet variant", options, {
    width: positive,
    dropout: number({ from: 0, to: 1 }),
    classes: whole(1),
  });
  const { width = 1, dropout: probability = 0.5, classes = 10 } = options;
  const scaled = (size: number) =>
    4 * Math.max(1, Math.round(width * size / 4));
  const conv = (size: number, kernel: number, padding = 0): Layer[] => [
    conv2d({ channels: scaled(size), kernel, padding }),
    relu(),
  ];
  const pool = () => maxPool2d({ kernel: 3, stride: 2 });
  const channels = scaled(256);
  return sequential([IMAGE, IMAGE, 1], [
    ...conv(96, 4),
    ...conv(96, 3),
    ...conv(256, 5, 2),
    pool(),
    ...conv(384, 3, 1),
    ...conv(384, 3, 1),
    ...conv(256, 3, 1),
    pool(),
    flatten(),
    ...(probability === 0 ? [] : [dropout({ probability })]),
    dense({
      units: scaled(800),
      initial: behindFlatten([POOLED, POOLED, channels]),
      initialBias: torchDefault(POOLED * POOLED * channels),
    }),
    relu(),
    dense({ units: classes }),
  ]);
}
