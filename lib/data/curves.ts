import { NablaError } from "../core/errors.ts";
import type { TorchRandom } from "../core/random.ts";
import type { HostTensor } from "../core/safetensors.ts";

/** A function of one variable on [-1, 1] to learn. */
export interface Curve {
  /** The definition, for people. */
  tex: string;
  at: (x: number) => number;
}

/** Position in a period of 1/2 that starts at every multiple of it, 0 to 1. */
const phase = (x: number) => 2 * x - Math.floor(2 * x);

/** Smooth, kinked, and broken targets, all within [-1, 1]. */
export const curves = {
  sine: { tex: "\\sin(2\\pi x)", at: (x) => Math.sin(2 * Math.PI * x) },
  chirp: { tex: "\\sin(6\\pi x^2)", at: (x) => Math.sin(6 * Math.PI * x * x) },
  bump: { tex: "e^{-16x^2}", at: (x) => Math.exp(-16 * x * x) },
  absolute: { tex: "|x|", at: Math.abs },
  triangle: {
    tex: "1 - |4(x - \\lfloor 2x \\rfloor / 2) - 1|",
    at: (x) => 1 - Math.abs(2 * phase(x) - 1),
  },
  sawtooth: {
    tex: "4(x - \\lfloor 2x \\rfloor / 2) - 1",
    at: (x) => 2 * phase(x) - 1,
  },
  step: {
    tex: "1 \\text{ if } x \\ge 0, \\text{ else } -1",
    at: (x) => x >= 0 ? 1 : -1,
  },
} as const satisfies Record<string, Curve>;

export type CurveName = keyof typeof curves;

/**
 * Points of a curve. Without a generator they lie on an even grid from -1 to 1,
 * ends included; with one, they are drawn uniformly.
 * Shapes: `x` and `target` are `[count, 1]`.
 *
 * @param options.noise Standard deviation of the Gaussian noise on the targets; 0 by default
 * @throws {NablaError} If there are no points, or noise is asked for without a generator
 */
export function sampleCurve(
  name: CurveName,
  options: { count: number; random?: TorchRandom; noise?: number },
): { x: HostTensor; target: HostTensor } {
  const { count, random, noise = 0 } = options;
  if (!Number.isInteger(count) || count < 1) {
    throw new NablaError(
      `Cannot sample ${name} at ${count} points: need a whole number from 1 on`,
    );
  }
  if (noise !== 0 && !random) {
    throw new NablaError(
      `Cannot add noise to ${name} without a generator: pass random`,
    );
  }
  const x = random
    ? random.uniform(count, -1, 1)
    : Float32Array.from({ length: count }, (_, i) => grid(i, count));
  const errors = noise === 0 ? undefined : random!.randn(count);
  const { at } = curves[name];
  const target = x.map((value, i) => at(value) + noise * (errors?.[i] ?? 0));
  return {
    x: { shape: [count, 1], data: x },
    target: { shape: [count, 1], data: target },
  };
}

/** Point `i` of `count` even ones from -1 to 1; the middle where there is one. */
function grid(i: number, count: number): number {
  return count === 1 ? 0 : 2 * i / (count - 1) - 1;
}
