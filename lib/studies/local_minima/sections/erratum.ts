import type { Random } from "../../../math/random.ts";
import {
  type Algebra,
  type Matrix,
  ones,
  scalar,
} from "../../../study/derivation/algebra.ts";
import { equation } from "../../../study/derivation/check.ts";
import type { Check } from "../../../study/derivation/line.ts";
import type { Erratum } from "../../../study/page.ts";
import { draw } from "../../../study/derivation/oracle.ts";
import { source } from "../../support/sources.ts";

/** Inputs and targets of a regression, [n, 1] each. */
function drawData(random: Random) {
  return { x: draw(random, [6, 1]), target: draw(random, [6, 1]) };
}
type Data = ReturnType<typeof drawData>;

/** `(1/2n) Σ (t − v tanh(wx))²`. */
function loss({ x, target }: Data, [w, v]: [number, number]): number {
  return x.data.reduce(
    (sum, value, i) =>
      sum + (target.data[i]! - v * Math.tanh(w * value)) ** 2 / 2 / x.rows,
    0,
  );
}

/** `(1/n) Σ xt`. */
const overlap = (
  { product, scale, transpose }: Algebra,
  { x, target }: Data,
) => scale(1 / x.rows, product(transpose(x), target));

/** The curvature of the loss at w = v = 0 along (1, ±1), the sign that of Σ xt, against a claim. */
function curvature(claim: (algebra: Algebra, data: Data) => Matrix): Check {
  return equation({
    against: "central differences",
    given: drawData,
    left: (data) => {
      const { x, target } = data;
      const sum = x.data.reduce(
        (s, value, i) => s + value * target.data[i]!,
        0,
      );
      const sign = Math.sign(sum);
      const at = (t: number) => loss(data, [t, sign * t]);
      const second = (h: number) => (at(h) + at(-h) - 2 * at(0)) / h ** 2;
      return scalar((4 * second(1e-3) - second(2e-3)) / 3);
    },
    right: claim,
  });
}

/** Gradient descent can stop where it is not at a minimum. */
export const notOnlyMinima: Erratum = {
  claim:
    "With gradient descent we are guaranteed to reach a local minimum, if not a global one.",
  correct:
    "We are not even guaranteed that: gradient descent stays wherever the gradient is zero. The network $f(x) = v \\tanh(wx)$ with $w = v = 0$ has gradient zero, and its loss curves down by $-2\\,|\\tfrac1n \\sum_i x_i t_i|$ along $(1, \\pm 1)$: a saddle, from which descent does not move.",
  number:
    "At a local minimum no curvature would be below 0; the measured one misses that by a relative error of 1.00 and agrees with the formula to $10^{-9}$.",
  source: source("002", "section 2 (a)"),
  evidence: {
    claimed: curvature(({ scale }) => scale(0, ones(1))),
    correct: curvature((algebra, data) => {
      const { hadamard, root, scale } = algebra;
      const sum = overlap(algebra, data);
      return scale(-2, root(hadamard(sum, sum)));
    }),
  },
};
