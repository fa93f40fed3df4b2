import type { Random } from "../../../math/random.ts";
import {
  type Algebra,
  exact,
  type Matrix,
  scalar,
} from "../../../study/derivation/algebra.ts";
import { equation } from "../../../study/derivation/check.ts";
import type { Line } from "../../../study/derivation/line.ts";
import type { Section } from "../../../study/page.ts";
import { tanhSlope } from "../../../study/derivation/kernels.ts";
import { draw } from "../../../study/derivation/oracle.ts";
import {
  drawNetwork,
  forward,
  meanOf,
  moved,
  outputs,
  preActivation,
} from "./network.ts";

const tex = String.raw;

const UNITS = 4;
const POINTS = 6;

/** Three networks on the same inputs and targets. */
function drawEnsemble(random: Random) {
  return {
    networks: Array.from({ length: 3 }, () => drawNetwork(random, UNITS)),
    inputs: draw(random, [POINTS, 2]),
    target: draw(random, [POINTS, 1]),
  };
}

/** `(1/n) ‖a − b‖²` from its definition. */
function meanSquare(a: Matrix, b: Matrix): number {
  return a.data.reduce((sum, x, i) => sum + (x - b.data[i]!) ** 2, 0) /
    a.rows;
}

/** The same in an algebra. */
function meanSquareIn(
  { product, scale, transpose }: Algebra,
  [a, b]: [Matrix, Matrix],
): Matrix {
  const difference = exact.minus(a, b);
  return scale(1 / a.rows, product(transpose(difference), difference));
}

/** The mean of some matrices. */
const mean = ({ plus, scale }: Algebra, all: readonly Matrix[]) =>
  scale(1 / all.length, all.reduce(plus));

const lines: Line[] = [
  {
    id: "ensemble",
    tex:
      tex`\bar f = \frac1M \sum_{m=1}^M f_m: \qquad \frac1n \lVert \bar f - y \rVert^2 = \frac1M \sum_{m=1}^M \frac1n \lVert f_m - y \rVert^2 - \frac1M \sum_{m=1}^M \frac1n \lVert f_m - \bar f \rVert^2`,
    reason:
      "Expand $\\lVert f_m - y \\rVert^2$ about $\\bar f$; the mixed terms cancel. The average of the outputs is better than the members are on average, by as much as they differ.",
    check: equation({
      against: "definition",
      given: drawEnsemble,
      left: ({ networks, inputs, target }) => {
        const all = networks.map((network) => outputs(network, inputs));
        const average = all.map(({ data }) => data).reduce((sum, data) =>
          sum.map((x, i) => x + data[i]!)
        ).map((x) => x / all.length);
        return scalar(meanSquare({ ...target, data: average }, target));
      },
      right: (algebra, { networks, inputs, target }) => {
        const all = networks.map((network) => outputs(network, inputs));
        const average = mean(algebra, all);
        const errors = all.map((f) => meanSquareIn(algebra, [f, target]));
        const spread = all.map((f) => meanSquareIn(algebra, [f, average]));
        return algebra.minus(mean(algebra, errors), mean(algebra, spread));
      },
    }),
  },
  {
    id: "top-layer",
    tex:
      tex`W_m = W,\; b_m = b \text{ for all } m \quad\Longrightarrow\quad f\Bigl(x;\, \frac1M \sum_m \theta_m\Bigr) = \frac1M \sum_m f(x;\, \theta_m)`,
    reason:
      "$f$ is linear in $v$ and $c$: over a common hidden layer, averaging parameters is averaging outputs.",
    check: equation({
      against: "definition",
      given: (random) => {
        const { networks, inputs } = drawEnsemble(random);
        const { W, b } = networks[0]!;
        return {
          networks: networks.map((network) => ({ ...network, W, b })),
          inputs,
        };
      },
      left: ({ networks, inputs }) => outputs(meanOf(networks), inputs),
      right: (algebra, { networks, inputs }) =>
        mean(
          algebra,
          networks.map((network) => forward(algebra, network, inputs)),
        ),
    }),
  },
  {
    id: "curvature",
    tex: tex`\begin{aligned}
\tfrac12\bigl(f(x; \theta + d) + f(x; \theta - d)\bigr) = f(x; \theta) &+ \delta v\, \bigl(\tanh'(z) \odot \delta z\bigr) \\
&+ \tfrac12\, v\, \bigl(\tanh''(z) \odot \delta z^2\bigr) + O(\lVert d \rVert^4)
\end{aligned}`,
    reason:
      "Elsewhere $f$ is curved in $\\theta$: the mean of two outputs and the output of the mean differ by the second derivative along $d = (\\delta W, \\delta b, \\delta v, \\delta c)$; here $z = Wx + b$, $\\delta z = \\delta W\\, x + \\delta b$ and $\\tanh'' = -2 \\tanh \\tanh'$. Half-way between two runs that are far apart no expansion holds at all.",
    check: equation({
      against: "central differences",
      given: (random) => ({
        network: drawNetwork(random, UNITS),
        direction: drawNetwork(random, UNITS),
        inputs: draw(random, [POINTS, 2]),
      }),
      left: ({ network, direction, inputs }) => {
        const { minus, plus, scale } = exact;
        const at = (step: number) => {
          const sides = [step, -step].map((t) =>
            outputs(moved(network, direction, t), inputs)
          ) as [Matrix, Matrix];
          const middle = scale(2, outputs(network, inputs));
          return scale(
            0.5 / step ** 2,
            minus(plus(sides[0], sides[1]), middle),
          );
        };
        // The error of order step² is taken out.
        return scale(1 / 3, minus(scale(4, at(1e-3)), at(2e-3)));
      },
      right: (algebra, { network, direction, inputs }) => {
        const { hadamard, plus, product, scale, tanh, transpose } = algebra;
        const z = preActivation(algebra, network, inputs);
        const dz = preActivation(algebra, direction, inputs);
        const slope = tanhSlope(algebra, z);
        const bend = scale(-2, hadamard(tanh(z), slope));
        return plus(
          product(hadamard(slope, dz), transpose(direction.v)),
          scale(
            0.5,
            product(
              hadamard(bend, hadamard(dz, dz)),
              transpose(network.v),
            ),
          ),
        );
      },
    }),
  },
];

/** Averages of parameters and of outputs. */
export const averagingSection: Section = {
  id: "averaging",
  title: "Averaging parameters, averaging outputs",
  answers: "002, section 4 (e)",
  lines,
};
