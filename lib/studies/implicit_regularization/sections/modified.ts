import {
  exact,
  type Matrix,
  scalar,
} from "../../../study/derivation/algebra.ts";
import { equation } from "../../../study/derivation/check.ts";
import type { Line } from "../../../study/derivation/line.ts";
import type { Section } from "../../../study/page.ts";
import { slopes } from "../../../study/derivation/oracle.ts";
import {
  average,
  drawProblem,
  fullGradientAt,
  gradientAt,
  type Problem,
  squaredNorm,
} from "./quadratics.ts";

const tex = String.raw;

/** The second-order coefficient of `f` at 0, by differences of fourth order; `f(0)` drops out. */
function curvature(f: (t: number) => Matrix): Matrix {
  const step = 1e-3;
  const second = (h: number) => {
    const { minus, plus, scale } = exact;
    return scale(1 / (h * h), minus(plus(f(h), f(-h)), scale(2, f(0))));
  };
  const [near, far] = [second(step), second(2 * step)];
  return exact.scale(1 / 6, exact.minus(exact.scale(4, near), far));
}

/** θ after the time `t` of the gradient flow `θ′ = −∇J(θ)`, by Runge and Kutta's method. */
function flow(problem: Problem, t: number): Matrix {
  const { plus, scale } = exact;
  const slope = (theta: Matrix) => scale(-1, fullGradientAt(problem, theta));
  const steps = 8;
  const h = t / steps;
  let theta = problem.theta;
  for (let i = 0; i < steps; i++) {
    const k1 = slope(theta);
    const k2 = slope(plus(theta, scale(h / 2, k1)));
    const k3 = slope(plus(theta, scale(h / 2, k2)));
    const k4 = slope(plus(theta, scale(h, k3)));
    const sum = plus(plus(k1, scale(2, k2)), plus(scale(2, k3), k4));
    theta = plus(theta, scale(h / 6, sum));
  }
  return theta;
}

/** All orders of 0, …, n − 1. */
function orders(n: number): number[][] {
  if (n === 0) return [[]];
  return orders(n - 1).flatMap((rest) =>
    Array.from({ length: n }, (_, at) => rest.toSpliced(at, 0, n - 1))
  );
}

/** θ after one epoch of SGD with the step `rate`, averaged over all orders. */
function epoch({ batches, theta }: Problem, rate: number): Matrix {
  const { minus, scale } = exact;
  const ends = orders(batches.length).map((order) =>
    order.reduce(
      (at, b) => minus(at, scale(rate, gradientAt(batches[b]!, at))),
      theta,
    )
  );
  return average(ends);
}

