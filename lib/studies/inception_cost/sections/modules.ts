/** The two modules of the exercise, convolution by convolution. */
import type {
  Convolution,
  ConvolutionCost,
} from "../../../math/convolution_cost.ts";

/** Sizes of an inception module. */
export interface ModuleSize {
  /** Height and width of the image. */
  readonly image: number;
  /** Its channels. */
  readonly inputs: number;
  /** Channels of the branches 1 × 1, 3 × 3 and 5 × 5. */
  readonly channels: readonly [number, number, number];
  /** Channels of the 1 × 1 convolutions of the bottleneck. */
  readonly bottleneck: number;
}

/** The names of the modules. */
export const moduleNames = ["naive", "bottleneck"] as const;

/** One of {@linkcode moduleNames}. */
export type ModuleName = typeof moduleNames[number];

/** The exercise's sizes. */
export const EXERCISE: ModuleSize = {
  image: 32,
  inputs: 256,
  channels: [128, 192, 96],
  bottleneck: 64,
};

/** The convolutions of a module, branch by branch, all padded to keep the image's size. */
export function convolutionsOf(
  name: ModuleName,
  { image, inputs, channels: [one, three, five], bottleneck }: ModuleSize,
): Convolution[] {
  const padded = (kernel: number, inputs: number, channels: number) => ({
    ...{ image, inputs, channels, kernel },
    padding: (kernel - 1) / 2,
  });
  if (name === "naive") {
    return [
      padded(1, inputs, one),
      padded(3, inputs, three),
      padded(5, inputs, five),
    ];
  }
  const narrow = padded(1, inputs, bottleneck);
  return [
    padded(1, inputs, one),
    narrow,
    padded(3, bottleneck, three),
    narrow,
    padded(5, bottleneck, five),
    narrow,
  ];
}

/** A convolution in words, as in `3 × 3, 256 → 192`. */
export function titleOf({ kernel, inputs, channels }: Convolution): string {
  return `${kernel} × ${kernel}, ${inputs} → ${channels}`;
}

/** A convolution counted operation by operation, every loop of its definition run. */
export function count(
  { image, inputs, channels, kernel, stride = 1, padding = 0 }: Convolution,
): ConvolutionCost & { withPixels: number } {
  const parameters = new Set<string>();
  let [additions, multiplications, activations, withPixels] = [0, 0, 0, 0];
  const last = image + padding - kernel;
  for (let top = -padding; top <= last; top += stride) {
    for (let left = -padding; left <= last; left += stride) {
      for (let out = 0; out < channels; out++) {
        parameters.add(`bias ${out}`);
        for (let row = 0; row < kernel; row++) {
          for (let column = 0; column < kernel; column++) {
            for (let input = 0; input < inputs; input++) {
              parameters.add(`${out} ${row} ${column} ${input}`);
              multiplications++;
              additions++;
              const inside = [top + row, left + column]
                .every((at) => at >= 0 && at < image);
              if (inside) withPixels++;
            }
          }
        }
        activations++;
      }
    }
  }
  return {
    parameters: parameters.size,
    ...{ additions, multiplications, activations, withPixels },
  };
}
