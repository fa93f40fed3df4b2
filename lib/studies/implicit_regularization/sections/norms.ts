import { exact, scalar } from "../../../study/derivation/algebra.ts";
import { equation } from "../../../study/derivation/check.ts";
import type { Line } from "../../../study/derivation/line.ts";
import type { Section } from "../../../study/page.ts";
import { meanSquaredErrorBackward } from "../../../study/derivation/kernels.ts";
import {
  average,
  drawProblem,
  fullGradientAt,
  gradientAt,
  squaredNorm,
} from "./quadratics.ts";

const tex = String.raw;

const lines: Line[] = [
  {
    id: "mean-gradient",
    tex:
      tex`J = \frac{1}{N_b} \sum_{b=1}^{N_b} J_b \;\Rightarrow\; \nabla J(\theta) = \frac{1}{N_b} \sum_{b=1}^{N_b} \nabla J_b(\theta)`,
    reason:
      "Losses are means, and equally large mini-batches that together are the data give the full gradient.",
    check: equation({
      against: "reverse mode",
      given: drawProblem,
      left: (at) => fullGradientAt(at, at.theta),
      right: ({ minus, plus, product, scale }, { batches, theta }) =>
        scale(
          1 / batches.length,
          batches.map(({ H, c }) => product(H, minus(theta, c))).reduce(plus),
        ),
    }),
    kernels: [meanSquaredErrorBackward],
  },
  {
    id: "split",
    tex:
      tex`\frac{1}{N_b} \sum_b \lVert \nabla J_b - \nabla J \rVert^2 = \frac{1}{N_b} \sum_b \lVert \nabla J_b \rVert^2 - \lVert \nabla J \rVert^2`,
    reason:
      "The variance of the mini-batch gradients: the mean of their squares less the square of their mean.",
    check: equation({
      against: "definition",
      given: drawProblem,
      left: ({ batches, theta }) => {
        const all = batches.map((one) => gradientAt(one, theta));
        const mean = average(all);
        const squares = all.map((g) =>
          g.data.reduce(
            (sum, value, i) => sum + (value - mean.data[i]!) ** 2,
            0,
          )
        );
        return scalar(squares.reduce((a, b) => a + b) / all.length);
      },
      right: ({ minus, plus, product, scale, transpose }, at) => {
        const { batches, theta } = at;
        const share = 1 / batches.length;
        const all = batches.map((one) => gradientAt(one, theta));
        const mean = fullGradientAt(at, theta);
        const squares = all.map((g) => product(transpose(g), g)).reduce(plus);
        return minus(scale(share, squares), product(transpose(mean), mean));
      },
    }),
  },
  {
    id: "interpolation",
    tex:
      tex`J_b(\theta) = \tfrac12 \lVert r_b \rVert^2, \quad \nabla J_b = A_b^\top r_b \;\Rightarrow\; \lVert \nabla J_b \rVert^2 = r_b^\top A_b A_b^\top r_b \le 2\, \lambda_{\max}(A_b A_b^\top)\, J_b`,
    reason:
      "With residuals $r_b$ and their Jacobian $A_b$: at a solution that fits every example all gradients vanish, however sharp it is. So norms are compared per unit of training loss as well, and that quotient measures curvature. The equality is checked.",
    check: equation({
      against: "reverse mode",
      given: drawProblem,
      left: ({ batches: [first], theta }) =>
        scalar(squaredNorm(gradientAt(first!, theta))),
      right: ({ product, transpose }, { batches: [first], theta }) => {
        const { A, c } = first!;
        const r = exact.product(A, exact.minus(theta, c));
        const gram = product(A, transpose(A));
        return product(product(transpose(r), gram), r);
      },
    }),
  },
];

/** The two norms. */
export const normsSection: Section = {
  id: "norms",
  title: "Two norms of the gradient",
  answers: "004, computer assignment 2 (c)",
  prose: [
    "$J_b$ is the mean loss over mini-batch $b$, $J$ that over all $N_b$ mini-batches. The checks use quadratic losses, where everything has a closed form.",
  ],
  lines,
};
