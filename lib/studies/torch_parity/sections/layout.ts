import type { Random } from "../../../math/random.ts";
import {
  column,
  type Matrix,
  matrix,
} from "../../../study/derivation/algebra.ts";
import { equation } from "../../../study/derivation/check.ts";
import type { Line } from "../../../study/derivation/line.ts";
import type { Section } from "../../../study/page.ts";
import { draw } from "../../../study/derivation/oracle.ts";

const tex = String.raw;

/** Channels, height and width of a window or an image. */
const [CHANNELS, HEIGHT, WIDTH] = [3, 2, 4];
const SIZE = CHANNELS * HEIGHT * WIDTH;
const OUTPUTS = 2;

/** Weights [outputs, channels · height · width] and an image, a column, in PyTorch's order. */
function drawWindow(random: Random) {
  return { weight: draw(random, [OUTPUTS, SIZE]), x: draw(random, [SIZE, 1]) };
}
type Window = ReturnType<typeof drawWindow>;

/** The sums over channels, rows and columns, in PyTorch's order. */
function sums({ weight, x }: Window): Matrix {
  const row = (o: number) =>
    x.data.reduce((sum, x, at) => sum + weight.data[o * SIZE + at]! * x, 0);
  return column(Array.from({ length: OUTPUTS }, (_, o) => row(o)));
}

/** Rows [channels, height, width] as [height, width, channels], index by index. */
function channelsLast({ rows, data }: Matrix): Matrix {
  const numbers = [];
  for (let row = 0; row < rows; row++) {
    for (let u = 0; u < HEIGHT; u++) {
      for (let v = 0; v < WIDTH; v++) {
        for (let i = 0; i < CHANNELS; i++) {
          const channel = row * CHANNELS + i;
          numbers.push(data[(channel * HEIGHT + u) * WIDTH + v]!);
        }
      }
    }
  }
  return matrix(rows, SIZE, numbers);
}

/** The matrix of π: row f takes the number at π(f). */
function permutation(): Matrix {
  const entries = Array.from({ length: SIZE * SIZE }, (_, at) => {
    const [f, from] = [Math.floor(at / SIZE), at % SIZE];
    const [pixel, i] = [Math.floor(f / CHANNELS), f % CHANNELS];
    return from === i * HEIGHT * WIDTH + pixel ? 1 : 0;
  });
  return matrix(SIZE, SIZE, entries);
}

const lines: Line[] = [
  {
    id: "channels-last",
    tex:
      tex`y_o = \sum_{i} \sum_{u, v} W_{oiuv}\, x_{iuv} = \sum_{u, v} \sum_{i} W'_{ouvi}\, x'_{uvi}, \qquad W'_{ouvi} = W_{oiuv}, \quad x'_{uvi} = x_{iuv}`,
    reason:
      "One window of a convolution: a sum does not depend on the order of its terms, so a weight is drawn in PyTorch's order [out, in, height, width] and put where the same tap and channel lie here.",
    check: equation({
      against: "definition",
      given: drawWindow,
      left: sums,
      right: ({ product, transpose }, { weight, x }) =>
        product(
          channelsLast(weight),
          transpose(channelsLast(matrix(1, SIZE, x.data))),
        ),
    }),
  },
  {
    id: "flattened-last",
    tex:
      tex`z_j = \sum_{f} A_{jf}\, x_{f} = \sum_{f} A_{j \pi(f)}\, x_{\pi(f)}, \qquad \pi\bigl((u W + v)\, C + i\bigr) = (i H + u)\, W + v`,
    reason:
      "A dense layer behind an image $C \\times H \\times W$: PyTorch flattens it channel by channel, here pixel by pixel, so the columns of its weight are permuted likewise.",
    check: equation({
      against: "definition",
      given: drawWindow,
      left: (at) => [sums(at), channelsLast(at.weight)],
      right: ({ product, transpose }, { weight, x }) => {
        const order = permutation();
        const columns = product(weight, transpose(order));
        return [product(columns, product(order, x)), columns];
      },
    }),
  },
];

/** Where the numbers of images lie. */
export const layoutSection: Section = {
  id: "layout",
  title: "The same numbers in another place",
  prose: [
    "PyTorch stores images channel by channel, this workbench pixel by pixel, with the channels of a pixel side by side. Nothing that is computed changes; what is drawn or flattened in an order of its own has to follow. The MLP on CIFAR-10 has no layer before its first weight: its images are flattened channel by channel as they are read.",
  ],
  lines,
};
