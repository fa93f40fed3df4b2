import type { Random } from "../../../math/random.ts";
import {
  type Algebra,
  exact as plain,
  type Matrix,
  matrix,
} from "../../../study/derivation/algebra.ts";
import { equation } from "../../../study/derivation/check.ts";
import type { Line } from "../../../study/derivation/line.ts";
import type { Section } from "../../../study/page.ts";
import { draw } from "../../../study/derivation/oracle.ts";
import { type Drawn, outputBy, outputOf } from "./windows.ts";

const tex = String.raw;

/** A convolution along one axis and a shift of so many strides. */
interface Shifted {
  readonly given: Drawn;
  /** Pixels that the image moves. */
  readonly pixels: number;
  /** Pixels that the output moves. */
  readonly steps: number;
}

function drawShifted(random: Random, stride: number): Shifted {
  const [size, kernel, padding] = [random.integer(20, 26), 3, 1];
  const [inputs, channels] = [2, 3];
  const steps = random.integer(1, 4);
  const given = {
    ...{ image: [size], kernel: [kernel], stride: [stride] },
    ...{ padding: [padding], inputs, channels },
    x: draw(random, [size, inputs]),
    K: draw(random, [channels, kernel * inputs]),
    b: draw(random, [channels, 1]),
  };
  return { given, steps, pixels: stride * steps };
}

/** `T_t`, [n, n]: moves rows down by `by`; zeros come in. */
function shift(n: number, by: number): Matrix {
  const data = new Float64Array(n * n);
  for (let i = by; i < n; i++) data[i * n + i - by] = 1;
  return matrix(n, n, data);
}

/** Picks the outputs whose windows, before and after the shift, touch neither padding nor what came in. */
function interior({ given, pixels }: Shifted): Matrix {
  const [[size], [kernel], [stride], [padding]] = [
    given.image,
    given.kernel,
    given.stride,
    given.padding,
  ] as [[number], [number], [number], [number]];
  const [outputs] = outputOf(given) as [number];
  const kept = Array.from({ length: outputs }, (_, i) => i).filter((i) => {
    const first = i * stride - padding;
    return first >= pixels && first + kernel <= size;
  });
  const data = new Float64Array(kept.length * outputs);
  kept.forEach((i, row) => data[row * outputs + i] = 1);
  return matrix(kept.length, outputs, data);
}

/** Shift, then convolve, by definition; convolve, then shift, on the right. */
function commutes(stride: (random: Random) => number) {
  const moved = ({ product }: Algebra, { given, pixels }: Shifted) =>
    product(shift(given.image[0]!, pixels), given.x);
  return equation({
    against: "definition",
    given: (random) => {
      const drawn = drawShifted(random, stride(random));
      return { drawn, kept: interior(drawn) };
    },
    left: ({ drawn, kept }) => {
      const z = outputBy(drawn.given, moved(plain, drawn));
      return plain.product(kept, z);
    },
    right: ({ product }, { drawn, kept }) => {
      const z = outputBy(drawn.given);
      return product(kept, product(shift(z.rows, drawn.steps), z));
    },
  });
}

const lines: Line[] = [
  {
    id: "equivariance",
    tex:
      tex`(\mathcal T_t X) * K = \mathcal T_t (X * K) \qquad \text{away from the border, } s = 1`,
    reason:
      "Output $i$ reads $X_{i-P}, \\dots, X_{i-P+k-1}$ with the same $K$ at every $i$: after a shift by $t$, output $i$ reads what output $i - t$ read before. It is the same sum of the same numbers in the same order, so that even rounding agrees. Where a window meets the padding or the pixels that came in, it reads something else.",
    check: commutes(() => 1),
  },
  {
    id: "equivariance-stride",
    tex:
      tex`(\mathcal T_{st} X) *_s K = \mathcal T_t (X *_s K) \qquad \text{away from the border}`,
    reason:
      "With stride $s$, output $i$ begins at pixel $is - P$; a shift by $st$ pixels moves the output by $t$. A shift that $s$ does not divide puts the windows between the old ones, and no shift of the output makes up for it.",
    check: commutes((random) => random.integer(2, 4)),
  },
];

/** What shifts do. */
export const equivarianceSection: Section = {
  id: "equivariance",
  title: "Translation equivariance",
  answers: "002, section 5 (b), translation",
  prose: [
    "Let $\\mathcal T_t$ shift an image by $t$ pixels. A function is invariant if it ignores the shift and equivariant if its output shifts along. A convolution is equivariant, not invariant.",
  ],
  lines,
};
