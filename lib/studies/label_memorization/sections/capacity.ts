import type { Random } from "../../../math/random.ts";
import {
  column,
  matrix,
  ones,
  scalar,
} from "../../../study/derivation/algebra.ts";
import { equation } from "../../../study/derivation/check.ts";
import type { Line } from "../../../study/derivation/line.ts";
import type { Section, StudyTable } from "../../../study/page.ts";
import { determinant, forwardSubstitution } from "./triangular.ts";

const tex = String.raw;

/** A layer with parameters: every output adds up `kernel² · inputs` products and a bias. */
interface Layer {
  readonly name: string;
  readonly kernel: number;
  readonly inputs: number;
  readonly outputs: number;
}

const conv = (inputs: number, outputs: number, kernel: number): Layer => ({
  name: `convolution ${inputs} → ${outputs}`,
  ...{ inputs, outputs, kernel },
});
const linear = (inputs: number, outputs: number): Layer => ({
  name: `linear ${inputs} → ${outputs}`,
  ...{ inputs, outputs },
  kernel: 1,
});

/** The network's layers; 6400 inputs are 5 × 5 pixels of 256 channels. */
const LAYERS: readonly Layer[] = [
  conv(1, 96, 4),
  conv(96, 96, 3),
  conv(96, 256, 5),
  conv(256, 384, 3),
  conv(384, 384, 3),
  conv(384, 256, 3),
  linear(5 * 5 * 256, 800),
  linear(800, 10),
];

/** Parameters of a layer, counted one output after the other. */
function count({ kernel, inputs, outputs }: Layer): number {
  let found = 0;
  for (let output = 0; output < outputs; output++) {
    for (let row = 0; row < kernel; row++) {
      for (let input = 0; input < inputs; input++) found += kernel;
    }
    found++;
  }
  return found;
}

const counts = LAYERS.map(count);
const total = counts.reduce((sum, one) => sum + one, 0);

/** The parameters layer by layer. */
const parameterTable: StudyTable = {
  id: "parameters",
  caption: "Parameters of the network at full width",
  columns: ["layer", "kernel", "weights", "biases", "parameters"],
  rows: [
    ...LAYERS.map(({ name, kernel, outputs }, i) => [
      name,
      kernel > 1 ? `${kernel}×${kernel}` : "",
      counts[i]! - outputs,
      outputs,
      counts[i]!,
    ]),
    [
      "in all",
      "",
      total - LAYERS.reduce((sum, { outputs }) => sum + outputs, 0),
      LAYERS.reduce((sum, { outputs }) => sum + outputs, 0),
      total,
    ],
  ],
  total: true,
};

/** Examples of the checks. */
const EXAMPLES = 4;

/** Points and thresholds in turn, `b₁ < z₁ < b₂ < z₂ < …`. */
function drawSteps(random: Random) {
  let last = 0;
  const next = () => last += random.uniform(0.1, 1);
  const pairs = Array.from({ length: EXAMPLES }, () => [next(), next()]);
  return {
    thresholds: column(pairs.map(([b]) => b!)),
    points: column(pairs.map(([, z]) => z!)),
  };
}

/** `ReLU(zᵢ − bⱼ)` entry by entry. */
function unitsAt({ points, thresholds }: ReturnType<typeof drawSteps>) {
  return matrix(
    EXAMPLES,
    EXAMPLES,
    [...points.data].flatMap((z) =>
      [...thresholds.data].map((b) => Math.max(z - b, 0))
    ),
  );
}

