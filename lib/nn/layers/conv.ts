import {
  checkOptions,
  flag,
  perAxisOf,
  required,
  whole,
} from "../../core/options.ts";
import type { Shape } from "../../core/shape.ts";
import { affine } from "../op/affine.ts";
import { type Initializer, torchDefault, zeros } from "../initializers.ts";
import {
  type BuiltLayer,
  type Layer,
  onlyInput,
  type ParameterSpec,
} from "../op/layer.ts";
import type { Triple, Window } from "../op/ops.ts";
import { initializer } from "../op/option_rules.ts";
import { unfolded } from "../op/unfold.ts";
import { type PerAxis, perAxis, slide } from "../op/window.ts";

/** Options of {@linkcode conv2d} and {@linkcode conv3d}. */
export interface ConvOptions {
  /** Channels of the output. */
  readonly channels: number;
  /** Pixels of the window along each axis. */
  readonly kernel: PerAxis;
  /** Pixels from one window to the next. Default: 1. */
  readonly stride?: PerAxis;
  /** Zeros around the image. Default: 0. */
  readonly padding?: PerAxis;
  /** Whether to add a bias. Default: true. */
  readonly bias?: boolean;
  /** First weights, drawn in PyTorch's order [out, in, kernel...]. Default: PyTorch's, U(±1/√(in · kernel)). */
  readonly initial?: Initializer;
  /** First biases. Default: PyTorch's with its default weights, else zero. */
  readonly initialBias?: Initializer;
}

/**
 * Two-dimensional convolution (cross-correlation, as everywhere in the field).
 *
 * Shapes: input [batch, height, width, in], weight [out, kernel, kernel, in],
 * bias [out], output [batch, ⌊(height + 2 padding − kernel) / stride⌋ + 1, …, out].
 * Source: torch.nn.Conv2d, with channels last.
 *
 * @throws {RangeError} If the input is not [batch, height, width, in], an option is no whole number, or the window does not fit
 */
export function conv2d(options: ConvOptions): Layer {
  return conv("conv2d", 2, options);
}

/**
 * Three-dimensional convolution; see {@linkcode conv2d}. Shapes: input [batch,
 * depth, height, width, in], weight [out, kernel, kernel, kernel, in].
 *
 * @throws {RangeError} As {@linkcode conv2d}
 */
export function conv3d(options: ConvOptions): Layer {
  return conv("conv3d", 3, options);
}

function conv(kind: string, axes: 2 | 3, options: ConvOptions): Layer {
  checkOptions(`make ${kind}`, options, {
    channels: required(whole(1)),
    kernel: required(perAxisOf(axes, 1)),
    stride: perAxisOf(axes, 1),
    padding: perAxisOf(axes, 0),
    bias: flag,
    initial: initializer,
    initialBias: initializer,
  });
  const kernel = perAxis(axes, options.kernel, 1);
  const stride = perAxis(axes, options.stride ?? 1, 1);
  const padding = perAxis(axes, options.padding ?? 0, 0);
  const spatial = (sizes: Triple) => sizes.slice(3 - axes);
  return {
    kind,
    options: { stride: spatial(stride), padding: spatial(padding) },
    build(inputs) {
      const input = onlyInput(kind, inputs);
      if (input.length !== axes + 2) {
        throw new RangeError(
          `Cannot build ${kind} on an input of shape [${input}]: it must be [batch, ${
            axes === 3 ? "depth, " : ""
          }height, width, channels]`,
        );
      }
      const window = slide(kind, input, { kernel, stride, padding });
      checkPlane(kind, window);
      return build({ kind, input, window, axes, options });
    },
  };
}

/** Pixels of an output plane that the weight's gradient can count: see `inPlane` in shaders/conv.ts. */
const PLANE_PIXELS = 2 ** 20;

function checkPlane(kind: string, { output: [, height, width] }: Window): void {
  if (height * width < PLANE_PIXELS) return;
  throw new RangeError(
    `Cannot build ${kind} with an output of ${height} × ${width} pixels: it must have fewer than ${PLANE_PIXELS}; train on crops, or use a larger stride`,
  );
}

/** PyTorch's order of a weight, [out, in, kernel...], to ours, [out, kernel..., in]. */
export function channelsLast(values: Float32Array, shape: Shape): Float32Array {
  const inputs = shape.at(-1)!;
  const taps = shape.slice(1, -1).reduce((product, size) => product * size, 1);
  const result = new Float32Array(values.length);
  for (let out = 0; out < shape[0]!; out++) {
    for (let i = 0; i < inputs; i++) {
      for (let tap = 0; tap < taps; tap++) {
        result[(out * taps + tap) * inputs + i] =
          values[(out * inputs + i) * taps + tap]!;
      }
    }
  }
  return result;
}

function build({ input, window, axes, options }: {
  kind: string;
  input: Shape;
  window: Window;
  axes: number;
  options: ConvOptions;
}): BuiltLayer {
  const { channels, bias = true, initial, initialBias } = options;
  const batch = input[0]!;
  const inputs = input.at(-1)!;
  const spatial = (sizes: Triple) => sizes.slice(3 - axes);
  const count = (sizes: Triple) =>
    sizes.reduce((product, size) => product * size, 1);
  const fallback = torchDefault(inputs * count(window.kernel));
  const weight = initial ?? fallback;
  const parameters: Record<string, ParameterSpec> = {
    weight: {
      shape: [channels, ...spatial(window.kernel), inputs],
      initial: (random, shape) => {
        const drawn = [shape[0]!, shape.at(-1)!, ...shape.slice(1, -1)];
        return channelsLast(weight(random, drawn), shape);
      },
    },
  };
  if (bias) {
    parameters.bias = {
      shape: [channels],
      initial: initialBias ?? (initial ? zeros : fallback),
    };
  }
  const pixels = {
    in: batch * count(window.input),
    out: batch * count(window.output),
  };
  const windows = unfolded({
    rows: pixels.out,
    columns: inputs * count(window.kernel),
    channels: inputs,
    window,
  });
  const { forward, backward } = affine({
    rows: pixels,
    inputs,
    outputs: channels,
    window,
    source: windows?.source,
  });
  return {
    output: [batch, ...spatial(window.output), channels],
    parameters,
    forward: (values) => [
      ...(windows ? [windows.op(values)] : []),
      ...forward(values),
    ],
    backward,
  };
}
