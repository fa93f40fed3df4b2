import { interpolatingNetwork } from "../../../math/interpolation.ts";
import type { Random } from "../../../math/random.ts";
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

/** A random smooth function, knots of equal distance, and a point behind the first piece. */
function drawPieces(random: Random) {
  const [a, b, c] = random.array(3);
  const f = (x: number) => Math.sin(4 * a! * x + b!) + c! * x * x;
  const pieces = random.integer(2, 9);
  const low = random.uniform(-2, -1);
  const h = random.uniform(1, 3) / pieces;
  const x = low + h * random.uniform(1, pieces);
  const knots = Array.from({ length: pieces }, (_, i) => low + i * h);
  const slopes = knots.map((knot) => (f(knot + h) - f(knot)) / h);
  return { f, pieces, low, h, x, knots, slopes };
}

/** The straight line between the two knots around x. */
function byDefinition(
  { f, low, h, x, pieces }: ReturnType<typeof drawPieces>,
): number {
  const piece = Math.min(Math.floor((x - low) / h), pieces - 1);
  const left = low + piece * h;
  const share = (x - left) / h;
  return (1 - share) * f(left) + share * f(left + h);
}

/** Ends of a piece and a point in it. */
function drawCubic(random: Random) {
  const a = random.uniform(-2, 1);
  const b = a + random.uniform(0.5, 2);
  return { a, b, x: random.uniform(a, b) };
}

/** The straight line through two points of a function, at x. */
const chord = (
  f: (x: number) => number,
  { a, b, x }: ReturnType<typeof drawCubic>,
) => f(a) + (f(b) - f(a)) * (x - a) / (b - a);

const lines: Line[] = [
  {
    id: "network",
    tex:
      tex`f_k(x) = f(x_0) + \sum_{i=0}^{k-1} (m_i - m_{i-1}) \operatorname{ReLU}(x - x_i), \qquad m_i = \frac{f(x_{i+1}) - f(x_i)}{h}, \quad m_{-1} = 0`,
    reason:
      "Each hidden unit turns on at its knot $x_i = x_0 + ih$ and changes the slope there from $m_{i-1}$ to $m_i$: one layer of $k$ units joins $k + 1$ points of $f$ by straight lines.",
    check: equation({
      against: "definition",
      given: drawPieces,
      left: (at) => scalar(byDefinition(at)),
      right: (algebra, { f, low, x, knots, slopes }) => {
        const { minus, plus, product, relu, scale, transpose } = algebra;
        const before = column([0, ...slopes.slice(0, -1)]);
        const changes = minus(column(slopes), before);
        const units = relu(
          minus(scale(x, ones(knots.length)), column(knots)),
        );
        return plus(scalar(f(low)), product(transpose(changes), units));
      },
    }),
  },
  {
    id: "as-weights",
    tex:
      tex`W_1 = (1, \dots, 1)^\top, \quad b_1 = -(x_0, \dots, x_{k-1})^\top, \quad W_2 = (m_0, m_1 - m_0, \dots, m_{k-1} - m_{k-2}), \quad b_2 = f(x_0)`,
    reason:
      "The same sum read as a network; these are the weights that the experiment writes into the GPU's memory.",
    check: equation({
      against: "definition",
      given: drawPieces,
      left: (at) => {
        const { f, low, h, pieces, x } = at;
        const high = low + pieces * h;
        const network = interpolatingNetwork(f, { low, high, pieces });
        return scalar(outputAt(network, x));
      },
      right: (algebra, { f, low, x, knots, slopes }) => {
        const { minus, plus, product, relu, scale, transpose } = algebra;
        const bias = scale(-1, column(knots));
        const hidden = relu(plus(product(ones(knots.length), scalar(x)), bias));
        const before = column([0, ...slopes.slice(0, -1)]);
        const weights = transpose(minus(column(slopes), before));
        return plus(product(weights, hidden), scalar(f(low)));
      },
    }),
  },
  {
    id: "remainder",
    tex:
      tex`f(x) - f_k(x) = \tfrac12 f''(\xi)\,(x - a)(x - b), \qquad a = x_i \le x \le x_{i+1} = b`,
    reason:
      "On a piece $f_k$ is the chord, and Rolle's theorem gives a $\\xi$ between $a$ and $b$. Checked for $f(x) = x^3$, where $\\tfrac12 f''(\\xi) = 3\\xi = a + b + x$.",
    check: equation({
      against: "definition",
      given: drawCubic,
      left: (at) => scalar(at.x ** 3 - chord((x) => x ** 3, at)),
      right: ({ minus, plus, product }, { a, b, x }) => {
        const factor = product(
          minus(scalar(x), scalar(a)),
          minus(scalar(x), scalar(b)),
        );
        return product(plus(plus(scalar(a), scalar(b)), scalar(x)), factor);
      },
    }),
  },
  {
    id: "bound",
    tex:
      tex`\max_x |f(x) - f_k(x)| \le \frac{h^2}{8} \max_x |f''(x)| = O(k^{-2})`,
    reason:
      "$|x-a|\\,|x-b|$ is largest in the middle, where it is $h^2/4$. The bound is attained by $f(x) = x^2$, for which it is checked. So for every $\\varepsilon$ there is a width that is enough.",
    check: equation({
      against: "definition",
      given: drawCubic,
      left: ({ a, b }) => {
        const x = (a + b) / 2;
        return scalar(chord((x) => x * x, { a, b, x }) - x * x);
      },
      right: ({ product, scale }, { a, b }) => {
        const h = scalar(b - a);
        return scale(2 / 8, product(h, h));
      },
    }),
  },
];

