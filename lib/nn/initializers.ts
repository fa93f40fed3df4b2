/**
 * First values of parameters, drawn as PyTorch draws them.
 */
import { checkValue, number, whole } from "../core/options.ts";
import type { TorchRandom } from "../core/random.ts";
import { type Shape, sizeOf } from "../core/shape.ts";

/** Draws the first values of a parameter of `shape`. */
export type Initializer = (random: TorchRandom, shape: Shape) => Float32Array;

/** Inputs that one output of a weight [out, in, ...] adds up: `∏ shape[1..]`. */
export function fanIn(shape: Shape): number {
  return sizeOf(shape.slice(1));
}

/**
 * PyTorch's default of Linear and Conv: U(−1/√fan_in, 1/√fan_in) for weight and
 * bias alike.
 */
export function torchDefault(fan: number): Initializer {
  checkValue("draw PyTorch's first values", "fan", fan, whole(1));
  const bound = Math.fround(1 / Math.sqrt(fan));
  return (random, shape) => random.uniform(sizeOf(shape), -bound, bound);
}

/** U(low, high). */
export function uniform(low: number, high: number): Initializer {
  checkValue("draw uniform values", "low", low, number());
  checkValue("draw uniform values", "high", high, number({ from: low }));
  return (random, shape) => random.uniform(sizeOf(shape), low, high);
}

/** All zeros; draws nothing. */
export const zeros: Initializer = (_, shape) => new Float32Array(sizeOf(shape));

/** All ones; draws nothing. */
export const ones: Initializer = (_, shape) =>
  new Float32Array(sizeOf(shape)).fill(1);

/** N(0, deviation²). */
export function normal(deviation: number): Initializer {
  checkValue(
    "draw normal values",
    "deviation",
    deviation,
    number({ from: 0 }),
  );
  return (random, shape) =>
    random.randn(sizeOf(shape)).map((z) => z * deviation);
}

/** He et al. 2015, arXiv:1502.01852: N(0, 2 / fan_in), keeps the second moment through ReLU layers. */
export const heNormal: Initializer = (random, shape) =>
  normal(Math.sqrt(2 / fanIn(shape)))(random, shape);

/** Xavier in the form N(0, 1 / fan_in), keeps the variance through linear layers. */
export const xavierNormal: Initializer = (random, shape) =>
  normal(Math.sqrt(1 / fanIn(shape)))(random, shape);
