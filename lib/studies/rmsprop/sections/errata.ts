import {
  type Algebra,
  exact,
  type Matrix,
  scalar,
} from "../../../study/derivation/algebra.ts";
import { equation } from "../../../study/derivation/check.ts";
import type { Check } from "../../../study/derivation/line.ts";
import type { Erratum } from "../../../study/page.ts";
import { source } from "../../support/sources.ts";
import { average, definition, drawState, type State } from "./update.ts";

/** The step on `L = ½‖θ‖²`, whose gradient is θ itself, with the gradient taken at `point`. */
function stepAt(point: (state: State) => Matrix): Check {
  return equation({
    against: "definition",
    given: (random) => {
      const state = drawState(random);
      return { ...state, gradient: state.theta };
    },
    left: (state) => definition(state, { epsilonInside: true }),
    right: (algebra, state) => {
      const { minus, plus, quotient, root, scale } = algebra;
      const gradient = point(state);
      const squares = average(algebra, { ...state, gradient });
      const small = { ...squares, data: squares.data.map(() => state.epsilon) };
      const direction = quotient(gradient, root(plus(squares, small)));
      return minus(state.theta, scale(state.learningRate, direction));
    },
  });
}

/** The source takes the gradient of step l at θ^l, which the step has yet to find. */
export const gradientOfTheResult: Erratum = {
  claim:
    "$\\theta^l = \\theta^{l-1} - \\dfrac{\\eta}{\\sqrt{r^l + \\epsilon}} \\odot g^l$ with $g^l = \\nabla_\\theta \\mathcal L(\\theta^l)$: the gradient at the point that the step leads to.",
  correct:
    "$g^l = \\nabla_\\theta \\mathcal L(\\theta^{l-1})$: the gradient is taken where the step starts. Read literally, the source's form is an equation for $\\theta^l$, not an algorithm.",
  number:
    "On $\\tfrac12 \\lVert \\theta \\rVert^2$ the step that RMSprop takes misses the claimed form by a relative error of 0.853; it agrees with the correct one to $10^{-14}$.",
  source: source("002", "section 3 (a)"),
  evidence: {
    claimed: stepAt((state) => definition(state, { epsilonInside: true })),
    correct: stepAt(({ theta }) => theta),
  },
};

const TIMES = 100;

/** The length of the first step of a state whose gradients are `TIMES` as large, against a claim. */
function lengthOf(
  claim: (algebra: Algebra, length: Matrix) => Matrix,
): Check {
  const moved = (state: State) => {
    const end = definition(state, { epsilon: 0 });
    const { data } = exact.minus(end, state.theta);
    return scalar(Math.hypot(...data));
  };
  return equation({
    against: "definition",
    given: drawState,
    left: (state) =>
      moved({
        ...state,
        gradient: exact.scale(TIMES, state.gradient),
        squares: exact.scale(TIMES ** 2, state.squares),
      }),
    right: (algebra, state) => claim(algebra, moved(state)),
  });
}

/** Steps do not become shorter where the ground is steeper. */
export const sameLength: Erratum = {
  claim:
    "RMSprop takes smaller steps when the gradient is large and larger ones when it is small.",
  correct:
    "It takes steps of about the same length everywhere: the factor $\\alpha/\\sqrt s$ falls as the gradient rises, and their product stays. Only a gradient that is larger than its own recent average makes a longer step.",
  number:
    "With all gradients 100 times as large, a step 100 times as short would miss the definition by a relative error of 0.990; the same step agrees to $10^{-14}$.",
  source: source("002", "section 3 (b)"),
  evidence: {
    claimed: lengthOf(({ scale }, length) => scale(1 / TIMES, length)),
    correct: lengthOf(({ scale }, length) => scale(1, length)),
  },
};
