import type { Random } from "../../../math/random.ts";
import { scalar } from "../../../study/derivation/algebra.ts";
import { equation } from "../../../study/derivation/check.ts";
import type { Line } from "../../../study/derivation/line.ts";
import type { Section } from "../../../study/page.ts";
import { signPatterns } from "../../double_descent/sections/patterns.ts";
import { draw } from "../../../study/derivation/oracle.ts";

const tex = String.raw;

/** Mean of `w²` over a uniform w on [−bound, bound], by Simpson's rule, exact for squares. */
function meanSquare(bound: number): number {
  return (bound ** 2 + 4 * 0 ** 2 + bound ** 2) / 6;
}

/** Mean of `ReLU(⟨w, x⟩)²` over all weights `w = ±deviation`. */
function afterReLU(x: ArrayLike<number>, deviation: number): number {
  const patterns = signPatterns(x.length);
  const squares = patterns.map((signs) => {
    const sum = signs.reduce((sum, sign, i) => sum + sign * x[i]!, 0);
    return Math.max(deviation * sum, 0) ** 2;
  });
  return squares.reduce((sum, square) => sum + square, 0) / patterns.length;
}

const lines: Line[] = [
  {
    id: "torch-variance",
    tex:
      tex`w \sim U\bigl(-\tfrac1{\sqrt n}, \tfrac1{\sqrt n}\bigr) \;\Longrightarrow\; \operatorname{Var} w = \frac{1}{3n}`,
    reason:
      "What PyTorch draws for a unit that adds up $n$ products, in convolutions and linear layers alike.",
    check: equation({
      against: "definition",
      given: (random) => random.integer(2, 1000),
      left: (n) => scalar(meanSquare(1 / Math.sqrt(n))),
      right: ({ quotient, scale }, n) =>
        quotient(scalar(1), scale(3, scalar(n))),
    }),
  },
  {
    id: "one-layer",
    tex:
      tex`\mathbb E \operatorname{ReLU}(\langle w, x \rangle)^2 = \tfrac12 \operatorname{Var}(w)\, \lVert x \rVert^2 = \tfrac16 \cdot \tfrac1n \lVert x \rVert^2`,
    reason:
      "The weights are symmetric, so that the ReLU keeps half of the second moment: each layer leaves a sixth of the mean square of its input, biases and pooling aside. The bias adds a number that is the same for every image.",
    check: equation({
      against: "definition",
      given: (random: Random) => ({
        x: draw(random, [6, 1]),
        deviation: random.uniform(0.2, 2),
      }),
      left: ({ x, deviation }) => scalar(afterReLU(x.data, deviation)),
      right: ({ product, scale, transpose }, { x, deviation }) =>
        scale(deviation ** 2 / 2, product(transpose(x), x)),
    }),
  },
  {
    id: "gain",
    tex:
      tex`w \to g\, w: \qquad q_L = q_0 \Bigl(\frac{g^2}{6}\Bigr)^{L}, \qquad g = 1,\ L = 7: \; 6^{-7} \approx 3.6 \cdot 10^{-6}, \qquad g = \sqrt 6: \; 1`,
    reason:
      "Seven layers with ReLU lie before the output, and what differs between images has all but gone there. The network then sits on a plateau at $\\log 10$ until it has grown its weights, for as many updates as it takes. A factor $g = \\sqrt 6$ gives the variance $2/n$ of He et al. 2015, and the signal survives.",
    check: equation({
      against: "definition",
      given: (random) => ({
        gain: random.uniform(0.5, 3),
        layers: random.integer(2, 10),
      }),
      left: ({ gain, layers }) => {
        let q = 1;
        // Half of n variances, as in the line above.
        for (let i = 0; i < layers; i++) q *= gain ** 2 * meanSquare(1) / 2;
        return scalar(q);
      },
      right: ({ exp, log, minus, product, scale }, { gain, layers }) => {
        const squared = product(scalar(gain), scalar(gain));
        return exp(scale(layers, minus(log(squared), log(scalar(6)))));
      },
    }),
  },
];

/** Why training begins on a plateau. */
export const firstWeightsSection: Section = {
  id: "first-weights",
  title: "The plateau at the start",
  prose: [
    "The presets smoke and quick train so small a network for so few updates that it would not leave this plateau, neither with random labels nor with true ones. They therefore multiply PyTorch's first weights by $\\sqrt 6$. The preset full takes them as they are, $g = 1$.",
  ],
  lines,
};
