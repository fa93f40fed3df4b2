import {
  type ConvolutionCost,
  convolutionCost,
  totalCost,
} from "../../../math/convolution_cost.ts";
import type { Random } from "../../../math/random.ts";
import {
  type Algebra,
  type Matrix,
  scalar,
} from "../../../study/derivation/algebra.ts";
import { equation } from "../../../study/derivation/check.ts";
import type { Line } from "../../../study/derivation/line.ts";
import type { Section } from "../../../study/page.ts";
import { times } from "./convolution.ts";
import {
  convolutionsOf,
  count,
  type ModuleName,
  type ModuleSize,
} from "./modules.ts";
import { comparisonTable, moduleTable } from "./tables.ts";

const tex = String.raw;

/** Sizes small enough to count every operation. */
function drawSize(random: Random): ModuleSize {
  return {
    image: random.integer(3, 5),
    inputs: random.integer(2, 5),
    channels: [2, 3, 4].map((low) => random.integer(low, low + 3)) as [
      number,
      number,
      number,
    ],
    bottleneck: random.integer(2, 4),
  };
}

/** A total of a module: counted on the left, by a formula on the right. */
function totalOf(
  name: ModuleName,
  quantity: keyof ConvolutionCost,
  right: (algebra: Algebra, size: ModuleSize) => Matrix,
) {
  return equation({
    against: "definition",
    given: drawSize,
    left: (size) =>
      scalar(totalCost(convolutionsOf(name, size).map(count))[quantity]),
    right,
  });
}

const sumOf = ({ plus }: Algebra, ...terms: Matrix[]) => terms.reduce(plus);

/** `C₁ + 9 C₃ + 25 C₅`, or without the first. */
function weighted(
  algebra: Algebra,
  { channels: [one, three, five] }: ModuleSize,
  from: 1 | 3 = 1,
): Matrix {
  const { scale } = algebra;
  const large = [scale(9, scalar(three)), scale(25, scalar(five))];
  return sumOf(algebra, ...(from === 1 ? [scalar(one)] : []), ...large);
}

/** Products of a pixel of the bottleneck module: `C (C₁ + 3B) + B (9 C₃ + 25 C₅)`. */
function narrowProducts(algebra: Algebra, size: ModuleSize): Matrix {
  const { plus, product, scale } = algebra;
  const { inputs, channels: [one], bottleneck } = size;
  const narrow = plus(scalar(one), scale(3, scalar(bottleneck)));
  return plus(
    product(scalar(inputs), narrow),
    product(scalar(bottleneck), weighted(algebra, size, 3)),
  );
}

const parameterLines: Line[] = [
  {
    id: "naive-parameters",
    tex:
      tex`P_{\text{naive}} = C (C_1 + 9 C_3 + 25 C_5) + C_1 + C_3 + C_5 = 1{,}089{,}952`,
    reason: "Three convolutions of the same image; pooling has no parameters.",
    check: totalOf("naive", "parameters", (algebra, size) =>
      sumOf(
        algebra,
        algebra.product(scalar(size.inputs), weighted(algebra, size)),
        ...size.channels.map(scalar),
      )),
  },
  {
    id: "bottleneck-parameters",
    tex:
      tex`P_{\text{bottleneck}} = C (C_1 + 3B) + B (9 C_3 + 25 C_5) + C_1 + C_3 + C_5 + 3B = 346{,}720`,
    reason:
      "Three convolutions of 1 × 1 to $B$ channels are new; those of 3 × 3 and 5 × 5 now read $B$ channels instead of $C$.",
    check: totalOf("bottleneck", "parameters", (algebra, size) =>
      sumOf(
        algebra,
        narrowProducts(algebra, size),
        ...size.channels.map(scalar),
        algebra.scale(3, scalar(size.bottleneck)),
      )),
  },
];

