/** What convolutions of squares of pixels cost, by formula. */

/** How a window lies over an axis. */
export interface Window {
  /** Pixels of the window. */
  readonly kernel: number;
  /** Pixels from one window to the next. Default: 1. */
  readonly stride?: number;
  /** Zeros before the first pixel and after the last. Default: 0. */
  readonly padding?: number;
}

/** Windows that fit over an axis of `size` pixels, `⌊(size + 2 padding − kernel) / stride⌋ + 1`; 0 where none does. */
export function outputSize(
  size: number,
  { kernel, stride = 1, padding = 0 }: Window,
): number {
  return Math.max(0, Math.floor((size + 2 * padding - kernel) / stride) + 1);
}

/** A convolution with bias and an activation. */
export interface Convolution extends Window {
  /** Height and width of the image. */
  readonly image: number;
  /** Channels of the image. */
  readonly inputs: number;
  /** Channels of the output. */
  readonly channels: number;
}

/** What a convolution has to learn, and what it does for one image. */
export interface ConvolutionCost {
  /** Weights and biases. */
  readonly parameters: number;
  /** A sum of k products and a bias takes k. */
  readonly additions: number;
  /** Those with zeros of the padding counted. */
  readonly multiplications: number;
  /** Evaluations of the activation function. */
  readonly activations: number;
}

/** Costs in the order in which they are shown. */
export const quantities = [
  "parameters",
  "additions",
  "multiplications",
  "activations",
] as const satisfies readonly (keyof ConvolutionCost)[];

/** What one convolution costs. */
export function convolutionCost(convolution: Convolution): ConvolutionCost {
  const { image, inputs, channels, kernel } = convolution;
  const activations = channels * outputSize(image, convolution) ** 2;
  const products = kernel ** 2 * inputs * activations;
  return {
    parameters: (kernel ** 2 * inputs + 1) * channels,
    additions: products,
    multiplications: products,
    activations,
  };
}

/** Costs added up. */
export function totalCost(costs: readonly ConvolutionCost[]): ConvolutionCost {
  const sum = (quantity: keyof ConvolutionCost) =>
    costs.reduce((total, cost) => total + cost[quantity], 0);
  return {
    parameters: sum("parameters"),
    additions: sum("additions"),
    multiplications: sum("multiplications"),
    activations: sum("activations"),
  };
}
