import { piecesOf } from "../../../math/kinks.ts";
import { outputAt } from "../../../math/relu_network.ts";
import type { Random } from "../../../math/random.ts";
import { column, exact, matrix } from "../../../study/derivation/algebra.ts";
import { equation } from "../../../study/derivation/check.ts";
import type { Line } from "../../../study/derivation/line.ts";
import type { Section } from "../../../study/page.ts";
import {
  drawInputs,
  drawNetwork,
  drawUnits,
  forward,
  layersOf,
} from "./network.ts";

const tex = String.raw;

/** A network of three layers with a kink or more, and what is known of its pieces exactly. */
function drawPieces(random: Random) {
  for (;;) {
    const network = drawNetwork(random, 4, 3);
    const exactly = piecesOf(network);
    if (exactly.kinks.length > 2) return { network, ...exactly };
  }
}

const lines: Line[] = [
  {
    id: "continuous",
    tex:
      tex`\lim_{x \uparrow t} f(x) = \lim_{x \downarrow t} f(x) = f(t) \quad \text{for every } t`,
    reason:
      "Part (a): none. Affine maps and $\\operatorname{ReLU}$ are continuous, and so is one after the other. The check extends the pieces to the left and to the right of every kink up to it.",
    check: equation({
      against: "definition",
      given: drawPieces,
      left: ({ pieces, kinks }) => {
        const at = (shift: number) =>
          matrix(
            1,
            kinks.length,
            kinks.map((t, i) => {
              const { slope, intercept } = pieces[i + shift]!;
              return slope * t + intercept;
            }),
          );
        return [at(0), at(1)];
      },
      right: (algebra, { network, kinks }) => {
        const t = matrix(1, kinks.length, kinks);
        const values = forward(algebra, layersOf(network), t);
        return [values, values];
      },
    }),
  },
  {
    id: "linear",
    tex:
      tex`f\bigl((1 - s)\, t_i + s\, t_{i+1}\bigr) = (1 - s)\, f(t_i) + s\, f(t_{i+1}), \qquad 0 \le s \le 1`,
    reason:
      "Part (b): (B), piecewise linear. Between two neighbouring kinks no unit changes its sign, and a composition of affine maps is affine. (A) is the case without kinks, and (C) is true of no network with one: a polynomial has derivatives everywhere.",
    check: equation({
      against: "definition",
      given: (random) => {
        const { network, kinks } = drawPieces(random);
        const from = column(kinks.slice(0, -1));
        return {
          network,
          from,
          to: column(kinks.slice(1)),
          share: column(random.array(from.rows, { low: 0, high: 1 })),
        };
      },
      left: ({ network, from, to, share }) =>
        column(from.data.map((low, i) => {
          const s = share.data[i]!;
          return outputAt(network, (1 - s) * low + s * to.data[i]!);
        })),
      right: ({ hadamard, minus, plus }, { network, from, to, share }) => {
        const at = (x: typeof from) =>
          column(x.data.map((t) => outputAt(network, t)));
        const [low, high] = [at(from), at(to)];
        return plus(low, hadamard(share, minus(high, low)));
      },
    }),
  },
  {
    id: "none",
    tex: tex`\operatorname{ReLU}(x) - \operatorname{ReLU}(-x) = x`,
    reason:
      "Part (c): not at every input in general, but the smallest number of kinks is 0: two units can cancel each other's, and a unit that never switches has none.",
    check: equation({
      against: "definition",
      given: (random) => drawInputs(random, 7),
      left: (x) => x,
      right: ({ minus, relu, scale }, x) => minus(relu(x), relu(scale(-1, x))),
    }),
  },
  {
    id: "at-most-k",
    tex:
      tex`l = 2: \qquad \{\, t : f \text{ has a kink at } t \,\} \subseteq \Bigl\{ -\frac{b_{1,1}}{W_{1,1}}, \dots, -\frac{b_{1,k}}{W_{1,k}} \Bigr\}`,
    reason:
      "With two layers, a unit has at most one kink, where its pre-activation is zero; $f$ adds the units up. So there are at most $k$, and exactly $k$ where no two coincide and no weight is zero, as in the check.",
    check: equation({
      against: "definition",
      given: (random) => drawUnits(random, 6),
      left: ({ network }) => column(piecesOf(network).kinks),
      right: ({ quotient, scale }, { units: { w, b } }) =>
        scale(-1, quotient(b, w)),
    }),
  },
  {
    id: "weights-of-bends",
    tex:
      tex`f(x) = f(x_0) + f'(x_0)(x - x_0) + \sum_{i:\, t_i > x_0} \bigl(f'(t_i^+) - f'(t_i^-)\bigr) \operatorname{ReLU}(x - t_i), \qquad x \ge x_0`,
    reason:
      "The other direction: from any point on, a piecewise linear function is a line and one $\\operatorname{ReLU}$ per kink. So a network of any depth with $N$ kinks is a network of two layers with at most $N + 2$ units, two of them for the line. The check rewrites three layers this way.",
    check: equation({
      against: "definition",
      given: (random) => {
        const drawn = drawPieces(random);
        const start = drawn.kinks[0]! - 1;
        const offsets = random.array(6, { low: 0, high: 8 });
        return { ...drawn, start, x: column(offsets.map((x) => start + x)) };
      },
      left: ({ network, x }) =>
        column(x.data.map((at) => outputAt(network, at))),
      right: (algebra, { network, pieces, kinks, start, x }) => {
        const { minus, plus, product, relu, scale } = algebra;
        const offset = (t: number) => column(Float64Array.from(x.data).fill(t));
        const line = plus(
          offset(outputAt(network, start)),
          scale(pieces[0]!.slope, minus(x, offset(start))),
        );
        const bends = column(
          kinks.map((_, i) => pieces[i + 1]!.slope - pieces[i]!.slope),
        );
        const columns = kinks.map((t) => minus(x, offset(t)).data);
        const shifted = matrix(
          x.rows,
          kinks.length,
          exact.transpose(
            matrix(kinks.length, x.rows, columns.flatMap((one) => [...one])),
          ).data,
        );
        return plus(line, product(relu(shifted), bends));
      },
    }),
  },
];

/** Discontinuities, pieces, and kinks of two layers. */
export const kinksSection: Section = {
  id: "kinks",
  title: "Kinks",
  answers: "003, question 4 (a), (b), (c) i and ii",
  predictions: [
    {
      question: "How many discontinuities can the output have?",
      answer: "None: it is a composition of continuous functions.",
    },
    {
      question:
        "As a function of the input, is the output always (A) linear, (B) piecewise linear or (C) polynomial?",
      answer:
        "(B). Where no unit changes its sign, all layers are affine, and so is the output.",
    },
    {
      question:
        "Is it differentiable at every input? If not, what is the smallest number of kinks?",
      answer:
        "Not in general, but it can be: the smallest number is 0, as in $\\operatorname{ReLU}(x) - \\operatorname{ReLU}(-x) = x$.",
    },
    {
      question:
        "With $l = 2$ layers of width $k$, what is the largest number of kinks?",
      answer: "$k$: each unit has one, where its pre-activation is zero.",
    },
  ],
  prose: [
    "A kink is an input at which the output has no derivative. The exact counter works on integers and fractions, which hold every float64 number without rounding: it follows the intervals on which all units are affine from layer to layer and compares slopes at their ends.",
  ],
  lines,
};
