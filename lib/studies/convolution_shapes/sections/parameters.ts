import { convolutionCost, outputSize } from "../../../math/convolution_cost.ts";
import { identity, matrix, scalar } from "../../../study/derivation/algebra.ts";
import { equation } from "../../../study/derivation/check.ts";
import type { Line } from "../../../study/derivation/line.ts";
import type { Section, StudyTable } from "../../../study/page.ts";
import { times } from "../../inception_cost/sections/convolution.ts";
import {
  drawConvolution,
  gatherMatrix,
  outputBy,
  outputOf,
  reshaped,
} from "./windows.ts";

const tex = String.raw;

const sharing: Line[] = [
  {
    id: "as-dense",
    tex:
      tex`\operatorname{vec} Z = T \operatorname{vec} X, \qquad T_{(i,p),(q,p')} = \begin{cases} K_{p,\,q-is+P,\,p'} & 0 \le q - is + P < k \\ 0 & \text{else} \end{cases}`,
    reason:
      "A convolution is a dense layer whose matrix $T$ is mostly zeros and repeats the same $k^2 C C'$ numbers in every row: the weights are local and shared.",
    check: equation({
      against: "definition",
      given: (random) => {
        const given = drawConvolution(random, 2);
        return {
          ...given,
          b: matrix(given.channels, 1, given.b.data.map(() => 0)),
        };
      },
      left: (given) => outputBy(given),
      right: ({ kronecker, product }, given) => {
        const { x, K, inputs, channels } = given;
        const U = gatherMatrix(given);
        const taps = K.columns / inputs;
        const flat = reshaped(x, x.data.length);
        const rows = Array.from({ length: U.rows / taps }, (_, window) => {
          const block = taps * U.columns;
          const reads = matrix(
            taps,
            U.columns,
            U.data.subarray(window * block, (window + 1) * block),
          );
          const T = product(K, kronecker(reads, identity(inputs)));
          return product(T, flat).data;
        });
        return matrix(rows.length, channels, rows.flatMap((row) => [...row]));
      },
    }),
  },
  {
    id: "parameters",
    tex:
      tex`N_{\text{conv}} = (k^2 C + 1)\, C', \qquad N_{\text{dense}} = (d^2 C + 1)\, d'^2 C'`,
    reason:
      "The dense layer between the same images has a weight for each pair of an input and an output. The convolution's parameters do not depend on the size of the image.",
    check: equation({
      against: "definition",
      given: (random) => {
        const { inputs, channels } = drawConvolution(random, 2);
        const kernel = random.integer(2, 4);
        return { inputs, channels, kernel, image: random.integer(4, 8) };
      },
      left: (given) => {
        const { image, kernel, inputs, channels } = given;
        const outputs = outputSize(image, { kernel });
        let [weights, biases] = [0, 0];
        for (let to = 0; to < outputs ** 2 * channels; to++) {
          for (let from = 0; from < image ** 2 * inputs; from++) weights++;
          biases++;
        }
        const { parameters } = convolutionCost(given);
        return [scalar(parameters), scalar(weights + biases)];
      },
      right: (algebra, { image, kernel, inputs, channels }) => {
        const { minus, plus, product } = algebra;
        const one = scalar(1);
        const d = plus(minus(scalar(image), scalar(kernel)), one);
        const inputsOf = (side: number) => times(algebra, side, side, inputs);
        return [
          product(plus(inputsOf(kernel), one), scalar(channels)),
          product(
            plus(inputsOf(image), one),
            product(product(d, d), scalar(channels)),
          ),
        ];
      },
    }),
  },
];

const SIZES = [
  { image: 30, inputs: 1, channels: 1, kernel: 3 },
  { image: 30, inputs: 3, channels: 16, kernel: 3 },
  { image: 224, inputs: 3, channels: 64, kernel: 3 },
];

const table: StudyTable = {
  id: "against-dense",
  caption:
    "Parameters of a convolution and of a dense layer between the same images",
  columns: ["", "output", "convolution", "dense layer", "dense / convolution"],
  rows: SIZES.map((size) => {
    const { image, inputs, channels, kernel } = size;
    const side = outputSize(image, size);
    const { parameters } = convolutionCost(size);
    const dense = (image ** 2 * inputs + 1) * side ** 2 * channels;
    return [
      `${image} × ${image} × ${inputs}, $k = ${kernel}$`,
      `${side} × ${side} × ${channels}`,
      parameters,
      dense,
      Math.round(dense / parameters),
    ];
  }),
};

/** Local and shared weights. */
export const parameterSection: Section = {
  id: "sharing",
  title: "Against a dense layer",
  answers: "002, section 5 (b), parameters",
  lines: sharing,
  tables: [table],
};

const choiceLines: Line[] = [
  {
    id: "stride",
    tex:
      tex`\text{overlap of neighbours} = k - s, \qquad d_L \approx d / s^L \text{ after } L \text{ layers}`,
    reason:
      "A larger stride makes the output smaller and neighbouring windows overlap less; for $s > k$ pixels between them are never read.",
    check: equation({
      against: "definition",
      given: (random) => {
        const kernel = random.integer(3, 9);
        return { kernel, stride: random.integer(1, kernel) };
      },
      left: ({ kernel, stride }) => {
        let common = 0;
        for (let at = stride; at < stride + kernel; at++) {
          if (at < kernel) common++;
        }
        return scalar(common);
      },
      right: ({ minus }, { kernel, stride }) =>
        minus(scalar(kernel), scalar(stride)),
    }),
  },
  {
    id: "padding",
    tex:
      tex`P = 0:\; d_L = d - L(k-1), \qquad P = \tfrac{k-1}2:\; d_L = d \qquad (s = 1)`,
    reason:
      "Without padding every layer takes $k - 1$ pixels off an axis, and the depth is limited; with it the size stays, and pixels of the border are read as often as they can be.",
    check: equation({
      against: "definition",
      given: (random) => ({
        size: random.integer(40, 60),
        half: random.integer(1, 4),
        layers: random.integer(2, 5),
      }),
      left: ({ size, half, layers }) =>
        [0, half].map((padding) => {
          let pixels = size;
          for (let layer = 0; layer < layers; layer++) {
            pixels = outputSize(pixels, { kernel: 2 * half + 1, padding });
          }
          return scalar(pixels);
        }),
      right: ({ minus, product, scale }, { size, half, layers }) => {
        const taken = product(scalar(layers), scale(2, scalar(half)));
        return [minus(scalar(size), taken), scalar(size)];
      },
    }),
  },
  {
    id: "channels",
    tex:
      tex`X \in \mathbb R^{d \times d \times C} \;\longmapsto\; Z \in \mathbb R^{d' \times d' \times C'}, \qquad K \in \mathbb R^{C' \times k \times k \times C}`,
    reason:
      "The data decide $C$, as 3 colours; each of the $C'$ channels of the output is a feature with a kernel of its own over all $C$ channels. Products grow with $C C'$.",
    check: equation({
      against: "definition",
      given: (random) => drawConvolution(random, 2),
      left: (given) => {
        const z = outputBy(given);
        return [scalar(z.data.length), scalar(given.K.data.length)];
      },
      right: (algebra, given) => {
        const { inputs, channels, kernel } = given;
        return [
          times(algebra, ...outputOf(given), channels),
          times(algebra, channels, ...kernel, inputs),
        ];
      },
    }),
  },
];

/** What stride, padding and channels are for. */
export const choicesSection: Section = {
  id: "choices",
  title: "Stride, padding and channels",
  answers: "002, section 5 (c)",
  lines: choiceLines,
};
