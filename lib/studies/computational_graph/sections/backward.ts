import { ones } from "../../../study/derivation/algebra.ts";
import { equation } from "../../../study/derivation/check.ts";
import type { Line } from "../../../study/derivation/line.ts";
import type { Section } from "../../../study/page.ts";
import { drawPoint } from "./point.ts";

const tex = String.raw;
const one = ones(1);

const lines: Line[] = [
  {
    id: "rule",
    tex:
      tex`\frac{\partial z}{\partial z} = 1, \qquad \frac{\partial z}{\partial v_i} = \sum_{j \,:\, v_j \text{ uses } v_i} \frac{\partial z}{\partial v_j} \, \frac{\partial v_j}{\partial v_i}`,
    reason:
      "The chain rule: what reaches a node is the sum over its uses of the gradient of the user times the local partial.",
  },
  {
    id: "quotient",
    tex:
      tex`\frac{\partial z}{\partial v_1} = \frac1{v_6}, \qquad \frac{\partial z}{\partial v_6} = -\frac{v_1}{v_6^2}`,
    reason: "The last node passes its gradient, 1, along its two edges.",
    check: equation({
      against: "reverse mode",
      given: drawPoint,
      left: ({ dv1, dv6 }) => [dv1, dv6],
      right: ({ hadamard, quotient, scale }, { v1, v6 }) => [
        quotient(one, v6),
        scale(-1, quotient(v1, hadamard(v6, v6))),
      ],
    }),
  },
  {
    id: "exponential",
    tex:
      tex`\frac{\partial z}{\partial v_5} = \frac{\partial z}{\partial v_6}, \qquad \frac{\partial z}{\partial v_4} = \frac{\partial z}{\partial v_5}\, v_5`,
    reason:
      "Adding 1 passes the gradient on as it is; the exponential multiplies it by its value.",
    check: equation({
      against: "reverse mode",
      given: drawPoint,
      left: ({ dv5, dv4 }) => [dv5, dv4],
      right: ({ hadamard }, { dv6, dv5, v5 }) => [dv6, hadamard(dv5, v5)],
    }),
  },
  {
    id: "squares",
    tex:
      tex`\frac{\partial z}{\partial v_2} = \frac{\partial z}{\partial v_3} = \frac{\partial z}{\partial v_4}, \qquad \frac{\partial z}{\partial a} = 2a\, \frac{\partial z}{\partial v_2}`,
    reason: "A sum copies the gradient to both terms; $a$ is used once.",
    check: equation({
      against: "reverse mode",
      given: drawPoint,
      left: ({ dv2, dv3, da }) => [dv2, dv3, da],
      right: ({ hadamard, scale }, { dv4, dv2, a }) => [
        dv4,
        dv4,
        scale(2, hadamard(a, dv2)),
      ],
    }),
  },
  {
    id: "two-uses-of-b",
    tex:
      tex`\frac{\partial z}{\partial b} = \frac1b\, \frac{\partial z}{\partial v_1} + 2b\, \frac{\partial z}{\partial v_3}`,
    reason: "$b$ is used twice, so that two gradients arrive and add up.",
    check: equation({
      against: "reverse mode",
      given: drawPoint,
      left: ({ db }) => db,
      right: ({ hadamard, plus, quotient, scale }, { b, dv1, dv3 }) =>
        plus(quotient(dv1, b), scale(2, hadamard(b, dv3))),
    }),
  },
];

/** Part (c): the backward pass. */
export const backwardSection: Section = {
  id: "backward",
  title: "The backward pass",
  answers: "004, exercise 1, (c)",
  prose: [
    "The backward pass goes through the nodes in the opposite order. One pass gives the derivative of $z$ by every node, however many inputs there are; each edge is used once.",
  ],
  lines,
};

/** The figure that walks through both passes. */
export const figureSection: Section = {
  id: "walk",
  title: "Both passes, step by step",
  prose: [
    "Move the slider, or press the arrow keys on it, to walk through both passes. Change $a$ and $b$, or type another expression: each name that is neither a function nor a constant becomes an input.",
  ],
  lines: [],
  interactive: "computational-graph",
};
