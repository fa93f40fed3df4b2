/** The receptive field by definition: which pixels reach a unit, step by step down a chain. */
import { backward, constant, variable } from "../../../math/autodiff.ts";
import { convolution } from "../../../math/convolution.ts";
import { mul, relu, sum } from "../../../math/operations.ts";
import type { Random } from "../../../math/random.ts";
import type { Sliding } from "../../../math/receptive_field.ts";

/** Pixels that unit `unit` behind the last layer reads, padding included, in order: each layer's windows written out. */
export function trace(layers: readonly Sliding[], unit: number): number[] {
  let seen = new Set([unit]);
  for (const { kernel, stride, padding } of layers.toReversed()) {
    const before = new Set<number>();
    for (const at of seen) {
      for (let tap = 0; tap < kernel; tap++) {
        before.add(at * stride - padding + tap);
      }
    }
    seen = before;
  }
  return [...seen].sort((a, b) => a - b);
}

/** A random chain of 1 to 4 windows that leave no pixel out. */
export function drawLayers(random: Random): Sliding[] {
  return Array.from({ length: random.integer(1, 5) }, () => {
    const kernel = random.integer(2, 6);
    return {
      kernel,
      stride: random.integer(1, Math.min(kernel, 3) + 1),
      padding: random.integer(1, kernel),
    };
  });
}

/** Square windows that keep the size of a square image of three channels. */
export interface Stack {
  readonly pixels: number;
  /** Odd. */
  readonly kernel: number;
  readonly depth: number;
}

/**
 * ∂y[i, i]/∂X of one channel of a stack of convolutions with ReLU, [pixels, pixels,
 * 3], for positive weights and inputs: ReLU cuts no path and no two cancel.
 */
export function gradientOfUnit(
  random: Random,
  { pixels, kernel, depth }: Stack,
  i: number,
): Float64Array {
  const positive = (shape: readonly number[]) => {
    const count = shape.reduce((product, size) => product * size);
    return variable(random.array(count, { low: 0.5, high: 1.5 }), shape);
  };
  const padding = (kernel - 1) / 2;
  const image = positive([1, pixels, pixels, 3]);
  let y = image;
  for (let layer = 0; layer < depth; layer++) {
    const weight = positive([2, kernel, kernel, y.shape.at(-1)!]);
    const sliding = { stride: [1, 1], padding: [padding, padding] };
    y = relu(convolution(y, weight, sliding));
  }
  const picked = new Float64Array(y.value.length);
  picked[(i * pixels + i) * y.shape.at(-1)!] = 1;
  backward(sum(mul(y, constant(picked, y.shape))));
  return image.grad;
}
