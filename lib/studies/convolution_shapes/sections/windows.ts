/** Windows over images of any number of axes, as a matrix of zeros and ones. */
import { sizeOf } from "../../../core/shape.ts";
import type { Var } from "../../../math/autodiff.ts";
import { convolution } from "../../../math/convolution.ts";
import { outputSize } from "../../../math/convolution_cost.ts";
import { add, reshape } from "../../../math/operations.ts";
import type { Random } from "../../../math/random.ts";
import { type Matrix, matrix } from "../../../study/derivation/algebra.ts";
import { draw, toVariable } from "../../../study/derivation/oracle.ts";

/** A convolution with numbers: `x` [pixels, C], `K` [C′, taps·C], `b` [C′, 1]. */
export interface Drawn {
  readonly image: readonly number[];
  readonly kernel: readonly number[];
  readonly stride: readonly number[];
  readonly padding: readonly number[];
  readonly inputs: number;
  readonly channels: number;
  readonly x: Matrix;
  readonly K: Matrix;
  readonly b: Matrix;
}

/** A random convolution over so many axes. */
export function drawConvolution(random: Random, axes: number): Drawn {
  const each = (low: number, high: number) =>
    Array.from({ length: axes }, () => random.integer(low, high));
  const [image, kernel] = [each(4, 6), each(2, 4)];
  const [stride, padding] = [each(1, 3), each(0, 2)];
  const [inputs, channels] = [random.integer(2, 4), random.integer(2, 4)];
  return {
    ...{ image, kernel, stride, padding, inputs, channels },
    x: draw(random, [sizeOf(image), inputs]),
    K: draw(random, [channels, sizeOf(kernel) * inputs]),
    b: draw(random, [channels, 1]),
  };
}

/** Pixels of the output along each axis. */
export function outputOf(
  { image, kernel, stride, padding }: Omit<Drawn, "x" | "K" | "b">,
): number[] {
  return image.map((size, axis) =>
    outputSize(size, {
      kernel: kernel[axis]!,
      stride: stride[axis],
      padding: padding[axis],
    })
  );
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

/** `U`, [windows·taps, pixels]: 1 where a tap of a window reads a pixel; a row of zeros reads padding. */
export function gatherMatrix(given: Drawn): Matrix {
  const { image, kernel, stride, padding } = given;
  const windows = places(outputOf(given));
  const taps = places(kernel);
  const pixels = sizeOf(image);
  const data = new Float64Array(windows.length * taps.length * pixels);
  windows.forEach((window, w) =>
    taps.forEach((tap, t) => {
      const at = window.map((i, axis) =>
        i * stride[axis]! + tap[axis]! - padding[axis]!
      );
      if (at.some((i, axis) => i < 0 || i >= image[axis]!)) return;
      const pixel = at.reduce((sum, i, axis) => sum * image[axis]! + i, 0);
      data[(w * taps.length + t) * pixels + pixel] = 1;
    })
  );
  return matrix(windows.length * taps.length, pixels, data);
}

/** The same numbers in other rows. */
export function reshaped({ data }: Matrix, rows: number): Matrix {
  return matrix(rows, data.length / rows, data);
}

/** The convolution by its definition, [1, ...output, C′]. */
export function defined(
  { image, kernel, stride, padding, inputs, channels }: Omit<
    Drawn,
    "x" | "K" | "b"
  >,
  { x, K, b }: { x: Var; K: Var; b: Var },
): Var {
  const products = convolution(
    reshape(x, [1, ...image, inputs]),
    reshape(K, [channels, ...kernel, inputs]),
    { stride, padding },
  );
  return add(products, reshape(b, [channels]));
}

/** The output by its definition, [windows, C′], for another image if one is given. */
export function outputBy(given: Drawn, x: Matrix = given.x): Matrix {
  const { K, b, channels } = given;
  const z = defined(given, {
    x: toVariable(x),
    K: toVariable(K),
    b: toVariable(b),
  });
  return matrix(z.value.length / channels, channels, z.value);
}
