import {
  networkOn,
  type ParameterLine,
  unitsOn,
} from "../../../math/parameter_line.ts";
import type { Random } from "../../../math/random.ts";
import { drawReluNetwork, outputsAt } from "../../../math/relu_network.ts";
import {
  type Algebra,
  column,
  type Matrix,
  matrix,
  ones,
} from "../../../study/derivation/algebra.ts";
import { equation } from "../../../study/derivation/check.ts";
import type { Line } from "../../../study/derivation/line.ts";
import type { Section } from "../../../study/page.ts";
import { absolute } from "../../relu_networks/sections/network.ts";

const tex = String.raw;

const UNITS = 4;

/** The parts of a line that its formula needs, columns with one entry per unit. */
interface Parts {
  readonly z: Matrix;
  readonly dz: Matrix;
  readonly v: Matrix;
  readonly dv: Matrix;
}

/** A random line through networks with two inputs, and its input. */
function drawLine(random: Random) {
  const widths = [2, UNITS, 1];
  const line: ParameterLine = {
    start: drawReluNetwork(random, widths),
    direction: drawReluNetwork(random, widths),
  };
  const x = [...random.normals(2)];
  const units = unitsOn(line, x);
  const of = (name: keyof Parts) => column(units.map((unit) => unit[name]));
  const parts: Parts = { z: of("z"), dz: of("dz"), v: of("v"), dv: of("dv") };
  return { line, x, parts };
}

/** A random line whose kinks are neither far away nor near each other. */
function drawApart(random: Random) {
  for (;;) {
    const drawn = drawLine(random);
    const { z, dz } = drawn.parts;
    const kinks = [...z.data.map((value, i) => -value / dz.data[i]!)]
      .sort((a, b) => a - b);
    const gaps = kinks.slice(1).map((t, i) => t - kinks[i]!);
    if (Math.max(...kinks.map(Math.abs)) > 20) continue;
    if (Math.min(...gaps) > 0.01) return { ...drawn, kinks };
  }
}

/** f at t, by moving every parameter and running the network. */
const valueAt = (line: ParameterLine, x: readonly number[], t: number) =>
  outputsAt(networkOn(line, t), x)[0]!;

/** `a + t·da` for every unit and every t: [units, n]. */
function moved(
  { plus, product }: Algebra,
  [a, da]: [Matrix, Matrix],
  t: Matrix,
): Matrix {
  return plus(product(a, ones(1, t.columns)), product(da, t));
}

const lines: Line[] = [
  {
    id: "along",
    tex: tex`\begin{aligned}
\theta(t) &= \theta + t\, d, \qquad z_i(t) = \underbrace{w_i^\top x + b_i}_{z_i} + t\, \underbrace{(\delta w_i^\top x + \delta b_i)}_{\delta z_i} \\
f(t) &= c + t\, \delta c + \sum_{i=1}^k (v_i + t\, \delta v_i) \operatorname{ReLU}(z_i + t\, \delta z_i)
\end{aligned}`,
    reason:
      "The input is fixed and all parameters move on a straight line. A pre-activation is linear in $t$, and the output weight that multiplies it is too: between kinks $f$ is quadratic in $t$. The check moves every parameter and runs the network.",
    check: equation({
      against: "definition",
      given: (random) => ({
        ...drawLine(random),
        t: matrix(1, 7, random.array(7, { low: -2, high: 2 })),
      }),
      left: ({ line, x, t }) =>
        matrix(1, t.columns, t.data.map((at) => valueAt(line, x, at))),
      right: (algebra, { line, parts, t }) => {
        const { hadamard, plus, product, relu, scale } = algebra;
        const { z, dz, v, dv } = parts;
        const [c, dc] = [line.start, line.direction]
          .map((network) => network[1]!.bias[0]!) as [number, number];
        const terms = hadamard(
          moved(algebra, [v, dv], t),
          relu(moved(algebra, [z, dz], t)),
        );
        const constant = plus(scale(c, ones(1, t.columns)), scale(dc, t));
        return plus(constant, product(ones(1, terms.rows), terms));
      },
    }),
  },
  {
    id: "curvature",
    tex:
      tex`f''(t) = 2 \sum_{i:\, z_i(t) > 0} \delta v_i\, \delta z_i \qquad \text{between kinks}`,
    reason:
      "The product of two linear functions. A unit bends $f$ upwards where both of its factors grow, downwards where one grows and the other falls; only active units count.",
    check: equation({
      against: "central differences",
      // One t between each two kinks, and one beyond either end.
      given: (random) => {
        const drawn = drawApart(random);
        const { kinks } = drawn;
        const between = kinks.slice(1).map((t, i) => (t + kinks[i]!) / 2);
        const ts = [kinks[0]! - 1, ...between, kinks.at(-1)! + 1];
        return { ...drawn, t: matrix(1, ts.length, ts) };
      },
      left: ({ line, x, t }) => {
        const h = 1e-3;
        return matrix(
          1,
          t.columns,
          t.data.map((at) => {
            const [near, here, far] = [at - h, at, at + h]
              .map((at) => valueAt(line, x, at)) as [number, number, number];
            return (near - 2 * here + far) / h ** 2;
          }),
        );
      },
      right: (algebra, { parts: { z, dz, dv }, t }) => {
        const { hadamard, product, scale, step, transpose } = algebra;
        const active = step(moved(algebra, [z, dz], t));
        return scale(2, product(transpose(hadamard(dv, dz)), active));
      },
    }),
  },
  {
    id: "jumps",
    tex:
      tex`f'(t_i^+) - f'(t_i^-) = (v_i + t_i\, \delta v_i)\, \lvert \delta z_i \rvert, \qquad t_i = -\frac{z_i}{\delta z_i}`,
    reason:
      "At its kink a unit switches on or off, and the slope jumps by its output weight times its speed. The check takes differences of $f$ so near to $t_i$ that no other unit switches.",
    check: equation({
      against: "central differences",
      given: drawApart,
      left: ({ line, x, parts: { z, dz } }) =>
        column(z.data.map((value, i) => {
          const t = -value / dz.data[i]!;
          const bend = (h: number) => {
            const [near, here, far] = [t - h, t, t + h]
              .map((at) => valueAt(line, x, at)) as [number, number, number];
            return (near - 2 * here + far) / h;
          };
          // The curvature on both sides adds a term of order h, which is taken out.
          return 2 * bend(1e-4) - bend(2e-4);
        })),
      right: (algebra, { parts: { z, dz, v, dv } }) => {
        const { hadamard, plus, quotient, scale } = algebra;
        const t = scale(-1, quotient(z, dz));
        const weights = plus(v, hadamard(t, dv));
        return hadamard(weights, absolute(algebra, dz));
      },
    }),
  },
];

/** The output on a straight line through the parameters. */
export const lineSection: Section = {
  id: "line",
  title: "Along a line of parameters",
  prose: [
    "Convex means that $f''$ and all jumps of $f'$ are at least 0, concave that they are at most 0. One of each sign, and $f$ is neither.",
  ],
  lines,
};
