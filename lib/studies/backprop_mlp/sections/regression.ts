import type { Random } from "../../../math/random.ts";
import { equation } from "../../../study/derivation/check.ts";
import type { Line } from "../../../study/derivation/line.ts";
import type { Section } from "../../../study/page.ts";
import {
  meanSquaredErrorBackward,
  sigmoidSlope,
} from "../../../study/derivation/kernels.ts";
import {
  drawParameters,
  evaluate,
  type Network,
} from "../../../study/derivation/networks.ts";

const tex = String.raw;

/** A regression network with two hidden layers and the loss `(y − f)²`. */
function drawRegression(random: Random): Network {
  return evaluate(drawParameters(random, [3, 4, 4, 1]), { weight: 1 });
}

const lines: Line[] = [
  {
    id: "regression-network",
    tex:
      tex`Z^1 = W^1 x + b^1, \quad H^1 = \sigma(Z^1), \quad Z^2 = W^2 H^1 + b^2, \quad H^2 = \sigma(Z^2), \quad f = W^3 H^2 + b^3, \quad \rho = (y - f)^2`,
    reason:
      "Two hidden layers of $d_h$ units; the loss has no ½, so a factor 2 stays.",
  },
  {
    id: "regression-delta-4",
    tex: tex`\delta^4 := \frac{\partial \rho}{\partial f} = 2 (f - y)`,
    reason: "Outer derivative $2(y - f)$ times inner derivative $-1$.",
    check: equation({
      against: "reverse mode",
      given: drawRegression,
      left: ({ layers }) => layers[2]!.dz,
      right: ({ minus, scale }, { output, target }) =>
        scale(2, minus(output, target)),
    }),
    kernels: [meanSquaredErrorBackward],
  },
  {
    id: "regression-top",
    tex:
      tex`\frac{\partial \rho}{\partial b^3} = \delta^4, \qquad \frac{\partial \rho}{\partial W^3} = \delta^4 (H^2)^\top \in \mathbb R^{1 \times d_h}`,
    reason: "$f$ is linear in both, with factors $1$ and $H^2$.",
    check: equation({
      against: "reverse mode",
      given: drawRegression,
      left: ({ layers: [, , top] }) => [top!.db, top!.dA],
      right: (algebra, { layers, output, target }) => {
        const { minus, product, scale, transpose } = algebra;
        const delta4 = scale(2, minus(output, target));
        return [delta4, product(delta4, transpose(layers[1]!.y))];
      },
    }),
  },
  ...([[3, 2], [2, 1]] as const).flatMap(([n, j]): Line[] => [
    {
      id: `regression-delta-${n}`,
      tex: tex`\delta^${n} := \frac{\partial \rho}{\partial Z^${j}} = \bigl(W^${
        j + 1
      }\bigr)^\top \delta^${n + 1} \odot \sigma'(Z^${j}) \in \mathbb R^{d_h}`,
      reason: `$Z^${j}$ acts through $H^${j} = \\sigma(Z^${j})$, on which ${
        j === 2 ? "$f$" : "$Z^2$"
      } depends with Jacobian $W^${j + 1}$.`,
      check: equation({
        against: "reverse mode",
        given: drawRegression,
        left: ({ layers }) => layers[j - 1]!.dz,
        right: (algebra, { layers }) => {
          const { hadamard, product, transpose } = algebra;
          const above = layers[j]!;
          return hadamard(
            product(transpose(above.A), above.dz),
            sigmoidSlope(algebra, layers[j - 1]!.z),
          );
        },
      }),
    },
    {
      id: `regression-layer-${j}`,
      tex:
        tex`\frac{\partial \rho}{\partial b^${j}} = \delta^${n}, \qquad \frac{\partial \rho}{\partial W^${j}} = \delta^${n} ${
          j === 2
            ? tex`(H^1)^\top \in \mathbb R^{d_h \times d_h}`
            : tex`x^\top \in \mathbb R^{d_h \times d}`
        }`,
      reason: `$Z^${j}$ is linear in both, and its input is ${
        j === 2 ? "$H^1$" : "$x$"
      }.`,
      check: equation({
        against: "reverse mode",
        given: drawRegression,
        left: ({ layers }) => [layers[j - 1]!.db, layers[j - 1]!.dA],
        right: ({ product, transpose }, { layers }) => {
          const { dz, below } = layers[j - 1]!;
          return [dz, product(dz, transpose(below))];
        },
      }),
    },
  ]),
];

/** The chain δ⁴, δ³, δ² of a regression with two hidden layers. */
export const regressionSection: Section = {
  id: "regression",
  title: "A regression with two hidden layers",
  answers: "002, section 1 (a)",
  prose: [
    "The same recursion in the other common notation: layers are numbered by superscripts, and $\\delta^{j+1}$ belongs to $Z^j$.",
  ],
  lines,
};
