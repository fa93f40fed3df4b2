import { outputSize } from "../../../math/convolution_cost.ts";
import type { Random } from "../../../math/random.ts";
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
import type { Erratum, Section, StudyTable } from "../../../study/page.ts";
import { source } from "../../support/sources.ts";
import {
  drawConvolution,
  gatherMatrix,
  outputBy,
  reshaped,
} from "./windows.ts";

const tex = String.raw;

/** Sizes of an axis, drawn by the dozen. */
interface Axes {
  readonly size: Matrix;
  readonly kernel: Matrix;
  readonly stride: Matrix;
  readonly padding: Matrix;
}

function drawAxes(random: Random): Axes {
  const drawn = (low: number, high: number) =>
    column(Array.from({ length: 12 }, () => random.integer(low, high)));
  return {
    size: drawn(8, 40),
    kernel: drawn(1, 9),
    stride: drawn(1, 6),
    padding: drawn(0, 4),
  };
}

/** Windows that lie on the padded axis, found by trying. */
function fitting({ size, kernel, stride, padding }: Axes): Matrix {
  return column(size.data.map((pixels, i) => {
    let windows = 0;
    for (
      let first = -padding.data[i]!;
      first + kernel.data[i]! <= pixels + padding.data[i]!;
      first += stride.data[i]!
    ) windows++;
    return windows;
  }));
}

/** `round((d + 2P − k) / s) + 1`, the rounding given. */
function sizeBy(
  { minus, plus, quotient, scale }: Algebra,
  { size, kernel, stride, padding }: Axes,
  round: (value: number) => number,
): Matrix {
  const room = minus(plus(size, scale(2, padding)), kernel);
  const steps = quotient(room, stride);
  const whole = matrix(steps.rows, 1, steps.data.map(round));
  return plus(whole, ones(steps.rows));
}

const byTrying = {
  against: "definition",
  given: drawAxes,
  left: fitting,
} as const;

const lines: Line[] = [
  {
    id: "definition",
    tex:
      tex`Z_{i,j,p} = b_p + \sum_{p'} \sum_{m=0}^{k_y-1} \sum_{n=0}^{k_x-1} K_{p,m,n,p'}\, \hat X_{is+m,\; js+n,\; p'} \qquad\Longleftrightarrow\qquad Z = \mathcal U(X)\, K^\top + \mathbf 1 b^\top`,
    reason:
      "$\\hat X$ is the image with $P$ zeros on each side. The operator $\\mathcal U$ writes every window into a row of a matrix; then a convolution is one product of matrices.",
    check: equation({
      against: "definition",
      given: (random) => drawConvolution(random, 2),
      left: (given) => outputBy(given),
      right: ({ plus, product, transpose }, given) => {
        const gathered = product(gatherMatrix(given), given.x);
        const taps = given.K.columns / given.inputs;
        const rows = reshaped(gathered, gathered.rows / taps);
        return plus(
          product(rows, transpose(given.K)),
          product(ones(rows.rows), transpose(given.b)),
        );
      },
    }),
  },
  {
    id: "output-size",
    tex: tex`d' = \Bigl\lfloor \frac{d + 2P - k}{s} \Bigr\rfloor + 1`,
    reason:
      "Window $i$ covers the padded pixels $is, \\dots, is + k - 1$, so it fits while $is \\le d + 2P - k$; the largest such $i$ is the floor, and $i$ begins at 0.",
    check: equation({
      ...byTrying,
      right: (algebra, axes) => sizeBy(algebra, axes, Math.floor),
    }),
  },
  {
    id: "thirty",
    tex:
      tex`d = 30,\; k = 3,\; s = 1,\; P = 0: \qquad d' = 30 - 3 + 1 = 28, \qquad Z \in \mathbb R^{28 \times 28 \times C}`,
    reason: "For $C$ channels of the output, however many the image has.",
    check: equation({
      ...byTrying,
      given: () => ({
        size: scalar(30),
        kernel: scalar(3),
        stride: scalar(1),
        padding: scalar(0),
      }),
      right: ({ minus, plus }, { size, kernel }) =>
        plus(minus(size, kernel), scalar(1)),
    }),
  },
];

/** Sizes where the ceiling names a window that is not there. */
const table: StudyTable = {
  id: "sizes",
  caption: "An axis of 30 pixels, $k = 3$, no padding",
  columns: [
    "",
    "windows that fit",
    "floor",
    "ceiling",
    "pixels that no window reads",
  ],
  rows: [1, 2, 3, 4, 5, 6].map((stride) => {
    const windows = outputSize(30, { kernel: 3, stride });
    return [
      `s = ${stride}`,
      windows,
      Math.floor(27 / stride) + 1,
      Math.ceil(27 / stride) + 1,
      30 - (windows * 3 - Math.max(0, 3 - stride) * (windows - 1)),
    ];
  }),
};

/** How large the output is. */
export const sizeSection: Section = {
  id: "size",
  title: "The size of the output",
  answers: "002, section 5 (a) and (d)",
  prose: [
    "A kernel of $k$ pixels slides over an axis of $d$ pixels with $P$ zeros on each side, $s$ pixels at a time. Axes do not disturb each other: an image is two of them.",
  ],
  lines,
  tables: [table],
  interactive: "window-sizes",
};

/** The ceiling counts windows that reach beyond the padding. */
export const ceiling: Erratum = {
  claim:
    "The output has $\\bigl\\lceil \\tfrac{d - k + 2P}{s} + 1 \\bigr\\rceil$ pixels along an axis.",
  correct:
    "$\\bigl\\lfloor \\tfrac{d - k + 2P}{s} \\bigr\\rfloor + 1$. They agree where $s$ divides $d - k + 2P$, as it always does for $s = 1$; elsewhere the ceiling names a window that reaches beyond the padding.",
  number:
    "On random sizes the ceiling misses the windows that fit by a relative error of up to 0.333.",
  source: source("002", "section 5 (a) and (d)"),
  evidence: {
    claimed: equation({
      ...byTrying,
      right: (algebra, axes) => sizeBy(algebra, axes, Math.ceil),
    }),
    correct: equation({
      ...byTrying,
      right: (algebra, axes) => sizeBy(algebra, axes, Math.floor),
    }),
  },
};
