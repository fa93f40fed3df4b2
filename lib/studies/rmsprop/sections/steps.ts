import { type RmspropState, rmspropStep } from "../../../math/optimizers.ts";
import {
  type Algebra,
  column,
  exact,
  type Matrix,
} from "../../../study/derivation/algebra.ts";
import { equation } from "../../../study/derivation/check.ts";
import type { Line } from "../../../study/derivation/line.ts";
import type { Section } from "../../../study/page.ts";
import { draw } from "../../../study/derivation/oracle.ts";

const tex = String.raw;

const SIZE = 4;

/** How far θ moves in the last of some steps without ε, by the float64 definition. */
function lastMove(
  gradients: readonly Matrix[],
  { learningRate, decay }: { learningRate: number; decay: number },
): Matrix {
  const zeros = new Float64Array(SIZE);
  let state: RmspropState = {
    parameters: zeros,
    squareAverage: zeros,
    velocity: zeros,
  };
  let before = state.parameters;
  for (const { data } of gradients) {
    before = state.parameters;
    const options = { learningRate, decay, epsilon: 0 };
    state = rmspropStep(state, data, options);
  }
  return exact.minus(column(state.parameters), column(before));
}

/** The same by the formula, `−α gᵏ / √sᵏ` with sᵏ as a sum. */
function move(
  { hadamard, plus, quotient, root, scale }: Algebra,
  { gradients, learningRate, decay }: {
    gradients: readonly Matrix[];
    learningRate: number;
    decay: number;
  },
): Matrix {
  const squares = gradients.map((g, j) =>
    scale(decay ** (gradients.length - 1 - j), hadamard(g, g))
  ).reduce(plus);
  const direction = quotient(
    gradients.at(-1)!,
    root(scale(1 - decay, squares)),
  );
  return scale(-learningRate, direction);
}

const lines: Line[] = [
  {
    id: "any-scale",
    tex:
      tex`g^j \to c\, g^j \;\text{ for all } j \quad\Longrightarrow\quad \theta^k - \theta^{k-1} \;\text{ is the same, for every } c > 0 \qquad (\varepsilon = 0)`,
    reason:
      "$s$ grows by $c^2$ and its root by $c$: the length of a step does not know how steep the ground is. The check multiplies the gradients of six steps.",
    check: equation({
      against: "definition",
      given: (random) => ({
        factor: random.uniform(5, 500),
        gradients: Array.from({ length: 6 }, () => draw(random, [SIZE, 1])),
        learningRate: random.uniform(0.05, 0.5),
        decay: random.uniform(0.5, 0.95),
      }),
      left: ({ gradients, factor, ...options }) =>
        lastMove(gradients.map((g) => exact.scale(factor, g)), options),
      right: (algebra, at) => move(algebra, at),
    }),
  },
  {
    id: "constant-gradient",
    tex:
      tex`g^1 = \dots = g^k = g \quad\Longrightarrow\quad \theta^k - \theta^{k-1} = -\frac{\alpha}{\sqrt{1 - \rho^{\,k}}}\, \operatorname{sign} g \;\longrightarrow\; -\alpha \operatorname{sign} g`,
    reason:
      "$s^k = (1 - \\rho^k)\\, g^2$. On a slope that stays the same every entry moves by $\\alpha$ a step; the first steps are longer, as $s$ starts at 0.",
    check: equation({
      against: "definition",
      given: (random) => ({
        gradient: draw(random, [SIZE, 1]),
        steps: random.integer(1, 9),
        learningRate: random.uniform(0.05, 0.5),
        decay: random.uniform(0.5, 0.95),
      }),
      left: ({ gradient, steps, ...options }) =>
        lastMove(Array.from({ length: steps }, () => gradient), options),
      right: (
        { minus, scale, step },
        { gradient, steps, learningRate, decay },
      ) => {
        const sign = minus(step(gradient), step(scale(-1, gradient)));
        const length = learningRate / Math.sqrt(1 - decay ** steps);
        return scale(-length, sign);
      },
    }),
  },
  {
    id: "longest-step",
    tex:
      tex`|\theta^k_i - \theta^{k-1}_i| \le \frac{\alpha}{\sqrt{1 - \rho}}, \qquad \text{with equality in the first step}`,
    reason:
      "$s^k \\ge (1 - \\rho)(g^k)^2$ whatever came before; the check takes the first step.",
    check: equation({
      against: "definition",
      given: (random) => ({
        gradient: draw(random, [SIZE, 1]),
        learningRate: random.uniform(0.05, 0.5),
        decay: random.uniform(0.5, 0.95),
      }),
      left: ({ gradient, ...options }) => {
        const { data } = lastMove([gradient], options);
        return column(data.map(Math.abs));
      },
      right: (
        { hadamard, quotient, root, scale },
        { gradient, learningRate, decay },
      ) => {
        const size = root(hadamard(gradient, gradient));
        const average = root(
          scale(1 - decay, hadamard(gradient, gradient)),
        );
        return scale(learningRate, quotient(size, average));
      },
    }),
  },
];

/** How long the steps are. */
export const stepsSection: Section = {
  id: "steps",
  title: "Steps that do not know how steep it is",
  lines,
};
