/** The products that `deno task tune` measures: one of each layout and size class, gemm and convolution. */
import type { Layout } from "../../shaders/gemm.ts";
import type { Shape } from "../core/shape.ts";
import {
  DEEP,
  productOf,
  SIDES,
  sizeKey,
} from "../nn/planner/lower/tile_choice.ts";
import type { GemmOp } from "../nn/op/ops.ts";
import { value } from "../nn/op/value.ts";

/** One product to measure. */
export interface TuningCase {
  /** What its rates stand for. */
  readonly key: string;
  readonly op: GemmOp;
  /** Parts of k to try with every tile; `undefined` leaves them to the planner. */
  readonly parts: readonly (number | undefined)[];
  /** What every number of the result is where all numbers of both operands are ½. */
  readonly expected: number;
}

const LAYOUTS = ["NT", "NN", "TN"] as const;

/** Terms of a product, fewer of the largest, which takes long on a CPU. */
const TERMS = 512;
const FEW_TERMS = 128;

/** Terms of a product that may be worth parting, and the parts to try. */
const MANY_TERMS = 2 * DEEP.terms;
const PARTS = [1, 4, 16];

/** Images and channels of a convolution whose result lies in a size class: NT and NN, TN. */
const CONVOLUTIONS = {
  rows: [[1, 16], [4, 64], [32, 128]],
  taps: [[4, 16], [8, 64], [8, 256]],
} as const;

/** Pixels along an image whose every window lies inside, and along what its windows make of it. */
const OUTER = 18;
const INNER = 16;
const KERNEL = 3;

/** Every case, gemm before convolution, small ones first. */
export function tuningCases(): TuningCase[] {
  return [
    ...LAYOUTS.flatMap((layout) =>
      SIDES.gemm.flatMap((side) => [
        gemm(layout, side, side < 4096 ? TERMS : FEW_TERMS),
        ...(side <= DEEP.side ? [gemm(layout, side, MANY_TERMS)] : []),
      ])
    ),
    ...LAYOUTS.flatMap((layout) =>
      CONVOLUTIONS[layout === "TN" ? "taps" : "rows"]
        .map(([images, channels]) => convolution(layout, images, channels))
    ),
  ];
}

/** The product of two matrices with a square result. */
function gemm(layout: Layout, side: number, k: number): TuningCase {
  const op = opOf(layout, {
    sizes: { m: side, n: side, k },
    a: layout === "TN" ? [k, side] : [side, k],
    b: layout === "NT" ? [side, k] : [k, side],
    c: [side, side],
  });
  const parts = k < DEEP.terms ? [undefined] : PARTS;
  return { key: keyOf(op), op, parts, expected: k / 4 };
}

/** A convolution of as many channels as it makes, or one of its gradients, without a border where a sum is shorter. */
function convolution(
  layout: Layout,
  images: number,
  channels: number,
): TuningCase {
  const taps = KERNEL ** 2;
  const plane = (side: number): Shape => [images, side, side, channels];
  const pixels = images * INNER ** 2;
  const weight = [channels, KERNEL, KERNEL, channels];
  // Of the gradient of the input the input is the smaller image, in a wide frame.
  const inward = layout !== "NN";
  const window = {
    input: [1, ...square(inward ? OUTER : INNER)],
    output: [1, ...square(inward ? INNER : OUTER)],
    kernel: [1, ...square(KERNEL)],
    stride: [1, 1, 1],
    padding: [0, ...square(inward ? 0 : KERNEL - 1)],
  } as const;
  const op = layout === "TN"
    ? opOf(layout, {
      sizes: { m: channels, n: channels, k: pixels },
      a: plane(INNER),
      b: plane(OUTER),
      c: weight,
    })
    : opOf(layout, {
      sizes: { m: pixels, n: channels, k: channels },
      a: plane(OUTER),
      b: weight,
      c: plane(INNER),
    });
  const through = { ...op, label: `conv ${layout}`, window };
  return {
    key: keyOf(through),
    op: through,
    parts: [undefined],
    expected: (layout === "TN" ? pixels : taps * channels) / 4,
  };
}

const square = (side: number) => [side, side] as const;

const keyOf = (op: GemmOp) => sizeKey(productOf(op, 1));

function opOf(
  layout: Layout,
  { sizes, a, b, c }: {
    sizes: Pick<GemmOp, "m" | "n" | "k">;
    a: Shape;
    b: Shape;
    c: Shape;
  },
): GemmOp {
  return {
    kind: "gemm",
    label: `gemm ${layout}`,
    layout,
    ...sizes,
    a: value("a", "state", a),
    b: value("b", "state", b),
    c: value("c", "output", c),
    accumulate: false,
  };
}
