import { type Shape, sizeOf } from "../core/shape.ts";
import { type Initializer, torchDefault, zeros } from "./initializers.ts";
import {
  type BuiltLayer,
  type ForwardValues,
  type Layer,
  onlyInput,
  type ParameterSpec,
} from "./layer.ts";
import { replicaStride } from "./loss.ts";
import {
  type KernelOp,
  type Op,
  type Triple,
  type Window,
  windowWords,
} from "./ops.ts";
import type { Value } from "./value.ts";

/** A size along every axis of the image, or one for all. */
export type PerAxis = number | readonly number[];

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
  const { channels } = options;
  checkWhole(kind, "channels", channels, 1);
  const kernel = perAxis(kind, axes, {
    name: "kernel",
    size: options.kernel,
    least: 1,
  });
  const stride = perAxis(kind, axes, {
    name: "stride",
    size: options.stride ?? 1,
    least: 1,
  });
  const padding = perAxis(kind, axes, {
    name: "padding",
    size: options.padding ?? 0,
    least: 0,
  });
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

/**
 * The window over an input [batch, ..., channels].
 *
 * @throws {RangeError} If it is larger than the padded image
 */
export function slide(
  kind: string,
  input: Shape,
  { kernel, stride, padding }: Pick<Window, "kernel" | "stride" | "padding">,
): Window {
  const image = triple(input.slice(1, -1), 1);
  const output = image.map((size, i) => {
    const steps = Math.floor(
      (size + 2 * padding[i]! - kernel[i]!) / stride[i]!,
    );
    if (steps < 0) {
      throw new RangeError(
        `Cannot build ${kind} on an input of shape [${input}]: a window of ${
          kernel[i]
        } does not fit into ${size} pixels with a padding of ${padding[i]}`,
      );
    }
    return steps + 1;
  });
  return {
    input: image,
    output: output as unknown as Triple,
    kernel,
    stride,
    padding,
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

/** Channels that a product loads at a time; fewer are unfolded first. */
const WHOLE_LOAD = 4;

/** Bytes that the windows of a batch may take as rows of a matrix. */
const UNFOLD_BYTES = 64 * 2 ** 20;

/** Prepends what is missing to three axes. */
function triple(sizes: readonly number[], missing: number): Triple {
  return [
    ...Array(3 - sizes.length).fill(missing),
    ...sizes,
  ] as unknown as Triple;
}

export function perAxis(
  kind: string,
  axes: number,
  { name, size, least }: { name: string; size: PerAxis; least: number },
): Triple {
  const sizes = typeof size === "number"
    ? Array<number>(axes).fill(size)
    : size;
  if (sizes.length !== axes) {
    throw new RangeError(
      `Cannot make ${kind} with ${name} [${sizes}]: it needs one number or ${axes}`,
    );
  }
  for (const each of sizes) checkWhole(kind, name, each, least);
  return triple(sizes, name === "padding" ? 0 : 1);
}

function checkWhole(
  kind: string,
  name: string,
  size: number,
  least: number,
): void {
  if (!Number.isInteger(size) || size < least) {
    throw new RangeError(
      `Cannot make ${kind} with ${name} ${size}: it must be a whole number of at least ${least}`,
    );
  }
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
  const features = inputs * count(window.kernel);
  const unfolded = [pixels.out, features];
  const unfolds = inputs < WHOLE_LOAD && 4 * sizeOf(unfolded) <= UNFOLD_BYTES;
  // What the products over whole windows read: a matrix, or images through a window.
  const source = (x: Value, scratch: ForwardValues["scratch"]) =>
    unfolds
      ? { columns: scratch("windows", unfolded), features }
      : { columns: x, features: inputs, window };
  return {
    output: [batch, ...spatial(window.output), channels],
    parameters,
    forward: ({ label, inputs: [x], output, parameters, scratch }) => {
      const { columns, features, window: through } = source(x!, scratch);
      const ops: Op[] = unfolds
        ? [unfold(`${label} windows`, { x: x!, columns, window })]
        : [];
      ops.push({
        kind: "gemm",
        label: `${label} forward`,
        layout: "NT",
        window: through,
        m: pixels.out,
        n: channels,
        k: features,
        a: columns,
        b: parameters.weight!,
        c: output,
        bias: parameters.bias,
        accumulate: false,
      });
      return ops;
    },
    backward: (values) => {
      const { label, inputs: [x], parameters, dOutput, dInputs: [dX] } = values;
      const { dParameters, scratch } = values;
      const ops: Op[] = [];
      const { weight: dWeight, bias: dBias } = dParameters;
      if (dX) {
        ops.push({
          kind: "gemm",
          label: `${label} backward input`,
          layout: "NN",
          window,
          m: pixels.in,
          n: inputs,
          k: channels,
          a: dOutput,
          b: parameters.weight!,
          c: dX.value,
          accumulate: dX.accumulate,
        });
      }
      if (dWeight) {
        const { columns, features, window: through } = source(x!, scratch);
        ops.push({
          kind: "gemm",
          label: `${label} backward weight`,
          layout: "TN",
          window: through,
          m: channels,
          n: features,
          k: pixels.out,
          a: dOutput,
          b: columns,
          c: dWeight.value,
          accumulate: dWeight.accumulate,
        });
      }
      if (dBias) {
        ops.push({
          kind: "columnSum",
          label: `${label} backward bias`,
          rows: pixels.out,
          columns: channels,
          x: dOutput,
          sum: dBias.value,
          accumulate: dBias.accumulate,
        });
      }
      return ops;
    },
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