const lines: Line[] = [
  {
    id: "flow",
    tex:
      tex`\dot\theta = -\nabla J(\theta) \;\Rightarrow\; \theta(\mu) = \theta - \mu \nabla J + \tfrac{\mu^2}{2} \nabla^2 J\, \nabla J + O(\mu^3)`,
    reason:
      "Differentiate the flow once more: $\\ddot\\theta = \\nabla^2 J\\, \\nabla J$. A step $\\theta - \\mu \\nabla J$ lacks the last term, so it does not follow the flow of $J$. The term is checked.",
    check: equation({
      against: "central differences",
      given: drawProblem,
      left: (at) => curvature((t) => flow(at, t)),
      right: ({ plus, product, scale }, at) => {
        const { batches } = at;
        const share = 1 / batches.length;
        const H = scale(share, batches.map(({ H }) => H).reduce(plus));
        return scale(1 / 2, product(H, fullGradientAt(at, at.theta)));
      },
    }),
  },
  {
    id: "penalty",
    tex:
      tex`\nabla\, \tfrac{\mu}{4} \lVert \nabla J \rVert^2 = \tfrac{\mu}{2} \nabla^2 J\, \nabla J`,
    reason:
      "So the flow of $\\tilde J = J + \\frac\\mu4 \\lVert \\nabla J \\rVert^2$ has one more term $-\\frac{\\mu^2}{2} \\nabla^2 J\\, \\nabla J$ at time $\\mu$ that cancels the other: it passes through the steps of gradient descent up to $O(\\mu^3)$.",
    check: equation({
      against: "central differences",
      given: (random) => ({
        ...drawProblem(random),
        rate: random.uniform(0.1, 1),
      }),
      left: (at) =>
        slopes(
          at.theta,
          (theta) => at.rate / 4 * squaredNorm(fullGradientAt(at, theta)),
        ),
      right: ({ plus, product, scale }, at) => {
        const share = 1 / at.batches.length;
        const H = scale(share, at.batches.map(({ H }) => H).reduce(plus));
        const g = fullGradientAt(at, at.theta);
        return scale(at.rate / 2, product(H, g));
      },
    }),
  },
  {
    id: "epoch",
    tex:
      tex`\mathbb E\, \theta_{N_b} = \theta - \mu \sum_b \nabla J_b + \tfrac{\mu^2}{2} \Bigl( N_b^2\, \nabla^2 J\, \nabla J - \sum_b \nabla^2 J_b\, \nabla J_b \Bigr) + O(\mu^3)`,
    reason:
      "One epoch over shuffled mini-batches: of two batches either comes first equally often, so the mean over all orders has half of every product $\\nabla^2 J_b \\nabla J_c$ with $b \\ne c$. The last term is checked, over all orders.",
    check: equation({
      against: "central differences",
      given: drawProblem,
      left: (at) => curvature((rate) => epoch(at, rate)),
      right: ({ minus, plus, product, scale }, at) => {
        const { batches, theta } = at;
        const gradients = batches.map((one) => gradientAt(one, theta));
        const H = batches.map(({ H }) => H).reduce(plus);
        const all = product(H, gradients.reduce(plus));
        const own = batches.map(({ H }, b) => product(H, gradients[b]!))
          .reduce(plus);
        return scale(1 / 2, minus(all, own));
      },
    }),
  },
  {
    id: "implicit-penalty",
    tex:
      tex`\tilde J_{\text{SGD}} = J + \frac{\mu}{4 N_b} \sum_b \lVert \nabla J_b \rVert^2 = J + \frac\mu4 \lVert \nabla J \rVert^2 + \frac{\mu}{4 N_b} \sum_b \lVert \nabla J_b - \nabla J \rVert^2`,
    reason:
      "The flow of this loss at time $N_b \\mu$ has the mean epoch's terms. SGD acts as if it minimized it: the larger the learning rate, the more it prefers points where the gradients of all mini-batches are small. The second equality is checked.",
    check: equation({
      against: "definition",
      given: (random) => ({
        ...drawProblem(random),
        rate: random.uniform(0.1, 1),
      }),
      left: ({ batches, theta, rate }) => {
        const squares = batches.map((one) =>
          squaredNorm(gradientAt(one, theta))
        );
        const factor = rate / (4 * batches.length);
        return scalar(factor * squares.reduce((a, b) => a + b));
      },
      right: ({ minus, plus, product, scale, transpose }, at) => {
        const { batches, theta, rate } = at;
        const all = batches.map((one) => gradientAt(one, theta));
        const mean = scale(1 / all.length, all.reduce(plus));
        const apart = all.map((g) => {
          const gap = minus(g, mean);
          return product(transpose(gap), g);
        }).reduce(plus);
        return plus(
          scale(rate / 4, product(transpose(mean), mean)),
          scale(rate / (4 * all.length), apart),
        );
      },
    }),
  },
];

/** What a finite step minimizes. */
export const modifiedSection: Section = {
  id: "modified-loss",
  title: "What SGD minimizes",
  answers: "004, computer assignment 2 (c)",
  prose: [
    "Backward error analysis: of which loss does the exact gradient flow pass through the steps that were taken? Sources: Barrett and Dherin 2021, Implicit gradient regularization; Smith, Dherin, Barrett and De 2021, On the origin of implicit regularization in stochastic gradient descent (both ICLR).",
  ],
  lines,
};
