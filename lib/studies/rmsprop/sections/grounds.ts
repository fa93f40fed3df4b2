import { sgdStep as definition } from "../../../math/optimizers.ts";
import type { Random } from "../../../math/random.ts";
import {
  column,
  type Matrix,
  ones,
  scalar,
} from "../../../study/derivation/algebra.ts";
import { equation } from "../../../study/derivation/check.ts";
import type { Line } from "../../../study/derivation/line.ts";
import type { Section } from "../../../study/page.ts";
import {
  sgdStep,
  tanhBackward,
  tanhForward,
  tanhSlope,
} from "../../../study/derivation/kernels.ts";
import { slopes } from "../../../study/derivation/oracle.ts";
import { gradientAt } from "./landscapes.ts";

const tex = String.raw;

/** A ravine with its flat side first. */
function drawRavine(random: Random) {
  const curvatures = [random.uniform(0.5, 2), random.uniform(5, 20)] as const;
  return { curvatures, flattened: false };
}

/** `½ Σ tanh² θᵢ`. */
const flattenedLoss = ({ data }: Matrix) =>
  data.reduce((sum, x) => sum + Math.tanh(x) ** 2 / 2, 0);

const lines: Line[] = [
  {
    id: "ravine",
    tex:
      tex`L = \tfrac12 (h_1 \theta_1^2 + h_2 \theta_2^2): \qquad \theta_i^k = (1 - \alpha h_i)^k\, \theta_i^0, \qquad \theta^k \to 0 \iff \alpha < \frac{2}{h_{\max}}`,
    reason:
      "Gradient descent treats each direction on its own. The steep one sets the largest rate, beyond which each step overshoots by more than the last.",
    check: equation({
      against: "definition",
      given: (random) => ({
        ...drawRavine(random),
        start: column(random.array(2, { low: 0.5, high: 2 })),
        rate: random.uniform(0.01, 0.08),
        // Odd, so that no sign is lost.
        steps: 2 * random.integer(1, 4) + 1,
      }),
      left: ({ start, rate, steps, ...ground }) => {
        let theta: Float64Array = start.data;
        for (let k = 0; k < steps; k++) {
          const gradient = gradientAt(ground, theta);
          const state = { parameters: theta, velocity: new Float64Array(2) };
          theta = definition(state, gradient, { learningRate: rate })
            .parameters;
        }
        return column(theta);
      },
      right: (
        { hadamard, minus, scale },
        { curvatures, start, rate, steps },
      ) => {
        const factor = minus(ones(2), scale(rate, column(curvatures)));
        return Array.from({ length: steps })
          .reduce<Matrix>((theta) => hadamard(factor, theta), start);
      },
    }),
    kernels: [sgdStep],
  },
  {
    id: "best-rate",
    tex:
      tex`\min_\alpha \max_i |1 - \alpha h_i| = \frac{\kappa - 1}{\kappa + 1} \quad\text{at } \alpha = \frac{2}{h_1 + h_2}, \qquad \kappa = \frac{h_{\max}}{h_{\min}}`,
    reason:
      "At the best rate both directions shrink alike, and a ravine with $\\kappa = 1000$ is left at 0.2 % a step. The check compares with the best of many rates.",
    check: equation({
      against: "definition",
      tolerance: 1e-6,
      given: drawRavine,
      left: ({ curvatures: [flat, steep] }) => {
        const factor = (rate: number) =>
          Math.max(Math.abs(1 - rate * flat), Math.abs(1 - rate * steep));
        // Convex in the rate: a search by thirds closes in on the minimum.
        let [low, high] = [0, 2 / flat];
        for (let i = 0; i < 100; i++) {
          const third = (high - low) / 3;
          if (factor(low + third) < factor(high - third)) high -= third;
          else low += third;
        }
        return scalar(factor((low + high) / 2));
      },
      right: ({ minus, plus, quotient }, { curvatures: [flat, steep] }) => {
        const kappa = quotient(scalar(steep), scalar(flat));
        return quotient(minus(kappa, ones(1)), plus(kappa, ones(1)));
      },
    }),
  },
  {
    id: "plateau",
    tex:
      tex`L = \tfrac12 \sum_i \tanh^2 \theta_i: \qquad \frac{\partial L}{\partial \theta_i} = \tanh \theta_i\, (1 - \tanh^2 \theta_i)`,
    reason:
      "A squared error behind a saturating unit; backward takes $1 - y^2$ from the output $y = \\tanh \\theta$.",
    check: equation({
      against: "central differences",
      given: (random) => column(random.array(4, { low: -2, high: 2 })),
      left: (theta) => slopes(theta, flattenedLoss),
      right: (algebra, theta) =>
        algebra.hadamard(algebra.tanh(theta), tanhSlope(algebra, theta)),
    }),
    kernels: [tanhForward, tanhBackward],
  },
  {
    id: "flat",
    tex:
      tex`\frac{\partial L}{\partial \theta_i} \approx 4\, e^{-2\theta_i} \quad (\theta_i \gg 1): \qquad k_{\text{SGD}} \approx \frac{e^{2\theta^0}}{8\alpha} \text{ steps}, \qquad k_{\text{RMSprop}} \approx \frac{\theta^0}{\alpha}`,
    reason:
      "$1 - \\tanh^2 \\theta = 4/(e^\\theta + e^{-\\theta})^2$. From $\\theta^0 = 4.5$ and with $\\alpha = 0.01$ that is 100,000 steps against 450. The check is of the slope, at $\\theta$ from 8 to 9.",
    check: equation({
      against: "definition",
      tolerance: 1e-6,
      given: (random) => column(random.array(4, { low: 8, high: 9 })),
      left: (theta) =>
        column(theta.data.map((x) => Math.sinh(x) / Math.cosh(x) ** 3)),
      right: ({ exp, scale }, theta) => scale(4, exp(scale(-2, theta))),
    }),
  },
];

/** Gradient descent on a ravine and on a plateau. */
export const groundsSection: Section = {
  id: "grounds",
  title: "Steep and flat",
  answers: "002, section 3 (b)",
  lines,
};
