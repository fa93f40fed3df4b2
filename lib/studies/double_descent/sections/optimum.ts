import type { Random } from "../../../math/random.ts";
import { type Matrix, scalar } from "../../../study/derivation/algebra.ts";
import { equation } from "../../../study/derivation/check.ts";
import type { Line } from "../../../study/derivation/line.ts";
import type { Section } from "../../../study/page.ts";
import { draw } from "../../../study/derivation/oracle.ts";
import { signPatterns } from "./patterns.ts";

const tex = String.raw;

/** Outputs d of the checks. */
const OUTPUTS = 4;

/** A truth g(x), a prediction f(x) and the deviation σ of the noise. */
function drawPrediction(random: Random) {
  return {
    g: draw(random, [OUTPUTS, 1]),
    f: draw(random, [OUTPUTS, 1]),
    deviation: random.uniform(0.1, 1),
  };
}

/** `‖a − b‖² / d`. */
function meanSquare(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i]! - b[i]!) ** 2;
  return sum / a.length;
}

/** Every `g + ε` with entries `ε = ±σ`, whose mean and variance are those of the noise. */
function observations(g: Matrix, deviation: number): number[][] {
  return signPatterns(g.rows).map((signs) =>
    signs.map((sign, i) => g.data[i]! + sign * deviation)
  );
}

const average = (values: number[]) =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

const lines: Line[] = [
  {
    id: "generation",
    tex:
      tex`y = g(x) + \varepsilon, \qquad \mathbb E\,\varepsilon = 0, \quad \operatorname{Cov} \varepsilon = \sigma^2 I_d, \quad \varepsilon \text{ independent of } x, \qquad d = 8, \ \sigma = 0.3`,
    reason:
      "How the data are made: the teacher $g$ is a fixed network with one hidden tanh layer of 8 units.",
  },
  {
    id: "error-split",
    tex:
      tex`\mathbb E_\varepsilon\, \tfrac1d \lVert y - f(x) \rVert^2 = \tfrac1d \lVert g(x) - f(x) \rVert^2 + \sigma^2`,
    reason:
      "Expand the square; the cross term has mean zero, as the noise of a test example is independent of $f$.",
    check: equation({
      against: "definition",
      given: drawPrediction,
      left: ({ g, f, deviation }) =>
        scalar(
          average(
            observations(g, deviation).map((y) => meanSquare(y, f.data)),
          ),
        ),
      right: ({ minus, plus, product, scale, transpose }, at) => {
        const { f, g, deviation } = at;
        const cross = scale(2, product(transpose(g), f));
        const apart = plus(
          minus(product(transpose(f), f), cross),
          product(transpose(g), g),
        );
        return plus(scale(1 / OUTPUTS, apart), scalar(deviation ** 2));
      },
    }),
  },
  {
    id: "optimal-error",
    tex:
      tex`R_t = \min_f\, \mathbb E\, \tfrac1d \lVert y - f(x) \rVert^2 = \sigma^2 = 0.09, \qquad \text{attained by } f = g`,
    reason:
      "The first term of the split is at least zero, and zero for $f = g$; no model can predict the noise.",
    check: equation({
      against: "definition",
      given: drawPrediction,
      // The best constant prediction of a sample is its mean.
      left: ({ g, deviation }) => {
        const all = observations(g, deviation);
        const best = all[0]!.map((_, i) => average(all.map((y) => y[i]!)));
        return scalar(average(all.map((y) => meanSquare(y, best))));
      },
      right: ({ product }, { deviation }) =>
        product(scalar(deviation), scalar(deviation)),
    }),
  },
  {
    id: "memorized-noise",
    tex:
      tex`f(x_i) = y_i \;\Rightarrow\; \mathbb E\, \tfrac1d \lVert y_i' - f(x_i) \rVert^2 = 2 \sigma^2 \qquad (y_i' = g(x_i) + \varepsilon')`,
    reason:
      "A network that interpolates has learned the noise of its examples too, and pays for it at the very same inputs: a training loss of zero is not the truth.",
    check: equation({
      against: "definition",
      given: drawPrediction,
      left: ({ g, deviation }) => {
        const all = observations(g, deviation);
        return scalar(
          average(all.flatMap((y) => all.map((other) => meanSquare(y, other)))),
        );
      },
      right: ({ product, scale }, { deviation }) =>
        scale(2, product(scalar(deviation), scalar(deviation))),
    }),
  },
];

/** What the best predictor reaches. */
export const optimumSection: Section = {
  id: "optimum",
  title: "The best test error there is",
  answers: "004, computer assignment 1 (b)",
  prose: [
    "Losses are mean squared errors over examples and outputs, so that the number of outputs $d$ cancels.",
  ],
  lines,
};
