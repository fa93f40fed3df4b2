/** Pooling over the windows of images [batch, height, width, channels]. */
import type { Shape } from "../core/shape.ts";
import type { Var } from "./autodiff.ts";
import { gather } from "./layout.ts";
import { add, scale } from "./operations.ts";

/** Height and width of what slides. */
export interface Windows {
  readonly kernel: readonly [number, number];
  readonly stride: readonly [number, number];
  readonly padding: readonly [number, number];
}

/** Largest number of each window and channel; the first of equal ones gets the gradient, a NaN is larger than all. */
export function maxPool2d(x: Var, windows: Windows): Var {
  const { shape, taps } = slide(x.shape, windows);
  const winners = taps[0]!.map((_, i) => {
    let best = -1;
    for (const tap of taps) {
      const at = tap[i]!;
      const value = x.value[at];
      if (value === undefined) continue;
      if (best < 0 || value > x.value[best]! || Number.isNaN(value)) best = at;
    }
    return best;
  });
  return gather(x, winners, shape);
}

/** Mean of each window and channel, padding counted as zeros. */
export function averagePool2d(x: Var, windows: Windows): Var {
  const { shape, taps } = slide(x.shape, windows);
  const sum = taps.map((tap) => gather(x, tap, shape)).reduce(add);
  return scale(sum, 1 / taps.length);
}

/** Shape of the output and, for each place in a window in order, which number of `x` stands there for each output; −1 in the padding. */
function slide(
  input: Shape,
  { kernel, stride, padding }: Windows,
): { shape: number[]; taps: number[][] } {
  const [batch, height, width, channels] = input as [
    number,
    number,
    number,
    number,
  ];
  const [rows, columns] = [height, width].map((size, axis) =>
    Math.floor((size + 2 * padding[axis]! - kernel[axis]!) / stride[axis]!) + 1
  ) as [number, number];
  const shape = [batch, rows, columns, channels];
  const taps: number[][] = [];
  for (let dRow = 0; dRow < kernel[0]; dRow++) {
    for (let dColumn = 0; dColumn < kernel[1]; dColumn++) {
      const tap: number[] = [];
      for (let n = 0; n < batch; n++) {
        for (let r = 0; r < rows; r++) {
          for (let c = 0; c < columns; c++) {
            const row = r * stride[0] + dRow - padding[0];
            const column = c * stride[1] + dColumn - padding[1];
            const inside = row >= 0 && row < height && column >= 0 &&
              column < width;
            const at = ((n * height + row) * width + column) * channels;
            for (let k = 0; k < channels; k++) tap.push(inside ? at + k : -1);
          }
        }
      }
      taps.push(tap);
    }
  }
  return { shape, taps };
}
