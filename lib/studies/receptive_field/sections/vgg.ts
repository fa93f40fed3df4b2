import type { Random } from "../../../math/random.ts";
import type { Sliding } from "../../../math/receptive_field.ts";
import { scalar } from "../../../study/derivation/algebra.ts";
import { equation } from "../../../study/derivation/check.ts";
import type { Check, Line } from "../../../study/derivation/line.ts";
import type { Section } from "../../../study/page.ts";
import { gradientOfUnit, trace } from "./trace.ts";

const tex = String.raw;

const conv: Sliding = { kernel: 3, stride: 1, padding: 1 };
const pool: Sliding = { kernel: 2, stride: 2, padding: 0 };

/** The layers up to y₁, y₂ and y₃. ReLU sees what it is applied to. */
export const vggLayers: readonly (readonly Sliding[])[] = [
  [conv, conv],
  [conv, conv, pool],
  [conv, conv, pool, conv, conv, pool],
];

/** Rows that unit `i` of `y_p` sees, traced window by window, against first and last row by the formula. */
function spanOf(
  p: 1 | 2 | 3,
  formula: { jump: number; before: number; after: number },
): Check {
  return equation({
    against: "definition",
    given: (random) => random.integer(1, 200),
    left: (unit) => {
      const seen = trace(vggLayers[p - 1]!, unit);
      return [scalar(seen[0]!), scalar(seen.at(-1)!), scalar(seen.length)];
    },
    right: ({ minus, plus, scale }, unit) => {
      const at = scale(formula.jump, scalar(unit));
      const first = minus(at, scalar(formula.before));
      const last = plus(at, scalar(formula.after));
      return [first, last, plus(minus(last, first), scalar(1))];
    },
  });
}

/** Two convolutions of 3 × 3 on a small image, and a unit near its border. */
function drawBorder(random: Random) {
  const pixels = random.integer(6, 9);
  const unit = random.integer(0, 2) * (pixels - 1);
  const gradient = gradientOfUnit(
    random,
    { pixels, kernel: 3, depth: 2 },
    unit,
  );
  return { pixels, unit, gradient };
}

/** Channels of X in which some pixel moves the unit. */
function channelsSeen(gradient: Float64Array): number {
  const seen = new Set<number>();
  gradient.forEach((value, at) => value !== 0 && seen.add(at % 3));
  return seen.size;
}

/** How many channels of X a unit depends on, against a number that is claimed. */
export function channels(claimed: number): Check {
  return equation({
    against: "reverse mode",
    given: drawBorder,
    left: ({ gradient }) => scalar(channelsSeen(gradient)),
    right: () => scalar(claimed),
  });
}

const lines: Line[] = [
  {
    id: "y1",
    tex: tex`y_1[k,i,j] \text{ sees rows } i-2, \dots, i+2 \quad (5 \times 5)`,
    reason:
      "Two convolutions of $3\\times3$ with padding 1: $r = 1 + 2 + 2$, $a = -1 - 1$, $J = 1$. The same holds for columns with $j$.",
    check: spanOf(1, { jump: 1, before: 2, after: 2 }),
  },
  {
    id: "y2",
    tex:
      tex`y_2[k,i,j] \text{ sees rows } 2i-2, \dots, 2i+3 \quad (6 \times 6)`,
    reason: "Pooling of $2\\times2$ adds one pixel and doubles the jump.",
    check: spanOf(2, { jump: 2, before: 2, after: 3 }),
  },
  {
    id: "y3",
    tex:
      tex`y_3[k,i,j] \text{ sees rows } 4i-6, \dots, 4i+9 \quad (16 \times 16)`,
    reason:
      "At jump 2 each convolution adds $2\\cdot2$ pixels, two of them in front; the second pooling adds 2 and doubles the jump again: $6 + 4 + 4 + 2 = 16$.",
    check: spanOf(3, { jump: 4, before: 6, after: 9 }),
  },
  {
    id: "border",
    tex: tex`m \ge \max(a + Ji,\, 0), \qquad m \le \min(a + Ji + r - 1,\, 223)`,
    reason:
      "What lies in the padding is zero and depends on nothing, so the field is cut off at the border of the image.",
    check: equation({
      against: "reverse mode",
      given: drawBorder,
      left: ({ gradient, pixels }) => {
        const rows = [...gradient.keys()].filter((at) => gradient[at] !== 0)
          .map((at) => Math.floor(at / 3 / pixels));
        return [scalar(Math.min(...rows)), scalar(Math.max(...rows))];
      },
      // max(a, 0) and min(a, end) in terms of ReLU.
      right: ({ minus, relu }, { unit, pixels }) => {
        const end = scalar(pixels - 1);
        const first = relu(scalar(unit - 2));
        const last = minus(end, relu(minus(end, scalar(unit + 2))));
        return [first, last];
      },
    }),
  },
  {
    id: "channels",
    tex:
      tex`\frac{\partial y_p[k,i,j]}{\partial X[c,m,n]} \not\equiv 0 \quad \text{for } c = 0, 1, 2`,
    reason:
      "Every output channel of a convolution sums over all input channels, so a unit of any channel $k$ sees all three of $X$.",
    check: equation({
      against: "reverse mode",
      given: drawBorder,
      left: ({ gradient }) => scalar(channelsSeen(gradient)),
      right: ({ plus }) => plus(plus(scalar(1), scalar(1)), scalar(1)),
    }),
  },
];

/** The answer for the three outputs of VGG16. */
export const vggSection: Section = {
  id: "vgg16",
  title: "The first two blocks of VGG16",
  answers: "000, problem 4",
  prose: [
    "The blocks are conv, conv, pool, conv, conv, pool, with $3\\times3$ convolutions of padding 1 and $2\\times2$ pooling of stride 2, on an image $X$ of $3\\times224\\times224$. ReLU acts on each number by itself and widens nothing. $y_1$ is the second convolution behind its ReLU, $y_2$ the first pooling, $y_3$ the second.",
  ],
  lines,
};
