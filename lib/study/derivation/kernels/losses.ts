/** Kernels of losses. */
import type { KernelCase } from "../line.ts";
import { crossEntropy, softmax } from "../formulas.ts";
import { BATCH } from "./sizes.ts";

const LOSS = {
  layer: { kind: "dense", units: 11, identity: true },
  input: [BATCH, 11],
  tolerance: 1e-5,
} as const;

/** `½‖Y − T‖²`, gradient `Y − T`. */
export const halfSquaredErrorBackward: KernelCase = {
  ...LOSS,
  file: "squared_error.wgsl",
  role: "backward, half the sum",
  loss: "half squared error",
  quantity: "dInput",
  formula: ({ output, target }, { minus }) => minus(output!, target!),
};

/** `‖Y − T‖²/N` over N numbers, gradient `2(Y − T)/N`. */
export const meanSquaredErrorBackward: KernelCase = {
  ...LOSS,
  file: "squared_error.wgsl",
  role: "backward, mean",
  loss: "mean squared error",
  quantity: "dInput",
  formula: ({ output, target }, { minus, scale }) =>
    scale(2 / output!.data.length, minus(output!, target!)),
};

const CROSS_ENTROPY = {
  ...LOSS,
  file: "softmax_cross_entropy.wgsl",
  loss: "cross entropy",
} as const;

/** `(1/B) Σ (log Σ e^z − z_c)`, 1×1. */
export const crossEntropyForward: KernelCase = {
  ...CROSS_ENTROPY,
  role: "forward",
  quantity: "loss",
  formula: ({ input, target }, algebra) =>
    crossEntropy(algebra, { logits: input!, target: target! }),
};

/** `(softmax(Z) − E) / B`. */
export const crossEntropyBackward: KernelCase = {
  ...CROSS_ENTROPY,
  role: "backward",
  quantity: "dInput",
  formula: ({ input, target }, algebra) => {
    const { minus, scale } = algebra;
    return scale(1 / input!.rows, minus(softmax(algebra, input!), target!));
  },
};