const operationLines: Line[] = [
  {
    id: "naive-multiplications",
    tex:
      tex`m_{\text{naive}} = s_{\text{naive}} = H^2\, C (C_1 + 9 C_3 + 25 C_5) = 1{,}115{,}684{,}864`,
    reason: "Each weight is used at each of the $H^2$ places.",
    check: totalOf(
      "naive",
      "multiplications",
      (algebra, size) =>
        algebra.product(
          times(algebra, size.image, size.image, size.inputs),
          weighted(algebra, size),
        ),
    ),
  },
  {
    id: "bottleneck-multiplications",
    tex:
      tex`m_{\text{bottleneck}} = s_{\text{bottleneck}} = H^2 \bigl[ C (C_1 + 3B) + B (9 C_3 + 25 C_5) \bigr] = 354{,}418{,}688`,
    reason: "The same with the weights of the bottleneck module.",
    check: totalOf(
      "bottleneck",
      "multiplications",
      (algebra, size) =>
        algebra.product(
          times(algebra, size.image, size.image),
          narrowProducts(algebra, size),
        ),
    ),
  },
  {
    id: "activations",
    tex: tex`\begin{aligned}
a_{\text{naive}} &= H^2 (C_1 + C_3 + C_5) = 425{,}984 \\
a_{\text{bottleneck}} &= H^2 (C_1 + C_3 + C_5 + 3B) = 622{,}592
\end{aligned}`,
    reason:
      "The bottlenecks are followed by an activation too, $3 B H^2 = 196{,}608$ more.",
    check: equation({
      against: "definition",
      given: drawSize,
      left: (size) =>
        (["naive", "bottleneck"] as const).map((name) =>
          scalar(totalCost(convolutionsOf(name, size).map(count)).activations)
        ),
      right: (algebra, size) => {
        const { plus, product, scale } = algebra;
        const pixels = times(algebra, size.image, size.image);
        const channels = sumOf(algebra, ...size.channels.map(scalar));
        const more = scale(3, scalar(size.bottleneck));
        return [
          product(pixels, channels),
          product(pixels, plus(channels, more)),
        ];
      },
    }),
  },
];

const savingLines: Line[] = [
  {
    id: "break-even",
    tex:
      tex`\underbrace{C B + k^2 B C'}_{\text{narrow first}} < \underbrace{k^2 C C'}_{\text{directly}} \quad\Longleftrightarrow\quad B < \frac{k^2 C C'}{C + k^2 C'}`,
    reason:
      "Products per pixel of one branch; the 1 × 1 convolution has to earn its own. The limit is 222 channels for the 3 × 3 branch and 231 for the 5 × 5 branch; the module has 64.",
    check: equation({
      against: "definition",
      given: (random) => ({
        image: 1,
        inputs: random.integer(2, 300),
        channels: random.integer(2, 300),
        kernel: 2 * random.integer(1, 4) + 1,
      }),
      left: (direct) => {
        const cost = (inputs: number, kernel: number, channels: number) =>
          convolutionCost({
            ...{ image: 1, padding: (kernel - 1) / 2 },
            ...{ inputs, channels, kernel },
          }).multiplications;
        const { inputs, channels, kernel } = direct;
        const whole = cost(inputs, kernel, channels);
        const narrow = (width: number) =>
          cost(inputs, 1, width) + cost(width, kernel, channels);
        let [low, high] = [0, inputs];
        for (let i = 0; i < 100; i++) {
          const middle = (low + high) / 2;
          if (narrow(middle) < whole) low = middle;
          else high = middle;
        }
        return scalar(low);
      },
      right: (algebra, { inputs, channels, kernel }) => {
        const { plus, quotient } = algebra;
        return quotient(
          times(algebra, kernel, kernel, inputs, channels),
          plus(scalar(inputs), times(algebra, kernel, kernel, channels)),
        );
      },
    }),
  },
];

/** The parameters of both modules. */
export const parameterSection: Section = {
  id: "parameters",
  title: "Parameters of the modules",
  answers: "000, problem 5 (i)",
  prose: [
    "Let $C = 256$ be the channels of the image, $H = 32$ its height and width, $C_1 = 128$, $C_3 = 192$, $C_5 = 96$ the channels of the branches, and $B = 64$ those of a bottleneck.",
  ],
  lines: parameterLines,
};

/** The operations of both modules. */
export const operationSection: Section = {
  id: "operations",
  title: "Operations of the modules",
  answers: "000, problem 5 (ii), and both tables of 001, section 5",
  prose: [
    "For one image, forward only, padding counted, pooling left out: it is the same in both.",
  ],
  lines: operationLines,
  tables: [moduleTable("naive"), moduleTable("bottleneck")],
};

/** What the bottleneck saves, and up to which width. */
export const savingSection: Section = {
  id: "saving",
  title: "What the bottleneck saves",
  answers: "000, problem 5, the comparison",
  prose: [
    "The bottleneck needs a third of the parameters and of the arithmetic, and half as many activations again, which are a thousandth of the arithmetic. It also returns fewer channels, 480 instead of 672: the pooled image is narrowed from 256 to 64, which the naive module passes on as it is.",
  ],
  lines: savingLines,
  tables: [comparisonTable()],
};