/** One layer of ReLU units comes as close as one likes. */
export const interpolationSection: Section = {
  id: "existence",
  title: "A good network exists",
  answers: "002, section 2 (b)",
  prose: [
    "The universal approximation theorem says that for a continuous target and any $\\varepsilon > 0$ some network with one hidden layer stays within $\\varepsilon$ of it. In one dimension and with ReLU it can be written down.",
  ],
  lines,
};

/** What no network does to a jump. */
export const jumpSection: Section = {
  id: "jump",
  title: "A target that no network reaches",
  lines: [
    {
      id: "jump",
      tex:
        tex`\max\bigl(|g(0^-) - (-1)|,\ |g(0^+) - 1|\bigr) \ge 1 \quad\text{for continuous } g`,
      reason:
        "The two distances add up to at least $1 - (-1) = 2$, as $g(0^-) = g(0^+)$. The theorem asks for a continuous target, and the step is none; in the mean square, though, the error of a steep ramp goes to zero. Checked as $|g + 1| + |1 - g| = 2$ for values $g$ from $-1$ to $1$.",
      check: equation({
        against: "definition",
        given: (random) => random.uniform(-1, 1),
        left: (g) => scalar(Math.abs(g + 1) + Math.abs(1 - g)),
        right: ({ minus, plus }, g) => {
          const [up, down] = [
            plus(scalar(g), scalar(1)),
            minus(scalar(1), scalar(g)),
          ];
          return plus(up, down);
        },
      }),
    },
    {
      id: "ramp",
      tex:
        tex`\int_{-w}^{w} \bigl(\tfrac{x}{w} - \operatorname{sign} x\bigr)^2\,dx = \tfrac23 w`,
      reason:
        "A ramp of half-width $w$ differs from the step on an interval alone; its mean square error falls with $w$, and so its root as $k^{-1/2}$ for $k$ equal pieces.",
      check: equation({
        against: "definition",
        // The sum over 20,000 midpoints is off by 1e-9 of the integral.
        tolerance: 1e-7,
        given: (random) => random.uniform(0.05, 2),
        left: (w) => {
          const count = 20_000;
          let sum = 0;
          for (let i = 0; i < count; i++) {
            const x = w * (2 * (i + 0.5) / count - 1);
            sum += (x / w - Math.sign(x)) ** 2;
          }
          return scalar(sum * 2 * w / count);
        },
        right: ({ scale }, w) => scale(2 / 3, matrix(1, 1, [w])),
      }),
    },
  ],
};
