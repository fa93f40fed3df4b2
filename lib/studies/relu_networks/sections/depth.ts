import type { Random } from "../../../math/random.ts";
import { countKinks, piecesOf } from "../../../math/kinks.ts";
import { sawtooth } from "../../../math/sawtooth.ts";
import {
  type Algebra,
  column,
  type Matrix,
  matrix,
  ones,
  scalar,
} from "../../../study/derivation/algebra.ts";
import { equation } from "../../../study/derivation/check.ts";
import type { Line } from "../../../study/derivation/line.ts";
import type { Section } from "../../../study/page.ts";
import { outputs, power } from "./network.ts";

const tex = String.raw;

/** Width and layers of a sawtooth of at most 624 kinks. */
const drawSize = (random: Random) => ({
  width: random.integer(3, 5),
  layers: random.integer(3, 6),
});

/** `9 − 8 ReLU(x + ½) + 8 ReLU(−x) − 12 ReLU(½ − x)`. */
function zigzag({ minus, plus, relu, scale }: Algebra, x: Matrix): Matrix {
  const one = ones(x.rows, x.columns);
  const half = scale(0.5, one);
  return plus(
    minus(scale(9, one), scale(8, relu(plus(x, half)))),
    minus(scale(8, relu(scale(-1, x))), scale(12, relu(minus(half, x)))),
  );
}

const drawRow = (random: Random, low: number, high: number) =>
  matrix(1, 9, random.array(9, { low, high }));

/** `(k + 1)^(l − 1)` in an algebra. */
function mostPieces(
  algebra: Algebra,
  { width, layers }: { width: number; layers: number },
): Matrix {
  const each = algebra.plus(scalar(width), scalar(1));
  return power(algebra, each, layers - 1);
}

