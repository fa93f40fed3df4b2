import type { Convolution } from "../../../math/convolution_cost.ts";
import type { Random } from "../../../math/random.ts";
import {
  type Algebra,
  type Matrix,
  scalar,
} from "../../../study/derivation/algebra.ts";
import { equation } from "../../../study/derivation/check.ts";
import type { Line } from "../../../study/derivation/line.ts";
import type { Section } from "../../../study/page.ts";
import { count } from "./modules.ts";

const tex = String.raw;

/** A padded convolution of odd kernel that keeps the image's size. */
function drawPadded(random: Random): Convolution & { padding: number } {
  const padding = random.integer(1, 3);
  return {
    kernel: 2 * padding + 1,
    padding,
    image: random.integer(padding + 1, 8),
    inputs: random.integer(2, 5),
    channels: random.integer(2, 6),
  };
}

/** Pairs of a window along an axis and a pixel in it. */
function pairsAlongAxis(
  { image, kernel, padding }: Convolution & { padding: number },
): number {
  let pairs = 0;
  for (let first = -padding; first + kernel <= image + padding; first++) {
    for (let at = first; at < first + kernel; at++) {
      if (at >= 0 && at < image) pairs++;
    }
  }
  return pairs;
}

/** A product of numbers. */
export function times({ product }: Algebra, ...factors: number[]): Matrix {
  return factors.map(scalar).reduce(product);
}

const lines: Line[] = [
  {
    id: "same-size",
    tex:
      tex`p = \tfrac{k-1}2 \quad\Longrightarrow\quad H' = H + 2p - k + 1 = H`,
    reason:
      "An image padded by $p$ on each side holds $H + 2p - k + 1$ windows of $k$ pixels along an axis, one per place of the first pixel.",
    check: equation({
      against: "definition",
      given: drawPadded,
      left: ({ image, kernel, padding }) => {
        let windows = 0;
        for (let at = -padding; at + kernel <= image + padding; at++) windows++;
        return [scalar(windows), scalar(image)];
      },
      right: ({ minus, plus, scale }, { image, kernel, padding }) => {
        const padded = plus(scalar(image), scale(2, scalar(padding)));
        const windows = plus(minus(padded, scalar(kernel)), scalar(1));
        return [windows, windows];
      },
    }),
  },
  {
    id: "parameters-of-one",
    tex: tex`P = k^2 C C' + C'`,
    reason:
      "A weight for each of the $k^2 C$ numbers in a window and each of the $C'$ channels of the output, and a bias for each channel. The image's size does not occur.",
    check: equation({
      against: "definition",
      given: drawPadded,
      left: (convolution) => scalar(count(convolution).parameters),
      right: (algebra, { kernel, inputs, channels }) =>
        algebra.plus(
          times(algebra, kernel, kernel, inputs, channels),
          scalar(channels),
        ),
    }),
  },
  {
    id: "activations-of-one",
    tex: tex`a = C' H^2`,
    reason: "The activation function is evaluated once per output.",
    check: equation({
      against: "definition",
      given: drawPadded,
      left: (convolution) => scalar(count(convolution).activations),
      right: (algebra, { image, channels }) =>
        times(algebra, channels, image, image),
    }),
  },
  {
    id: "multiplications-of-one",
    tex: tex`m = k^2 C \cdot C' H^2`,
    reason:
      "Each of the $C' H^2$ outputs is a sum of $k^2 C$ products; a product with a zero of the padding counts like any other.",
    check: equation({
      against: "definition",
      given: drawPadded,
      left: (convolution) => scalar(count(convolution).multiplications),
      right: (algebra, { image, inputs, channels, kernel }) =>
        times(algebra, kernel, kernel, inputs, channels, image, image),
    }),
  },
  {
    id: "additions-of-one",
    tex:
      tex`s = \underbrace{(k^2 C - 1)\, C' H^2}_{\text{between the products}} + \underbrace{C' H^2}_{\text{bias}} = m`,
    reason:
      "A sum of $n$ products takes $n - 1$ additions, and the bias one more: as many additions as multiplications.",
    check: equation({
      against: "definition",
      given: drawPadded,
      left: (convolution) => scalar(count(convolution).additions),
      right: (algebra, { image, inputs, channels, kernel }) => {
        const { minus, plus, product } = algebra;
        const outputs = times(algebra, channels, image, image);
        const terms = times(algebra, kernel, kernel, inputs);
        return plus(product(minus(terms, scalar(1)), outputs), outputs);
      },
    }),
  },
  {
    id: "without-padding",
    tex:
      tex`n = kH - p(p+1), \qquad m_{\text{pixels}} = C C' n^2, \qquad \frac{m_{\text{pixels}}}{m} = \Bigl(1 - \frac{p(p+1)}{kH}\Bigr)^2`,
    reason:
      "Along an axis, tap $t \\in \\{-p, \\dots, p\\}$ meets a pixel at $H - |t|$ places and a zero at the other $|t|$, and $\\sum_t |t| = p(p+1)$; $n$ pairs are left. At $H = 32$ the zeros are 4.1 % of the products for $k = 3$ and 7.4 % for $k = 5$.",
    check: equation({
      against: "definition",
      given: drawPadded,
      left: (convolution) => [
        scalar(pairsAlongAxis(convolution)),
        scalar(count(convolution).withPixels),
      ],
      right: (algebra, { image, inputs, channels, kernel, padding }) => {
        const { minus, product } = algebra;
        const along = minus(
          times(algebra, kernel, image),
          times(algebra, padding, padding + 1),
        );
        const both = product(along, along);
        return [along, product(times(algebra, inputs, channels), both)];
      },
    }),
  },
];

/** Parameters and operations of a single convolution. */
export const convolutionSection: Section = {
  id: "convolution",
  title: "One convolution",
  answers: "001, section 5, its formulas",
  prose: [
    "A convolution of $k \\times k$ takes an image of $H \\times H$ pixels and $C$ channels to $C'$ channels. The left sides below are counted: the loops of the definition run, and every multiplication, addition and parameter that they touch is noted.",
  ],
  lines,
};
