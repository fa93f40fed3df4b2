import { sgdStep } from "../../../math/optimizers.ts";
import {
  add,
  matmul,
  mul,
  scale as scaled,
  square,
  sub,
  sum,
} from "../../../math/operations.ts";
import type { Random } from "../../../math/random.ts";
import {
  column,
  exact,
  type Matrix,
  matrix,
  ones,
} from "../../../study/derivation/algebra.ts";
import { equation } from "../../../study/derivation/check.ts";
import type { Line } from "../../../study/derivation/line.ts";
import type { Section } from "../../../study/page.ts";
import { decayStep } from "../../../study/derivation/kernels.ts";
import {
  draw,
  gradients,
  slopes,
  toVariable,
} from "../../../study/derivation/oracle.ts";

const tex = String.raw;

const PARAMETERS = 4;

/** Parameters θ, λ, α, and the data of a cost ρ that is no quadratic: `½ Σ (Xθ − t)² + Σ θ⁴`. */
function drawCost(random: Random) {
  return {
    theta: draw(random, [PARAMETERS, 1]),
    x: draw(random, [6, PARAMETERS]),
    t: draw(random, [6, 1]),
    lambda: random.uniform(0.1, 1),
    rate: random.uniform(0.05, 0.3),
  };
}

type Cost = ReturnType<typeof drawCost>;

/** ρ as a function of θ, on the tape. */
function costAt({ x, t }: Cost, theta: ReturnType<typeof toVariable>) {
  const residual = sub(matmul(toVariable(x), theta), toVariable(t));
  return add(scaled(sum(square(residual)), 0.5), sum(square(square(theta))));
}

/** ∇ρ. */
function gradientOf(cost: Cost): Matrix {
  const [found] = gradients([cost.theta], ([theta]) => costAt(cost, theta));
  return found;
}

/** One step of SGD by its definition, on a gradient. */
function step(
  { theta, rate: learningRate }: Pick<Cost, "theta" | "rate">,
  gradient: Matrix,
  weightDecay = 0,
): Matrix {
  const from = {
    parameters: theta.data,
    velocity: new Float64Array(theta.data.length),
  };
  const { parameters } = sgdStep(from, gradient.data, {
    learningRate,
    weightDecay,
  });
  return column(parameters);
}

/** The gradient of `ρ + λ‖θ‖²` by reverse mode. */
function penalizedGradient(cost: Cost): Matrix {
  const [found] = gradients(
    [cost.theta],
    ([theta]) =>
      add(costAt(cost, theta), scaled(sum(square(theta)), cost.lambda)),
  );
  return found;
}

const lines: Line[] = [
  {
    id: "cost-gradient",
    tex:
      tex`\nabla_\theta \bigl(\rho + \lambda \lVert\theta\rVert^2\bigr) = \nabla_\theta\, \rho + 2 \lambda\, \theta`,
    reason:
      "The penalty pulls every parameter towards 0 with a force in proportion to its size.",
    check: equation({
      against: "central differences",
      given: drawCost,
      left: (cost) =>
        slopes(
          cost.theta,
          (theta) =>
            costAt(cost, toVariable(theta)).value[0]! +
            cost.lambda * theta.data.reduce((all, v) => all + v * v, 0),
        ),
      right: ({ plus, scale }, cost) =>
        plus(gradientOf(cost), scale(2 * cost.lambda, cost.theta)),
    }),
  },
  {
    id: "decay",
    tex:
      tex`\theta - \alpha \bigl(\nabla \rho + 2 \lambda \theta\bigr) = (1 - 2 \alpha \lambda)\, \theta - \alpha\, \nabla \rho`,
    reason:
      "For plain SGD the penalty is weight decay: every step first shrinks the parameters. Frameworks call $\\lambda' = 2\\lambda$ the weight decay.",
    check: equation({
      against: "reverse mode",
      given: drawCost,
      left: (cost) => [
        step(cost, penalizedGradient(cost)),
        step(cost, gradientOf(cost), 2 * cost.lambda),
      ],
      right: ({ minus, scale }, cost) => {
        const { theta, rate, lambda } = cost;
        const next = minus(
          scale(1 - 2 * rate * lambda, theta),
          scale(rate, gradientOf(cost)),
        );
        return [next, next];
      },
    }),
    kernels: [decayStep],
  },
  {
    id: "shrinking",
    tex:
      tex`\nabla \rho = 0: \qquad \theta^{(k)} = (1 - 2 \alpha \lambda)^k\, \theta^{(0)}`,
    reason:
      "Where the data say nothing about a parameter, it decays geometrically; without the penalty it would keep its first value for ever.",
    check: equation({
      against: "definition",
      given: (random) => ({ ...drawCost(random), k: random.integer(2, 20) }),
      left: ({ theta, rate, lambda, k }) => {
        const none = exact.scale(0, theta);
        let at = theta;
        for (let i = 0; i < k; i++) {
          at = step({ theta: at, rate }, none, 2 * lambda);
        }
        return at;
      },
      right: ({ scale }, { theta, rate, lambda, k }) =>
        scale((1 - 2 * rate * lambda) ** k, theta),
    }),
  },
  {
    id: "quadratic",
    tex:
      tex`\rho = \tfrac12 \sum_j c_j (\theta_j - a_j)^2: \qquad \theta_j^* = \frac{c_j}{c_j + 2\lambda}\, a_j`,
    reason:
      "In a direction of curvature $c_j$ the minimum moves towards 0: hardly where $c_j \\gg 2\\lambda$ and the data are sure, nearly all the way where they are not.",
    check: equation({
      against: "reverse mode",
      given: (random) => ({
        a: draw(random, [PARAMETERS, 1]),
        c: matrix(
          PARAMETERS,
          1,
          random.array(PARAMETERS, { low: 0.5, high: 2 }),
        ),
        lambda: random.uniform(0.2, 1),
      }),
      // Gradient descent until nothing moves: each step leaves at most 0.64 of the way.
      left: ({ a, c, lambda }) => {
        let theta = exact.scale(0, a);
        for (let k = 0; k < 80; k++) {
          const [gradient] = gradients([theta], ([at]) => {
            const off = sub(at, toVariable(a));
            const cost = sum(mul(toVariable(c), square(off)));
            return add(scaled(cost, 0.5), scaled(sum(square(at)), lambda));
          });
          theta = step({ theta, rate: 0.4 }, gradient);
        }
        return theta;
      },
      right: ({ hadamard, plus, quotient, scale }, { a, c, lambda }) => {
        const divisor = plus(c, scale(2 * lambda, ones(c.rows)));
        return hadamard(quotient(c, divisor), a);
      },
    }),
  },
];

/** What a penalty on the parameters does. */
export const penaltySection: Section = {
  id: "penalty",
  title: "L2 regularization",
  answers: "002, section 2 (f) (ii)",
  prose: [
    "The cost is $\\rho + \\lambda \\lVert\\theta\\rVert^2$, with the square over all parameters, biases included. The identity with weight decay needs plain SGD: a method that divides the gradient by a root of its squares, as RMSprop and Adam do, divides the pull of the penalty as well.",
  ],
  lines,
};
