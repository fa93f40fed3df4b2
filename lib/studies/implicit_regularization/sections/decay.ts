import { scalar } from "../../../study/derivation/algebra.ts";
import { equation } from "../../../study/derivation/check.ts";
import type { Line } from "../../../study/derivation/line.ts";
import type { Section } from "../../../study/page.ts";
import { slopes } from "../../../study/derivation/oracle.ts";
import { drawProblem, fullGradientAt, squaredNorm } from "./quadratics.ts";

const tex = String.raw;

const lines: Line[] = [
  {
    id: "decay-step",
    tex:
      tex`\theta - \mu \nabla \bigl( J + \tfrac\lambda2 \lVert \theta \rVert^2 \bigr) = (1 - \mu\lambda)\, \theta - \mu \nabla J`,
    reason:
      "The penalty's gradient is $\\lambda\\theta$, which an optimizer adds to that of the loss as weight decay.",
    check: equation({
      against: "central differences",
      given: (random) => ({
        ...drawProblem(random),
        rate: random.uniform(0.1, 1),
        decay: random.uniform(0.1, 1),
      }),
      left: ({ theta, rate, decay, batches }) =>
        // θ − μ∇(…) is itself the gradient of ½‖θ‖² − μ(…).
        slopes(theta, (at) => {
          const losses = batches.map(({ A, c }) => {
            const moved = c.data.map((value, i) => at.data[i]! - value);
            let square = 0;
            for (let row = 0; row < A.rows; row++) {
              let entry = 0;
              moved.forEach((value, j) =>
                entry += A.data[row * A.columns + j]! * value
              );
              square += entry ** 2;
            }
            return square / 2;
          });
          const loss = losses.reduce((a, b) => a + b) / losses.length;
          return squaredNorm(at) / 2 -
            rate * (loss + decay / 2 * squaredNorm(at));
        }),
      right: ({ minus, scale }, at) =>
        minus(
          scale(1 - at.rate * at.decay, at.theta),
          scale(at.rate, fullGradientAt(at, at.theta)),
        ),
    }),
  },
  {
    id: "equilibrium",
    tex:
      tex`\nabla J(\theta^*) = -\lambda \theta^* \;\Rightarrow\; \lVert \nabla J(\theta^*) \rVert^2 = \lambda^2 \lVert \theta^* \rVert^2 > 0`,
    reason:
      "Explicit regularization changes where training ends: with weight decay the gradient of the loss does not vanish, and the training loss stays above zero. Checked for one parameter, $J = \\frac h2 (\\theta - c)^2$.",
    check: equation({
      against: "definition",
      given: (random) => ({
        h: random.uniform(0.5, 2),
        c: random.uniform(1, 2),
        decay: random.uniform(0.1, 1),
      }),
      // The minimum of J + λθ²/2 lies at hc/(h + λ).
      left: ({ h, c, decay }) => {
        const theta = h * c / (h + decay);
        return scalar((h * (theta - c)) ** 2);
      },
      right: ({ product, quotient, scale }, { h, c, decay }) => {
        const theta = quotient(scalar(h * c), scalar(h + decay));
        return scale(decay ** 2, product(theta, theta));
      },
    }),
  },
];

/** The regularization one can set. */
export const decaySection: Section = {
  id: "weight-decay",
  title: "Weight decay",
  answers: "004, computer assignment 2 (d)",
  lines,
};