const lines: Line[] = [
  {
    id: "divided",
    tex:
      tex`P_1 = 1, \qquad P_{i+1} \le (k + 1)\, P_i \quad\Longrightarrow\quad \#\text{kinks} = P_l - 1 \le (k + 1)^{l-1} - 1`,
    reason:
      "On a piece of what is below, each of the $k$ units is affine and is zero at most once, so it is cut into at most $k + 1$ pieces. The tests confirm the bound on random networks; two layers give $k$ again.",
  },
  {
    id: "zigzag",
    tex:
      tex`\begin{aligned} g(x) &= 9 - 8 \operatorname{ReLU}(x + \tfrac12) + 8 \operatorname{ReLU}(-x) - 12 \operatorname{ReLU}(\tfrac12 - x) \\ &= 4\, \bigl\lvert x - \lfloor x \rceil \bigr\rvert - 1 \quad \text{on } [-1, \tfrac12] \end{aligned}`,
    reason:
      "Three units zigzag between $-1$ and $1$: $\\lfloor x \\rceil$ is the nearest integer. To the right of $\\frac12$ the function falls on with slope $-8$, so all four pieces cross $[-1, 1]$, the infinite ones too. Units have to face both ways, or the first piece would be flat. Two are too few: the slope between their kinks would be the sum of the outer slopes.",
    check: equation({
      against: "definition",
      given: (random) => drawRow(random, -1, 0.5),
      left: (x) =>
        matrix(1, 9, x.data.map((at) => 4 * Math.abs(at - Math.round(at)) - 1)),
      right: zigzag,
    }),
  },
  {
    id: "composed",
    tex: tex`f_l = \underbrace{g \circ \dots \circ g}_{l - 1 \text{ times}}`,
    reason:
      "A layer's output weights and the next layer's input weights are one affine map after another, so $g$ of $g$ is a network of three layers with three units each.",
    check: equation({
      against: "definition",
      given: (random) => ({
        layers: random.integer(3, 5),
        x: drawRow(random, -1.2, 1.2),
      }),
      left: ({ layers, x }) => outputs(sawtooth(3, layers), x),
      right: (algebra, { layers, x }) =>
        Array.from({ length: layers - 1 }).reduce<Matrix>(
          (y) => zigzag(algebra, y),
          x,
        ),
    }),
  },
  {
    id: "attained",
    tex:
      tex`\#\text{kinks of } f_l = 4^{l-1} - 1, \quad \text{and } (k + 1)^{l-1} - 1 \text{ at any width } k \ge 3`,
    reason:
      "Part (c) iii: (D), exponential in $l$. Every piece of $f_l$ crosses all kinks of $g$, so one more layer cuts each into $k + 1$: the bound is attained. The check counts the kinks of such a network exactly.",
    check: equation({
      against: "definition",
      given: drawSize,
      left: ({ width, layers }) => scalar(countKinks(sawtooth(width, layers))),
      right: (algebra, size) =>
        algebra.minus(mostPieces(algebra, size), scalar(1)),
    }),
  },
  {
    id: "equal-neurons",
    tex:
      tex`n = k(l - 1) \text{ hidden units:} \qquad \underbrace{n}_{\text{kinks in one layer}} \quad \text{against} \quad \underbrace{(k + 1)^{n/k} - 1}_{\text{kinks in } l - 1 \text{ layers}}`,
    reason:
      "Part (c) iv: yes. Twelve units give 12 kinks side by side and 255 as four layers of three. The check counts both.",
    check: equation({
      against: "definition",
      given: drawSize,
      left: ({ width, layers }) =>
        column([
          countKinks(sawtooth(width * (layers - 1), 2)),
          countKinks(sawtooth(width, layers)),
        ]),
      right: (algebra, size) => {
        const { minus, plus, product, scale } = algebra;
        const [first, second] = [column([1, 0]), column([0, 1])];
        const wide = scale(size.layers - 1, scalar(size.width));
        const deep = minus(mostPieces(algebra, size), scalar(1));
        return plus(product(first, wide), product(second, deep));
      },
    }),
  },
  {
    id: "zeros",
    tex:
      tex`\#\{\, x : f_l(x) = 0 \,\} = 4^{l-1}, \qquad \lvert f_l(t) \rvert \ge 1 \text{ at every kink } t`,
    reason:
      "At neighbouring kinks $f_l$ is at most $-1$ and at least $1$ in turn. Whatever stays closer to it than 1 changes its sign $4^{l-1} - 2$ times in between, and an affine piece does so once: a network of two layers needs $4^{l-1} - 3$ units and more to stay closer than 1 everywhere, where $3(l - 1)$ are enough in $l$ layers.",
    check: equation({
      against: "definition",
      given: drawSize,
      left: ({ width, layers }) => {
        const { pieces } = piecesOf(sawtooth(width, layers));
        const crossing = pieces.filter(({ from, to, slope, intercept }) => {
          const zero = -intercept / slope;
          return from < zero && zero < to;
        });
        return scalar(crossing.length);
      },
      right: mostPieces,
    }),
  },
];

/** Kinks against the number of layers. */
export const depthSection: Section = {
  id: "depth",
  title: "Depth against width",
  answers: "003, question 4 (c) iii and iv",
  predictions: [
    {
      question:
        "As a function of the number of layers $l$, is the largest number of kinks (A) constant, (B) linear, (C) polynomial or (D) exponential?",
      answer:
        "(D): it is $(k + 1)^{l-1} - 1$ for every width $k \\ge 3$. In the figure, three units per layer make 3, 15 and 63 kinks.",
    },
    {
      question:
        "Two layers approximate anything if they are wide enough. Can deeper networks be more efficient, counted in hidden units?",
      answer:
        "Yes, for some functions: what takes $3(l - 1)$ units in $l$ layers takes $4^{l-1} - 3$ and more in two. Networks with random weights show nothing of this, and training finds little of it; see the measurements.",
    },
  ],
  interactive: "relu-network",
  lines,
};
