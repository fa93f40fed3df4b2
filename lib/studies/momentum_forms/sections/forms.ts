import {
  heavyBallStep as definitionOne,
  sgdStep as definitionTwo,
} from "../../../math/optimizers.ts";
import type { Random } from "../../../math/random.ts";
import { column } from "../../../study/derivation/algebra.ts";
import { equation } from "../../../study/derivation/check.ts";
import type { Line } from "../../../study/derivation/line.ts";
import type { Section } from "../../../study/page.ts";
import {
  heavyBallStep,
  momentumStep,
} from "../../../study/derivation/kernels.ts";
import { draw } from "../../../study/derivation/oracle.ts";

const tex = String.raw;

/** Any state of either form, and a gradient. */
function drawState(random: Random) {
  return {
    theta: draw(random, [5, 1]),
    before: draw(random, [5, 1]),
    velocity: draw(random, [5, 1]),
    gradient: draw(random, [5, 1]),
    learningRate: random.uniform(0.1, 0.5),
    momentum: random.uniform(0.5, 0.95),
  };
}

const lines: Line[] = [
  {
    id: "form-one",
    tex:
      tex`\theta_{\mathrm I}^{k+1} = \theta_{\mathrm I}^k - \alpha g^k + \beta\,(\theta_{\mathrm I}^k - \theta_{\mathrm I}^{k-1}), \qquad \theta_{\mathrm I}^{-1} = \theta^0`,
    reason:
      "Form I repeats a part $\\beta$ of the last move; it keeps $\\theta^{k-1}$.",
    check: equation({
      against: "definition",
      given: drawState,
      left: ({ theta, before, gradient, ...options }) => {
        const state = { parameters: theta.data, previous: before.data };
        return column(definitionOne(state, gradient.data, options).parameters);
      },
      right: ({ minus, plus, scale }, at) =>
        plus(
          minus(at.theta, scale(at.learningRate, at.gradient)),
          scale(at.momentum, minus(at.theta, at.before)),
        ),
    }),
    kernels: [heavyBallStep],
  },
  {
    id: "form-two",
    tex:
      tex`v^{k+1} = g^k + \beta v^k, \qquad \theta_{\mathrm{II}}^{k+1} = \theta_{\mathrm{II}}^k - \alpha v^{k+1}, \qquad v^0 = 0`,
    reason:
      "Form II is what torch.optim.SGD does without Nesterov; it keeps the velocity $v$, in units of a gradient.",
    check: equation({
      against: "definition",
      given: drawState,
      left: ({ theta, velocity, gradient, ...options }) => {
        const state = { parameters: theta.data, velocity: velocity.data };
        return column(definitionTwo(state, gradient.data, options).parameters);
      },
      right: ({ minus, plus, scale }, at) => {
        const next = plus(at.gradient, scale(at.momentum, at.velocity));
        return minus(at.theta, scale(at.learningRate, next));
      },
    }),
    kernels: [momentumStep],
  },
  {
    id: "one-step-apart",
    tex:
      tex`\theta_{\mathrm I}^{k+1} - \theta_{\mathrm{II}}^{k+1} = \beta\,(\theta_{\mathrm I}^k - \theta_{\mathrm I}^{k-1}) + \alpha\beta\, v^k \qquad \text{if } \theta_{\mathrm I}^k = \theta_{\mathrm{II}}^k`,
    reason:
      "Subtract the two steps from one point along one gradient: $\\alpha g^k$ cancels. Nothing is assumed yet about $\\theta^{k-1}$ and $v^k$.",
    check: equation({
      against: "definition",
      given: drawState,
      left: ({ theta, before, velocity, gradient, ...options }) => {
        const parameters = theta.data;
        const one = { parameters, previous: before.data };
        const two = { parameters, velocity: velocity.data };
        const after = definitionTwo(two, gradient.data, options).parameters;
        return column(
          definitionOne(one, gradient.data, options).parameters
            .map((moved, i) => moved - after[i]!),
        );
      },
      right: ({ minus, plus, scale }, at) =>
        plus(
          scale(at.momentum, minus(at.theta, at.before)),
          scale(at.learningRate, scale(at.momentum, at.velocity)),
        ),
    }),
  },
];

/** The two forms, and the difference of one step. */
export const formsSection: Section = {
  id: "forms",
  title: "Two forms",
  prose: [
    "Both start at $\\theta^0 \\in \\mathbb R^n$ and are given the same gradients $g^0, g^1, \\dots$; $\\alpha$ is the learning rate and $\\beta$ the momentum.",
  ],
  lines,
};
