import { sizeOf } from "../core/shape.ts";
import type { Var } from "./autodiff.ts";
import { gather, matmul, reshape, transpose } from "./operations.ts";

/** How a window slides: pixels from one to the next, zeros around the image, along each axis. */
export interface Sliding {
  readonly stride: readonly number[];
  readonly padding: readonly number[];
}

/**
 * Cross-correlation in any number of dimensions, channels last:
 * `y[n, p, o] = Σ_tap Σ_i x[n, p·stride + tap − padding, i] w[o, tap, i]`.
 *
 * Shapes: x [batch, ...image, in], weight [out, ...kernel, in]; the result is
 * [batch, ...⌊(image + 2 padding − kernel) / stride⌋ + 1, out].
 */
export function convolution(
  x: Var,
  weight: Var,
  { stride, padding }: Sliding,
): Var {
  const [batch, inputs] = [x.shape[0]!, x.shape.at(-1)!];
  const image = x.shape.slice(1, -1);
  const kernel = weight.shape.slice(1, -1);
  const output = image.map((size, axis) =>
    Math.floor((size + 2 * padding[axis]! - kernel[axis]!) / stride[axis]!) + 1
  );
  const indices: number[] = [];
  for (let n = 0; n < batch; n++) {
    for (const place of places(output)) {
      for (const tap of places(kernel)) {
        const pixel = place.map((p, axis) =>
          p * stride[axis]! + tap[axis]! - padding[axis]!
        );
        const inside = pixel.every((p, axis) => p >= 0 && p < image[axis]!);
        const at = pixel.reduce((sum, p, axis) => sum * image[axis]! + p, n);
        for (let i = 0; i < inputs; i++) {
          indices.push(inside ? at * inputs + i : -1);
        }
      }
    }
  }
  const terms = sizeOf(kernel) * inputs;
  const windows = gather(x, indices, [batch * sizeOf(output), terms]);
  const rows = reshape(weight, [weight.shape[0]!, terms]);
  const y = matmul(windows, transpose(rows));
  return reshape(y, [batch, ...output, weight.shape[0]!]);
}

/** Every index into an array of these sizes, the last axis fastest. */
function places(sizes: readonly number[]): number[][] {
  return sizes.reduce<number[][]>(
    (all, size) =>
      all.flatMap((index) =>
        Array.from({ length: size }, (_, next) => [...index, next])
      ),
    [[]],
  );
}
