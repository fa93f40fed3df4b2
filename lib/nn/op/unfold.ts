/** The windows of a convolution as rows of a matrix, where few channels come in: see `unfold.wgsl`. */
import { sizeOf } from "../../core/shape.ts";
import type { Source } from "./affine.ts";
import type { ForwardValues } from "./layer.ts";
import { replicaStride } from "./loss.ts";
import { type KernelOp, type Window, windowWords } from "./ops.ts";
import type { Value } from "./value.ts";

/** Channels that a product loads at a time; fewer are unfolded first. */
const WHOLE_LOAD = 4;

/** Bytes that the windows of a batch may take as rows of a matrix. */
const UNFOLD_BYTES = 64 * 2 ** 20;

/** The matrix, [rows, columns], that products read instead of the images. */
export interface Unfolded {
  readonly source: (values: ForwardValues) => Source;
  /** Fills it. */
  readonly op: (values: ForwardValues) => KernelOp;
}

/** Unfolds the windows of images of `channels`, if that pays and there is room; else `undefined`. */
export function unfolded(
  { rows, columns, channels, window }: {
    rows: number;
    columns: number;
    channels: number;
    window: Window;
  },
): Unfolded | undefined {
  const shape = [rows, columns];
  if (channels >= WHOLE_LOAD || 4 * sizeOf(shape) > UNFOLD_BYTES) {
    return undefined;
  }
  const matrix = ({ scratch }: ForwardValues) => scratch("windows", shape);
  return {
    source: (values) => ({ x: matrix(values), columns }),
    op: (values) =>
      unfold(`${values.label} windows`, {
        x: values.inputs[0]!,
        columns: matrix(values),
        window,
      }),
  };
}

/** Copies every window of the images into a row of a matrix; see unfold.wgsl. */
function unfold(
  label: string,
  { x, columns, window }: { x: Value; columns: Value; window: Window },
): KernelOp {
  const [pixels] = columns.shape;
  const channels = x.shape.at(-1)!;
  return {
    kind: "kernel",
    label,
    file: "unfold.wgsl",
    needs: ["conv.wgsl"],
    entry: "main",
    reads: { x },
    writes: { columns },
    accumulates: [],
    over: { invocations: pixels! },
    // Of the first eight words only m, k and the stride of x count.
    sizes: [
      ...[pixels!, 0, channels, 0, 1],
      ...[replicaStride(x, sizeOf(x.shape)), 0, 0],
      ...windowWords(window),
    ],
    constants: {},
    flops: 0,
    iterations: sizeOf(columns.shape) / pixels! * 2,
  };
}
