import type { Random } from "../../../math/random.ts";
import {
  column,
  type Matrix,
  matrix,
  scalar,
} from "../../../study/derivation/algebra.ts";
import { equation } from "../../../study/derivation/check.ts";
import type { Line } from "../../../study/derivation/line.ts";
import type { Section } from "../../../study/page.ts";
import { sgdStep, sigmoidSlope } from "../../../study/derivation/kernels.ts";
import {
  drawParameters,
  evaluate,
  type Network,
  type Parameters,
} from "../../../study/derivation/networks.ts";
import { draw } from "../../../study/derivation/oracle.ts";

const tex = String.raw;

/** The loss `(y − f)²` of 002: no ½. */
const SQUARED = { weight: 1 };

function drawStep(
  random: Random,
): { rate: number; parameters: Parameters; network: Network } {
  const parameters = drawParameters(random, [3, 4, 4, 1]);
  return {
    rate: random.uniform(0.1, 1),
    parameters,
    network: evaluate(parameters, SQUARED),
  };
}

/** Every gradient of a network in one column. */
function gradientColumn({ layers }: Network): Matrix {
  return column(layers.flatMap(({ dA, db }) => [...dA.data, ...db.data]));
}

/** The parameters after a step of length `rate` against the gradient. */
function moved({ layers, ...pair }: Parameters, to: {
  network: Network;
  rate: number;
}): Parameters {
  const shift = (a: Matrix, d: Matrix) =>
    matrix(a.rows, a.columns, a.data.map((x, i) => x - to.rate * d.data[i]!));
  return {
    ...pair,
    layers: layers.map(({ A, b }, i) => ({
      A: shift(A, to.network.layers[i]!.dA),
      b: shift(b, to.network.layers[i]!.db),
    })),
  };
}

const lines: Line[] = [
  {
    id: "sampled-gradient",
    tex:
      tex`\mathbb E_i\bigl[\nabla_\theta\, \rho(f(x^i; \theta), y^i)\bigr] = \frac1M \sum_{i=1}^M \nabla_\theta\, \rho(f(x^i; \theta), y^i) = \nabla_\theta \frac1M \sum_{i=1}^M \rho(f(x^i; \theta), y^i)`,
    reason:
      "With $i$ drawn uniformly, the gradient of one sample is an unbiased estimate of the full gradient, by linearity.",
    check: equation({
      against: "reverse mode",
      given: (random) => ({
        layers: drawParameters(random, [3, 4, 4, 1]).layers,
        x: draw(random, [5, 3]),
        target: draw(random, [5, 1]),
      }),
      left: (all) =>
        gradientColumn(evaluate(all, { weight: 1 / 5, rows: true })),
      right: ({ plus, scale }, { layers, x, target }) => {
        const samples = Array.from(
          target.data,
          (y, i) =>
            gradientColumn(evaluate({
              layers,
              x: column(x.data.subarray(3 * i, 3 * i + 3)),
              target: scalar(y),
            }, SQUARED)),
        );
        return scale(1 / samples.length, samples.reduce(plus));
      },
    }),
  },
  {
    id: "update",
    tex: tex`\begin{aligned}
(b^3)^{k+1} &= (b^3)^k - \alpha^k \delta^4, & (W^3)^{k+1} &= (W^3)^k - \alpha^k \delta^4 (H^2)^\top \\
(b^2)^{k+1} &= (b^2)^k - \alpha^k \delta^3, & (W^2)^{k+1} &= (W^2)^k - \alpha^k \delta^3 (H^1)^\top \\
(b^1)^{k+1} &= (b^1)^k - \alpha^k \delta^2, & (W^1)^{k+1} &= (W^1)^k - \alpha^k \delta^2 x^\top
\end{aligned}`,
    reason:
      "Draw a pair $(x, y)$, sweep, and step against the six gradients; all $\\delta$ are taken at $\\theta^k$, before any parameter moves.",
    check: equation({
      against: "reverse mode",
      given: drawStep,
      left: ({ rate, parameters, network }) =>
        moved(parameters, { rate, network }).layers
          .flatMap(({ A, b }) => [b, A]).reverse(),
      right: (algebra, { rate, network: { layers, output, target } }) => {
        const { hadamard, minus, product, scale, transpose } = algebra;
        let delta = scale(2, minus(output, target));
        return layers.toReversed().flatMap(({ A, b, below }, i) => {
          if (i > 0) {
            const above = layers[layers.length - i]!;
            const { z } = layers[layers.length - 1 - i]!;
            delta = hadamard(
              product(transpose(above.A), delta),
              sigmoidSlope(algebra, z),
            );
          }
          const dA = product(delta, transpose(below));
          return [minus(A, scale(rate, dA)), minus(b, scale(rate, delta))];
        });
      },
    }),
    kernels: [sgdStep],
  },
  {
    id: "descent",
    tex:
      tex`\left.\frac{d}{d\alpha}\, \rho\bigl(\theta^k - \alpha G^k\bigr)\right|_{\alpha = 0} = -\lVert G^k \rVert^2, \qquad G^k = \nabla_\theta\, \rho`,
    reason:
      "The chain rule along the step: to first order the sample's loss falls by $\\alpha \\lVert G^k \\rVert^2$, unless the gradient vanishes.",
    check: equation({
      against: "central differences",
      given: drawStep,
      left: ({ parameters, network }) => {
        const lossAfter = (rate: number) => {
          const { output, target } = evaluate(
            moved(parameters, { network, rate }),
          );
          return (output.data[0]! - target.data[0]!) ** 2;
        };
        const step = 1e-5;
        return scalar((lossAfter(step) - lossAfter(-step)) / (2 * step));
      },
      right: ({ product, scale, transpose }, { network }) => {
        const gradient = gradientColumn(network);
        return scale(-1, product(transpose(gradient), gradient));
      },
    }),
  },
];

/** The stochastic gradient step and why it goes down. */
export const descentSection: Section = {
  id: "descent",
  title: "Stochastic gradient descent",
  answers: "002, section 1 (b)",
  prose: [
    "For $k = 0, 1, \\dots$: draw $i$ uniformly from $1, \\dots, M$, compute $G^k$ for the pair $(x^i, y^i)$ by the sweep, and set $\\theta^{k+1} = \\theta^k - \\alpha^k G^k$.",
  ],
  lines,
};
