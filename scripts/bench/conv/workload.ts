/** The three passes of a convolution. */
import { TorchRandom } from "../../../lib/core/random.ts";

/** What is computed: the output, the gradient of the input, or that of the weight. */
export type Pass = "forward" | "input" | "weight";

/** One pass of a convolution with stride 1 over square images. */
export interface Conv {
  readonly kind: "conv";
  readonly name: string;
  readonly pass: Pass;
  readonly batch: number;
  /** Height and width of the images. */
  readonly size: number;
  readonly inputs: number;
  readonly outputs: number;
  /** Height and width of the window. */
  readonly kernel: number;
  readonly padding: number;
}

/** Height and width of the output. */
export const outputSize = ({ size, kernel, padding }: Conv) =>
  size + 2 * padding - kernel + 1;

/** Shapes of the arrays of a convolution, channels last. */
export interface ConvShapes {
  /** [batch, height, width, inputs] */
  readonly x: readonly number[];
  /** [outputs, height, width, inputs] */
  readonly weight: readonly number[];
  /** [batch, height, width, outputs] */
  readonly y: readonly number[];
}

/** Shapes of input, weight and output. */
export function convShapes(conv: Conv): ConvShapes {
  const { batch, size, inputs, outputs, kernel } = conv;
  const out = outputSize(conv);
  return {
    x: [batch, size, size, inputs],
    weight: [outputs, kernel, kernel, inputs],
    y: [batch, out, out, outputs],
  };
}

/** Two of these are the operands of a pass, by the shapes of {@linkcode convShapes}; `y` is the gradient of the output. */
export type ConvArrays = Readonly<Record<keyof ConvShapes, Float32Array>>;

/** Which arrays a pass reads, and which it computes. */
export const convRoles: Readonly<
  Record<
    Pass,
    {
      readonly operands: readonly [keyof ConvShapes, keyof ConvShapes];
      readonly result: keyof ConvShapes;
    }
  >
> = {
  forward: { operands: ["x", "weight"], result: "y" },
  input: { operands: ["y", "weight"], result: "x" },
  weight: { operands: ["x", "y"], result: "weight" },
};

/** The same arrays in every process, uniform in [−½, ½). */
export function convArrays(conv: Conv): ConvArrays {
  const random = new TorchRandom(3);
  const shapes = convShapes(conv);
  const draw = (shape: readonly number[]) =>
    random.uniform(shape.reduce((a, b) => a * b), -0.5, 0.5);
  return {
    x: draw(shapes.x),
    weight: draw(shapes.weight),
    y: draw(shapes.y),
  };
}
