import { drawReluNetwork } from "../../../math/relu_network.ts";
import { scalar } from "../../../study/derivation/algebra.ts";
import { equation } from "../../../study/derivation/check.ts";
import type { Line } from "../../../study/derivation/line.ts";
import type { Section } from "../../../study/page.ts";
import {
  denseForward,
  reluForward,
} from "../../../study/derivation/kernels.ts";
import {
  drawInputs,
  drawNetwork,
  forward,
  layersOf,
  outputs,
} from "./network.ts";

const tex = String.raw;

const lines: Line[] = [
  {
    id: "two-layers",
    tex:
      tex`f(x) = \underbrace{W_2}_{1 \times k} \operatorname{ReLU}\bigl(\underbrace{W_1}_{k \times 1} x + \underbrace{b_1}_{k \times 1}\bigr) + \underbrace{b_2}_{1 \times 1} = b_2 + \sum_{i=1}^k W_{2,i} \operatorname{ReLU}(W_{1,i}\, x + b_{1,i})`,
    reason:
      "Question 1: $W_1 x$ has $k$ entries, so $b_1 \\in \\mathbb R^k$; the output is one number, so $W_2 \\in \\mathbb R^{1 \\times k}$ and $b_2 \\in \\mathbb R$. The check compares the product of matrices with the sum over units.",
    check: equation({
      against: "definition",
      given: (random) => ({
        network: drawNetwork(random, random.integer(2, 7)),
        x: drawInputs(random, 5),
      }),
      left: ({ network, x }) => outputs(network, x),
      right: (algebra, { network, x }) =>
        forward(algebra, layersOf(network), x),
    }),
    kernels: [denseForward, reluForward],
  },
  {
    id: "three-layers",
    tex:
      tex`f(x) = \underbrace{W_3}_{1 \times k} \operatorname{ReLU}\Bigl(\underbrace{W_2}_{k \times k} \operatorname{ReLU}\bigl(W_1 x + b_1\bigr) + \underbrace{b_2}_{k \times 1}\Bigr) + \underbrace{b_3}_{1 \times 1}`,
    reason:
      "Question 2: the second layer now has $k$ units, each with a weight for every unit below.",
    check: equation({
      against: "definition",
      given: (random) => {
        const width = random.integer(2, 6);
        return {
          network: drawNetwork(random, width, width),
          x: drawInputs(random, 5),
        };
      },
      left: ({ network, x }) => outputs(network, x),
      right: (algebra, { network, x }) =>
        forward(algebra, layersOf(network), x),
    }),
  },
  {
    id: "parameters",
    tex:
      tex`\#\theta = \underbrace{2k}_{W_1, b_1} + (l - 2)\underbrace{(k^2 + k)}_{W_i, b_i} + \underbrace{k + 1}_{W_l, b_l} = (l - 2)\, k^2 + (l + 1)\, k + 1`,
    reason:
      "Two layers of width $k$ have $3k + 1$ parameters; every further one adds $k^2 + k$. The check counts them in a network.",
    check: equation({
      against: "definition",
      given: (random) => {
        const [width, layers] = [random.integer(2, 9), random.integer(3, 7)];
        const hidden = Array<number>(layers - 1).fill(width);
        return {
          width,
          layers,
          network: drawReluNetwork(random, [1, ...hidden, 1]),
        };
      },
      left: ({ network }) =>
        scalar(
          network.flatMap(({ weight, bias }) => [...weight.flat(), ...bias])
            .length,
        ),
      right: ({ hadamard, plus, scale }, { width, layers }) => {
        const k = scalar(width);
        return plus(
          plus(scale(layers - 2, hadamard(k, k)), scale(layers + 1, k)),
          scalar(1),
        );
      },
    }),
  },
];

/** Shapes of two layers, and three layers written out. */
export const shapesSection: Section = {
  id: "shapes",
  title: "Shapes",
  answers: "003, questions 1 and 2",
  lines,
};
