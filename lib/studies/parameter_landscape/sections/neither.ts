import {
  networkOn,
  type ParameterLine,
  product as productLine,
  ramp,
} from "../../../math/parameter_line.ts";
import { outputAt } from "../../../math/relu_network.ts";
import {
  column,
  matrix,
  ones,
  scalar,
} from "../../../study/derivation/algebra.ts";
import { equation } from "../../../study/derivation/check.ts";
import type { Line } from "../../../study/derivation/line.ts";
import type { Section } from "../../../study/page.ts";

const tex = String.raw;

const valueAt = (line: ParameterLine, t: number) =>
  outputAt(networkOn(line, t), 1);

/** How much the middle of a chord lies above a function. */
const gap = (f: (t: number) => number, t: number, h: number) =>
  (f(t - h) + f(t + h)) / 2 - f(t);

const lines: Line[] = [
  {
    id: "ramp",
    tex:
      tex`\begin{gathered} x = 1, \quad w = (t, t), \quad b = (1, -1), \quad v = (1, -1), \quad c = 0: \\ f(t) = \operatorname{ReLU}(t + 1) - \operatorname{ReLU}(t - 1) \end{gathered}`,
    reason:
      "Width 2 and two moving weights: the output is 0, rises from $t = -1$ on, and stays at 2 from $t = 1$ on.",
    check: equation({
      against: "definition",
      given: (random) => matrix(1, 7, random.array(7, { low: -3, high: 3 })),
      left: (t) => matrix(1, 7, t.data.map((at) => valueAt(ramp, at))),
      right: ({ minus, plus, relu }, t) => {
        const one = ones(1, t.columns);
        return minus(relu(plus(t, one)), relu(minus(t, one)));
      },
    }),
  },
  {
    id: "ramp-gaps",
    tex:
      tex`\tfrac12\bigl(f(-2) + f(0)\bigr) - f(-1) = \tfrac12, \qquad \tfrac12\bigl(f(0) + f(2)\bigr) - f(1) = -\tfrac12`,
    reason:
      "One chord lies above the graph and one below: not concave because of the first, not convex because of the second.",
    check: equation({
      against: "definition",
      given: () => null,
      left: () => {
        const f = (t: number) => valueAt(ramp, t);
        return column([gap(f, -1, 1), gap(f, 1, 1)]);
      },
      right: ({ scale }) => scale(0.5, column([1, -1])),
    }),
  },
  {
    id: "loss-gaps",
    tex:
      tex`\begin{gathered} \mathcal L(t) = f(t)^2: \\ \tfrac12\bigl(\mathcal L(-2) + \mathcal L(0)\bigr) - \mathcal L(-1) = \tfrac12, \qquad \tfrac12\bigl(\mathcal L(0) + \mathcal L(2)\bigr) - \mathcal L(1) = -\tfrac32 \end{gathered}`,
    reason:
      "A convex loss of the output is no remedy: with the target 0, the squared error along the same line is neither as well.",
    check: equation({
      against: "definition",
      given: () => null,
      left: () => {
        const loss = (t: number) => valueAt(ramp, t) ** 2;
        return column([gap(loss, -1, 1), gap(loss, 1, 1)]);
      },
      right: ({ scale }) => scale(0.5, column([1, -3])),
    }),
  },
  {
    id: "one-unit",
    tex:
      tex`\begin{gathered} x = 1, \quad w = 1 + t, \quad v = t, \quad b = c = 0: \qquad f(t) = t \operatorname{ReLU}(1 + t) \\ f'(-1^+) - f'(-1^-) = -1, \qquad f''(t) = 2 \;\text{ for } t > -1 \end{gathered}`,
    reason:
      "Width 1 suffices: at $t = -1$ the slope falls from 0 to $-1$, after that the graph is a parabola that opens upwards.",
    check: equation({
      against: "definition",
      given: (random) => matrix(1, 7, random.array(7, { low: -3, high: 3 })),
      left: (t) => {
        const values = t.data.map((at) => valueAt(productLine, at));
        const h = 2 ** -20;
        const at = [-1 - h, -1, -1 + h]
          .map((at) => valueAt(productLine, at)) as [number, number, number];
        return [
          matrix(1, 7, values),
          // The parabola bends by h² over the distance, exactly.
          scalar((at[0] - 2 * at[1] + at[2]) / h - h),
        ];
      },
      right: ({ hadamard, plus, relu, scale }, t) => [
        hadamard(t, relu(plus(ones(1, t.columns), t))),
        scale(-1, scalar(1)),
      ],
    }),
  },
  {
    id: "saddle",
    tex:
      tex`\begin{gathered} f = v\, (w x + b): \qquad \nabla^2 f = \begin{pmatrix} 0 & x \\ x & 0 \end{pmatrix}, \quad \lambda = \pm x \\ \begin{pmatrix} \delta v & \delta w \end{pmatrix} \nabla^2 f \begin{pmatrix} \delta v \\ \delta w \end{pmatrix} = 2 x\, \delta v\, \delta w \end{gathered}`,
    reason:
      "It is no rare line: wherever a unit is active and $x \\ne 0$, the output is a saddle in its two weights, convex along $\\delta v = \\delta w$ and concave along $\\delta v = -\\delta w$. The same holds with an input of any dimension along $\\delta w \\parallel x$.",
    check: equation({
      against: "central differences",
      given: (random) => ({
        x: random.uniform(0.5, 2),
        w: random.uniform(0.5, 2),
        v: random.uniform(-2, 2),
        // Both parts matter: where one is near zero, so is the curvature.
        direction: column([
          random.uniform(0.3, 1),
          random.uniform(0.3, 1) * (random.uniform() < 0.5 ? -1 : 1),
        ]),
      }),
      left: ({ x, w, v, direction: { data: [dv, dw] } }) => {
        const f = (t: number) => (v + t * dv!) * Math.max((w + t * dw!) * x, 0);
        const h = 1e-3;
        return scalar((f(-h) - 2 * f(0) + f(h)) / h ** 2);
      },
      right: ({ product, scale, transpose }, { x, direction }) => {
        const exchange = matrix(2, 2, [0, 1, 1, 0]);
        const hessian = scale(x, exchange);
        return product(transpose(direction), product(hessian, direction));
      },
    }),
  },
];

/** Lines on which the output is neither convex nor concave. */
export const neitherSection: Section = {
  id: "neither",
  title: "Neither convex nor concave",
  answers: "003, question 6",
  predictions: [
    {
      question:
        "Is the output of a two-layer network a convex or a concave function of its parameters?",
      answer:
        "Neither. Already two moving weights of two units make a ramp, and one unit makes a saddle. Convexity in the parameters would need every line to bend one way.",
    },
  ],
  lines,
  interactive: "parameter-line",
};
