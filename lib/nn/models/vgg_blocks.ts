import {
  checkOptions,
  having,
  listOf,
  oneOf,
  positive,
  required,
  whole,
} from "../../core/options.ts";
import { conv2d } from "../layers/conv.ts";
import { type Graph, sequential } from "../graph.ts";
import type { Initializer } from "../initializers.ts";
import type { Layer } from "../op/layer.ts";
import { maxPool2d } from "../layers/max_pool2d.ts";
import { initializer } from "../op/option_rules.ts";
import { relu } from "../layers/relu.ts";

/** Options of {@linkcode vggBlocks}. */
export interface VggBlocksOptions {
  /** Where the network ends: behind the second convolution, the first pooling, or the second. */
  readonly output: "y1" | "y2" | "y3";
  /** Rows and columns of the image. Default: 224. */
  readonly pixels?: number;
  /** Share of VGG16's 64 and 128 channels. Default: 1. */
  readonly width?: number;
  /** First weights; biases are zero then. Default: PyTorch's. */
  readonly initial?: Initializer;
  /** What follows, behind the last layer. Default: nothing. */
  readonly top?: readonly Layer[];
}

/**
 * The first two blocks of VGG16, or the beginning of them: convolutions of 3 × 3
 * with padding 1 and ReLU, max-pooling of 2 × 2. Source: Simonyan and Zisserman
 * 2015, arXiv:1409.1556.
 *
 * Shapes: input [batch, pixels, pixels, 3], output [batch, pixels, pixels, 64]
 * at y1, [batch, pixels/2, pixels/2, 64] at y2, [batch, pixels/4, pixels/4, 128] at y3.
 */
export function vggBlocks(options: VggBlocksOptions): Graph {
  checkOptions("make VGG blocks", options, {
    output: required(oneOf("y1", "y2", "y3")),
    pixels: whole(1),
    width: positive,
    initial: initializer,
    top: listOf(having("a layer, as relu() makes", "build")),
  });
  const { output, pixels = 224, width = 1, initial, top = [] } = options;
  const conv = (channels: number): Layer[] => [
    conv2d({ channels: width * channels, kernel: 3, padding: 1, initial }),
    relu(),
  ];
  const pool = maxPool2d({ kernel: 2, stride: 2 });
  const parts = {
    y1: [...conv(64), ...conv(64)],
    y2: [pool],
    y3: [...conv(128), ...conv(128), pool],
  };
  const names = Object.keys(parts) as (keyof typeof parts)[];
  const layers = names.slice(0, names.indexOf(output) + 1)
    .flatMap((name) => parts[name]);
  return sequential([pixels, pixels, 3], [...layers, ...top]);
}
