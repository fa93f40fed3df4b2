import type { Random } from "../../../math/random.ts";
import {
  column,
  exact,
  type Matrix,
  matrix,
  ones,
} from "../../../study/derivation/algebra.ts";
import { equation } from "../../../study/derivation/check.ts";
import type { Line } from "../../../study/derivation/line.ts";
import type { Section } from "../../../study/page.ts";
import { draw } from "../../../study/derivation/oracle.ts";

const tex = String.raw;

const EXAMPLES = 4;
/** Smallest distance of two projections: what the triangular system divides by. */
const APART = 0.15;

/** Examples sorted by their projections on a, thresholds between them, numbers to fit, and the output weights that do. */
interface Fitting {
  readonly x: Matrix;
  readonly a: Matrix;
  readonly b: Matrix;
  readonly y: Matrix;
  readonly w: Matrix;
}

function drawFitting(random: Random): Fitting {
  for (;;) {
    const [x, a] = [draw(random, [EXAMPLES, 3]), draw(random, [3, 1])];
    const { data } = exact.product(x, a);
    const order = [...data.keys()].sort((m, n) => data[m]! - data[n]!);
    const sorted = order.map((n) => data[n]!);
    const gaps = sorted.slice(1).map((p, n) => p - sorted[n]!);
    if (Math.min(...gaps) < APART) continue;
    const b = sorted.map((p, n) => n === 0 ? p - 0.5 : p - gaps[n - 1]! / 2);
    const rows = order.flatMap((n) => [...x.data.subarray(3 * n, 3 * n + 3)]);
    const y = draw(random, [EXAMPLES, 1]);
    // Forward substitution: hinge m is 0 at all examples before m.
    const w: number[] = [];
    for (let n = 0; n < EXAMPLES; n++) {
      const known = w.reduce((sum, w, m) => sum + w * (sorted[n]! - b[m]!), 0);
      w.push((y.data[n]! - known) / (sorted[n]! - b[n]!));
    }
    return {
      x: matrix(EXAMPLES, 3, rows),
      a,
      b: column(b),
      y,
      w: column(w),
    };
  }
}

const lines: Line[] = [
  {
    id: "any-labels",
    tex: tex`\begin{gathered}
f(x) = \sum_{m=1}^N w_m \operatorname{ReLU}(a^\top x - b_m), \qquad f(x_n) = y_n, \\
b_1 < a^\top x_1 < b_2 < a^\top x_2 < \cdots < b_N < a^\top x_N
\end{gathered}`,
    reason:
      "Choose $a$ so that the $N$ pictures have different projections, and sort them. Unit $m$ is 0 at every picture before $m$, so the equations $f(x_n) = y_n$ are triangular with positive diagonal $a^\\top x_n - b_n$, and have a solution $w$ whatever the $y_n$ are.",
    check: equation({
      against: "definition",
      given: drawFitting,
      left: ({ y }) => y,
      right: ({ minus, product, relu, transpose }, { x, a, b, w }) => {
        const projections = product(product(x, a), ones(1, EXAMPLES));
        const thresholds = product(ones(EXAMPLES), transpose(b));
        return product(relu(minus(projections, thresholds)), w);
      },
    }),
  },
  {
    id: "all-classes",
    tex:
      tex`z_{nk} = t \cdot [k = c_n], \qquad L = \log\bigl(1 + 9 e^{-t}\bigr) \to 0 \quad (t \to \infty)`,
    reason:
      "One such sum for each of the ten classes over the same $N$ hidden units: every training picture is classified right, and the loss is as small as one likes.",
  },
];

/** Why a network can fit every training set. */
export const fittingSection: Section = {
  id: "fitting",
  title: "What a network could do",
  answers: "003, question 13",
  prose: [
    "That a network exists which classifies every training picture right is easy to show, with one hidden layer and one unit for each picture. It has nothing to do with pictures: the labels may be drawn at random.",
    "That it exists does not say that 30 epochs of gradient descent find it, nor that a network of a few hundred units is large enough for 50,000 pictures. More units, more epochs and a smaller step size towards the end raise the training accuracy. So does a smaller training set: the run also trains the same network on few pictures, for more epochs, until it knows them by heart.",
    "Is perfect training accuracy all one needs? No: what such a network says about a new picture the training set leaves open. Validation accuracy is what one wants, and the network that knows its few pictures by heart has less of it.",
  ],
  lines,
};
