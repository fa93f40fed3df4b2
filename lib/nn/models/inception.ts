import { checkOptions, listOf, required, whole } from "../../core/options.ts";
import { concatenate } from "../layers/concatenate.ts";
import { conv2d } from "../layers/conv.ts";
import { type Graph, graph, type GraphBuilder, type Node } from "../graph.ts";
import { maxPool2d } from "../layers/max_pool2d.ts";
import { relu } from "../layers/relu.ts";

/** Options of {@linkcode inceptionModule}. */
export interface InceptionOptions {
  /** Height, width and channels of the input. */
  readonly input: readonly [number, number, number];
  /** Channels of the branches 1 × 1, 3 × 3 and 5 × 5. */
  readonly channels: readonly [number, number, number];
  /** Channels of 1 × 1 convolutions before the larger branches and behind the pooling; without it the module is the naive one. */
  readonly bottleneck?: number;
}

/**
 * An inception module: convolutions of 1 × 1, 3 × 3 and 5 × 5 and a max-pooling
 * of 3 × 3, all padded, side by side; every convolution with bias and ReLU. The
 * channels of its output are those of the branches and of the pooling. Source:
 * Szegedy et al. 2015, CVPR, figure 2.
 *
 * Shapes: input [batch, height, width, channels], output [batch, height, width, Σ].
 */
export function inceptionModule(options: InceptionOptions): Graph {
  checkOptions("make an inception module", options, {
    input: required(listOf(whole(1), 3)),
    channels: required(listOf(whole(1), 3)),
    bottleneck: whole(1),
  });
  const { input, channels, bottleneck } = options;
  const [one, three, five] = channels;
  return graph((g) => {
    const x = g.input("x", input);
    const narrow = bottleneck === undefined
      ? (node: Node) => node
      : (node: Node) => conv(g, node, { channels: bottleneck, kernel: 1 });
    const pooled = maxPool2d({ kernel: 3, stride: 1, padding: 1 });
    return g.apply(
      concatenate(),
      conv(g, x, { channels: one, kernel: 1 }),
      conv(g, narrow(x), { channels: three, kernel: 3 }),
      conv(g, narrow(x), { channels: five, kernel: 5 }),
      narrow(g.apply(pooled, x)),
    );
  });
}

/** A convolution that keeps the size of the image, and ReLU. */
function conv(
  g: GraphBuilder,
  x: Node,
  { channels, kernel }: { channels: number; kernel: number },
): Node {
  const padding = (kernel - 1) / 2;
  return g.apply(relu(), g.apply(conv2d({ channels, kernel, padding }), x));
}
