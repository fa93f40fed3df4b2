import {
  type RmspropOptions,
  type RmspropState,
  rmspropStep,
} from "../../../math/optimizers.ts";
import type { Random } from "../../../math/random.ts";
import {
  type Algebra,
  column,
  type Matrix,
  ones,
} from "../../../study/derivation/algebra.ts";
import { equation } from "../../../study/derivation/check.ts";
import type { Line } from "../../../study/derivation/line.ts";
import type { Section } from "../../../study/page.ts";
import {
  rmspropStepInside,
  rmspropStepOutside,
} from "../../../study/derivation/kernels.ts";
import { draw } from "../../../study/derivation/oracle.ts";

const tex = String.raw;

const SIZE = 5;

/** A point, the average of its past squared gradients, and a gradient. */
export function drawState(random: Random) {
  return {
    theta: draw(random, [SIZE, 1]),
    squares: column(random.array(SIZE, { low: 0.01, high: 1 })),
    gradient: draw(random, [SIZE, 1]),
    learningRate: random.uniform(0.05, 0.5),
    decay: random.uniform(0.5, 0.99),
    epsilon: random.uniform(0.01, 0.1),
  };
}

/** What {@linkcode drawState} draws. */
export type State = ReturnType<typeof drawState>;

/** One step by the float64 definition. */
export function definition(
  { theta, squares, gradient, ...options }: State,
  more: Partial<RmspropOptions> = {},
): Matrix {
  const velocity = new Float64Array(SIZE);
  const state = {
    parameters: theta.data,
    squareAverage: squares.data,
    velocity,
  };
  const next = rmspropStep(state, gradient.data, { ...options, ...more });
  return column(next.parameters);
}

/** `ρs + (1 − ρ)g²`. */
export function average(
  { hadamard, plus, scale }: Algebra,
  { squares, gradient, decay }: Pick<State, "squares" | "gradient" | "decay">,
): Matrix {
  return plus(
    scale(decay, squares),
    scale(1 - decay, hadamard(gradient, gradient)),
  );
}

/** ε for every entry. */
const epsilons = ({ scale }: Algebra, { epsilon }: State) =>
  scale(epsilon, ones(SIZE));

const lines: Line[] = [
  {
    id: "average",
    tex:
      tex`s^k = \rho\, s^{k-1} + (1 - \rho)\,(g^k)^2 = (1 - \rho) \sum_{j=1}^{k} \rho^{\,k-j} (g^j)^2, \qquad s^0 = 0`,
    reason:
      "A running average of the squared gradients, entry by entry, that forgets within about $1/(1 - \\rho)$ steps. PyTorch calls $\\rho$ alpha.",
    check: equation({
      against: "definition",
      given: (random) => ({
        decay: random.uniform(0.5, 0.95),
        gradients: Array.from({ length: 6 }, () => draw(random, [SIZE, 1])),
      }),
      left: ({ decay, gradients }) => {
        const zeros = new Float64Array(SIZE);
        const start: RmspropState = {
          parameters: zeros,
          squareAverage: zeros,
          velocity: zeros,
        };
        const end = gradients.reduce(
          (state, { data }) =>
            rmspropStep(state, data, { learningRate: 1, decay }),
          start,
        );
        return column(end.squareAverage);
      },
      right: ({ hadamard, plus, scale }, { decay, gradients }) => {
        const terms = gradients.map((g, j) =>
          scale(decay ** (gradients.length - 1 - j), hadamard(g, g))
        );
        return scale(1 - decay, terms.reduce(plus));
      },
    }),
  },
  {
    id: "inside",
    tex:
      tex`\theta^k = \theta^{k-1} - \frac{\alpha}{\sqrt{s^k + \varepsilon}} \odot g^k, \qquad g^k = \nabla L(\theta^{k-1})`,
    reason:
      "As the source writes it: $\\varepsilon$ inside the root. Each entry has a rate of its own, $\\alpha$ over the root mean square of its gradient.",
    check: equation({
      against: "definition",
      given: drawState,
      left: (state) => definition(state, { epsilonInside: true }),
      right: (algebra, state) => {
        const { minus, plus, quotient, root, scale } = algebra;
        const divisor = root(
          plus(average(algebra, state), epsilons(algebra, state)),
        );
        const direction = quotient(state.gradient, divisor);
        return minus(state.theta, scale(state.learningRate, direction));
      },
    }),
    kernels: [rmspropStepInside],
  },
  {
    id: "outside",
    tex:
      tex`\theta^k = \theta^{k-1} - \frac{\alpha}{\sqrt{s^k} + \varepsilon} \odot g^k`,
    reason: "As PyTorch writes it: $\\varepsilon$ outside.",
    check: equation({
      against: "definition",
      given: drawState,
      left: (state) => definition(state),
      right: (algebra, state) => {
        const { minus, plus, quotient, root, scale } = algebra;
        const divisor = plus(
          root(average(algebra, state)),
          epsilons(algebra, state),
        );
        const direction = quotient(state.gradient, divisor);
        return minus(state.theta, scale(state.learningRate, direction));
      },
    }),
    kernels: [rmspropStepOutside],
  },
  {
    id: "two-epsilons",
    tex:
      tex`\sqrt{s + \varepsilon} - \sqrt s = \frac{\varepsilon}{\sqrt{s + \varepsilon} + \sqrt s} = \begin{cases} \approx \varepsilon / (2\sqrt s) & s \gg \varepsilon \\ \sqrt \varepsilon & s = 0 \end{cases}`,
    reason:
      "Multiply by the sum of the roots. Where gradients are small, $\\varepsilon$ inside acts as $\\sqrt\\varepsilon$ outside: PyTorch's $10^{-8}$ would be $10^{-4}$.",
    check: equation({
      against: "definition",
      given: (random) => ({
        s: column(random.array(SIZE, { low: 0, high: 0.2 })),
        epsilon: random.uniform(0.01, 0.1),
      }),
      left: ({ s, epsilon }) =>
        column(s.data.map((x) => Math.sqrt(x + epsilon) - Math.sqrt(x))),
      right: ({ plus, quotient, root, scale }, { s, epsilon }) => {
        const small = scale(epsilon, ones(SIZE));
        return quotient(small, plus(root(plus(s, small)), root(s)));
      },
    }),
  },
];

/** The update in both forms. */
export const updateSection: Section = {
  id: "update",
  title: "The update, twice",
  answers: "002, section 3 (a)",
  lines,
};