const lines: Line[] = [
  {
    id: "layer-parameters",
    tex: tex`P_\ell = c_{\text{out}} \bigl(k^2\, c_{\text{in}} + 1\bigr)`,
    reason:
      "Every output channel has one weight for each pixel of its window in each input channel, and one bias; a linear layer is the case $k = 1$.",
    check: equation({
      against: "definition",
      given: (random) => ({
        name: "",
        kernel: random.integer(2, 6),
        inputs: random.integer(2, 20),
        outputs: random.integer(2, 20),
      }),
      left: (layer) => scalar(count(layer)),
      right: ({ plus, product }, { kernel, inputs, outputs }) => {
        const window = product(scalar(kernel), scalar(kernel));
        const weights = product(window, scalar(inputs));
        return product(scalar(outputs), plus(weights, scalar(1)));
      },
    }),
  },
  {
    id: "all-parameters",
    tex:
      tex`\begin{aligned} P = {} & 1{,}632 + 83{,}040 + 614{,}656 + 885{,}120 + 1{,}327{,}488 \\ & + 884{,}992 + 5{,}120{,}800 + 8{,}010 = 8{,}925{,}738 \end{aligned}`,
    reason:
      "The eight layers in turn. More than half of all parameters sit in the first linear layer.",
    check: equation({
      against: "definition",
      given: () => LAYERS,
      left: (layers) => [column(layers.map(count)), scalar(total)],
      right: ({ product }) => {
        const printed = column([
          ...[1_632, 83_040, 614_656, 885_120],
          ...[1_327_488, 884_992, 5_120_800, 8_010],
        ]);
        return [printed, product(ones(1, LAYERS.length), printed)];
      },
    }),
  },
  {
    id: "per-image",
    tex:
      tex`\frac{P}{N} = \frac{8{,}925{,}738}{6{,}000} \approx 1{,}488 \qquad \gg \qquad \log_2 10 \approx 3.32 \text{ bits per label}`,
    reason:
      "One label is one of ten choices; there are 1,488 parameters for each of them, so that the number of parameters alone does not forbid learning every label by heart.",
    check: equation({
      against: "definition",
      given: () => ({ images: 6000, classes: 10 }),
      left: ({ images, classes }) => [
        scalar(total / images),
        scalar(Math.log2(classes)),
      ],
      right: ({ log, quotient }, { images, classes }) => [
        quotient(scalar(8_925_738), scalar(images)),
        quotient(log(scalar(classes)), log(scalar(2))),
      ],
    }),
  },
  {
    id: "triangular",
    tex:
      tex`A_{ij} = \operatorname{ReLU}(z_i - b_j), \quad b_1 < z_1 < \dots < b_N < z_N \;\Longrightarrow\; \det A = \prod_{i=1}^N (z_i - b_i) > 0`,
    reason:
      "Above the diagonal $z_i < b_j$ and the ReLU is off: the matrix is lower triangular. Such $b_j$ exist wherever the $z_i = \\langle a, x_i \\rangle$ differ, which almost every direction $a$ achieves for different images.",
    check: equation({
      against: "definition",
      given: drawSteps,
      left: (at) => scalar(determinant(unitsAt(at))),
      right: ({ exp, log, minus, product }, { points, thresholds }) => {
        const logs = log(minus(points, thresholds));
        return exp(product(ones(1, EXAMPLES), logs));
      },
    }),
  },
  {
    id: "any-labels",
    tex:
      tex`f(x) = \sum_{j=1}^N w_j \operatorname{ReLU}(\langle a, x \rangle - b_j), \quad w = A^{-1} y \;\Longrightarrow\; f(x_i) = y_i \text{ for every } y \in \mathbb R^N`,
    reason:
      "A network with one hidden layer and $2N + d$ parameters fits any labels of $N$ images with $d$ pixels (Zhang et al. 2017, theorem 1): $12{,}784$ parameters for 6,000 digits of 784 pixels. That such parameters exist does not say that gradient descent finds them; the experiment does.",
    check: equation({
      against: "definition",
      given: (random) => ({
        ...drawSteps(random),
        y: column(random.array(EXAMPLES)),
      }),
      left: ({ y }) => y,
      right: ({ minus, outer, product, relu }, { y, ...at }) => {
        const w = forwardSubstitution(unitsAt(at), y);
        const every = ones(EXAMPLES);
        const apart = minus(
          outer(at.points, every),
          outer(every, at.thresholds),
        );
        return product(relu(apart), w);
      },
    }),
  },
];

/** Whether the network has room for the labels. */
export const capacitySection: Section = {
  id: "capacity",
  title: "Enough parameters for any labels",
  answers: "000, problem 6",
  lines,
  tables: [parameterTable],
};
