import { centralDifferences } from "../../../math/differences.ts";
import {
  type Matrix,
  ones,
  scalar,
} from "../../../study/derivation/algebra.ts";
import { equation } from "../../../study/derivation/check.ts";
import type { Line } from "../../../study/derivation/line.ts";
import type { Section } from "../../../study/page.ts";
import { direct, drawPoint } from "./point.ts";

const tex = String.raw;
const one = ones(1);

/** The derivative of a function of one number, by central differences. */
function slope(f: (x: number) => number, { data: [x] }: Matrix): Matrix {
  const step = 1e-5 * Math.max(1, Math.abs(x!));
  const [d] = centralDifferences(([x]) => f(x!), Float64Array.of(x!), { step });
  return scalar(d!);
}

const lines: Line[] = [
  {
    id: "nodes",
    tex:
      tex`v_1 = \log b, \quad v_2 = a^2, \quad v_3 = b^2, \quad v_4 = v_2 + v_3, \quad v_5 = e^{v_4}, \quad v_6 = 1 + v_5, \quad z = \frac{v_1}{v_6}`,
    reason:
      "One name per operation, in the order in which one computes; $b$ is used twice, by $v_1$ and by $v_3$.",
    check: equation({
      against: "definition",
      given: drawPoint,
      left: ({ a, b }) => scalar(direct(a.data[0]!, b.data[0]!)),
      right: ({ exp, hadamard, log, plus, quotient }, { a, b }) => {
        const v4 = plus(hadamard(a, a), hadamard(b, b));
        return quotient(log(b), plus(one, exp(v4)));
      },
    }),
  },
  {
    id: "partials-inner",
    tex:
      tex`\frac{\partial v_1}{\partial b} = \frac1b, \quad \frac{\partial v_2}{\partial a} = 2a, \quad \frac{\partial v_3}{\partial b} = 2b, \quad \frac{\partial v_4}{\partial v_2} = \frac{\partial v_4}{\partial v_3} = 1`,
    reason:
      "The derivative of each operation by each of its own inputs, which the forward pass can note on the edges.",
    check: equation({
      against: "central differences",
      given: drawPoint,
      left: ({ a, b, v2, v3 }) => [
        slope(Math.log, b),
        slope((x) => x * x, a),
        slope((x) => x * x, b),
        slope((x) => x + v3.data[0]!, v2),
        slope((x) => v2.data[0]! + x, v3),
      ],
      right: ({ quotient, scale }, { a, b }) => [
        quotient(one, b),
        scale(2, a),
        scale(2, b),
        one,
        one,
      ],
    }),
  },
  {
    id: "partials-outer",
    tex:
      tex`\frac{\partial v_5}{\partial v_4} = e^{v_4} = v_5, \quad \frac{\partial v_6}{\partial v_5} = 1, \quad \frac{\partial z}{\partial v_1} = \frac1{v_6}, \quad \frac{\partial z}{\partial v_6} = -\frac{v_1}{v_6^2}`,
    reason:
      "The exponential is its own derivative, so that its value need not be computed twice.",
    check: equation({
      against: "central differences",
      given: drawPoint,
      left: ({ v1, v4, v5, v6 }) => [
        slope(Math.exp, v4),
        slope((x) => 1 + x, v5),
        slope((x) => x / v6.data[0]!, v1),
        slope((x) => v1.data[0]! / x, v6),
      ],
      right: ({ exp, hadamard, quotient, scale }, { v1, v4, v6 }) => [
        exp(v4),
        one,
        quotient(one, v6),
        scale(-1, quotient(v1, hadamard(v6, v6))),
      ],
    }),
  },
];

/** Parts (a) and (b): the graph, its values and the local partials. */
export const forwardSection: Section = {
  id: "forward",
  title: "The graph and the forward pass",
  answers: "004, exercise 1, (a) and (b)",
  prose: [
    "Every operation becomes a node, every use of a value an edge. The forward pass goes through the nodes in order and keeps two things: the value of each node, and the local partial derivative on each edge.",
  ],
  lines,
};
