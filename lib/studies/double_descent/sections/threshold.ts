import { scalar } from "../../../study/derivation/algebra.ts";
import { type Equation, equation } from "../../../study/derivation/check.ts";
import type { Line } from "../../../study/derivation/line.ts";
import type { Erratum, Section } from "../../../study/page.ts";
import { source } from "../../support/sources.ts";

const tex = String.raw;

/** Numbers in all weights and biases of 8 → M → M → 8, counted layer by layer. */
function count(width: number): number {
  const sizes = [8, width, width, 8];
  return sizes.slice(1).reduce(
    (sum, units, i) => sum + units * sizes[i]! + units,
    0,
  );
}

/** The width at which {@linkcode count} reaches 8N, by bisection. */
function crossing(examples: number): number {
  let [low, high] = [0, 8 * examples];
  for (let i = 0; i < 100; i++) {
    const middle = (low + high) / 2;
    if (count(middle) < 8 * examples) low = middle;
    else high = middle;
  }
  return low;
}

const THRESHOLD: Pick<Equation<number>, "against" | "right"> = {
  against: "definition",
  right: ({ minus, plus, root, scale }, examples) =>
    minus(
      root(plus(scalar(73), scale(8, scalar(examples)))),
      scalar(9),
    ),
};

const lines: Line[] = [
  {
    id: "parameters",
    tex:
      tex`P(M) = \underbrace{8M + M}_{\text{first layer}} + \underbrace{M^2 + M}_{\text{second}} + \underbrace{8M + 8}_{\text{output}} = M^2 + 18 M + 8`,
    reason: "A weight for each pair of units and a bias for each unit.",
    check: equation({
      against: "definition",
      given: (random) => random.integer(2, 201),
      left: (width) => scalar(count(width)),
      right: ({ plus, product, scale }, width) => {
        const M = scalar(width);
        return plus(plus(product(M, M), scale(18, M)), scalar(8));
      },
    }),
  },
  {
    id: "equations",
    tex:
      tex`f(x_i; \theta) = y_i \in \mathbb R^8, \quad i = 1, \dots, N \qquad\Longleftrightarrow\qquad 8N \text{ equations in } P(M) \text{ unknowns}`,
    reason:
      "To interpolate is to solve a system, and in general it has a solution only with as many unknowns as equations.",
  },
  {
    id: "threshold",
    tex:
      tex`P(M^*) = 8N \;\Longleftrightarrow\; M^* = \sqrt{73 + 8N} - 9, \qquad M^*(100) \approx 20.5, \quad M^*(200) \approx 31.9`,
    reason:
      "Complete the square in $M^2 + 18M + 8 - 8N = 0$. At the threshold of 100 examples the network has 800 parameters.",
    check: equation({
      ...THRESHOLD,
      given: (random) => random.integer(2, 1000),
      left: (examples) => scalar(crossing(examples)),
    }),
  },
];

/** How many parameters interpolate. */
export const thresholdSection: Section = {
  id: "threshold",
  title: "The interpolation threshold",
  answers: "004, computer assignment 1 (c)",
  prose: [
    "Counting is a rule of thumb: a network is not linear in its parameters, ReLUs that are off waste some of them, and gradient descent need not find a solution that exists. Training therefore reaches a small loss, and the test loss its peak, at a width a little above $M^*$.",
  ],
  lines,
};

/** With more data the threshold moves, so that there is no single width at the threshold. */
export const movingThreshold: Erratum = {
  claim:
    "One width at the interpolation threshold serves to compare 100 with 200 examples, as if the threshold were one number.",
  correct:
    "$M^* = \\sqrt{73 + 8N} - 9$ moves with the data. More data hurts at the threshold of the larger sample; at that of the smaller one, it takes the network away from its peak and helps.",
  number:
    "The threshold of 100 examples, 20.5, misses that of 200, 31.9, by a relative 0.356. The expectations of the run below say at which widths more data hurt.",
  source: source("004", "computer assignment 1 (d)"),
  evidence: {
    claimed: equation({
      ...THRESHOLD,
      given: () => 100,
      left: () => scalar(crossing(200)),
    }),
    correct: equation({
      ...THRESHOLD,
      given: () => 200,
      left: () => scalar(crossing(200)),
    }),
  },
};
