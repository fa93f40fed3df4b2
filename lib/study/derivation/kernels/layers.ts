/** Kernels of affine maps and activations. */
import { ones } from "../algebra.ts";
import type { KernelCase } from "../line.ts";
import { sigmoidSlope, tanhSlope } from "../formulas.ts";
import { BATCH, FEATURES } from "./sizes.ts";

/** A dense layer of odd sizes. */
export const DENSE = {
  layer: { kind: "dense", units: 17 },
  loss: "half squared error",
  input: [BATCH, FEATURES],
  tolerance: 1e-5,
} as const;

/** `XWᵀ + 1bᵀ`, [batch, units]. */
export const denseForward: KernelCase = {
  ...DENSE,
  file: "gemm.wgsl",
  role: "NT, forward",
  quantity: "output",
  formula: ({ input, weight, bias }, { plus, product, transpose }) =>
    plus(
      product(input!, transpose(weight!)),
      product(ones(input!.rows), transpose(bias!)),
    ),
};

/** `dY·W`, [batch, features]. */
export const denseInput: KernelCase = {
  ...DENSE,
  file: "gemm.wgsl",
  role: "NN, backward to the input",
  quantity: "dInput",
  formula: ({ dOutput, weight }, { product }) => product(dOutput!, weight!),
};

/** `dYᵀ·X`, [units, features]. */
export const denseWeight: KernelCase = {
  ...DENSE,
  file: "gemm.wgsl",
  role: "TN, backward to the weight",
  quantity: "dWeight",
  formula: ({ dOutput, input }, { product, transpose }) =>
    product(transpose(dOutput!), input!),
};

/** `dYᵀ·1`, [units, 1]. */
export const denseBias: KernelCase = {
  ...DENSE,
  file: "column_sum.wgsl",
  role: "sum over the batch",
  quantity: "dBias",
  formula: ({ dOutput }, { product, transpose }) =>
    product(transpose(dOutput!), ones(dOutput!.rows)),
};

const ENTRYWISE = {
  loss: "half squared error",
  input: [BATCH, FEATURES],
  tolerance: 1e-5,
} as const;
const SIGMOID = {
  ...ENTRYWISE,
  file: "sigmoid.wgsl",
  layer: { kind: "sigmoid" },
} as const;

/** `σ(z)`. */
export const sigmoidForward: KernelCase = {
  ...SIGMOID,
  role: "forward",
  quantity: "output",
  formula: ({ input }, { sigmoid }) => sigmoid(input!),
};

/** `dY ⊙ σ(z) ⊙ (1 − σ(z))`. */
export const sigmoidBackward: KernelCase = {
  ...SIGMOID,
  role: "backward",
  quantity: "dInput",
  formula: ({ input, dOutput }, algebra) =>
    algebra.hadamard(dOutput!, sigmoidSlope(algebra, input!)),
};

const TANH = {
  ...ENTRYWISE,
  file: "tanh.wgsl",
  layer: { kind: "tanh" },
} as const;

/** `tanh z`. */
export const tanhForward: KernelCase = {
  ...TANH,
  role: "forward",
  quantity: "output",
  formula: ({ input }, { tanh }) => tanh(input!),
};

/** `dY ⊙ (1 − tanh² z)`. */
export const tanhBackward: KernelCase = {
  ...TANH,
  role: "backward",
  quantity: "dInput",
  formula: ({ input, dOutput }, algebra) =>
    algebra.hadamard(dOutput!, tanhSlope(algebra, input!)),
};

/** `max(z, 0)`. */
export const reluForward: KernelCase = {
  ...ENTRYWISE,
  file: "relu.wgsl",
  role: "forward",
  layer: { kind: "relu" },
  quantity: "output",
  formula: ({ input }, { relu }) => relu(input!),
};

/** `dY ⊙ Θ(z)`. */
export const reluBackward: KernelCase = {
  ...ENTRYWISE,
  file: "relu.wgsl",
  role: "backward",
  layer: { kind: "relu" },
  quantity: "dInput",
  formula: ({ input, dOutput }, { hadamard, step }) =>
    hadamard(dOutput!, step(input!)),
};
