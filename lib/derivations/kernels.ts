/**
 * The kernels that derivation lines point at: the layer `deno task derive`
 * runs on the GPU, and the formula it must reproduce, in float64.
 */
import { type Algebra, type Matrix, ones } from "./algebra.ts";
import type { KernelCase, Operands } from "./derivation.ts";

/** Odd sizes, so that no tile divides them. */
const BATCH = 13;
const DENSE = {
  layer: { kind: "dense", units: 17 },
  loss: "half squared error",
  input: [BATCH, 29],
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
  input: [BATCH, 29],
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

const STEP = {
  ...DENSE,
  role: "update, fused into the product that ends in dW",
  quantity: "weight",
} as const;

/** `α·D`, D shaped as the weight. */
function stepAlong(
  { hadamard, product }: Algebra,
  { learningRate }: Operands,
  direction: Matrix,
): Matrix {
  const { rows, columns } = direction;
  const rates = product(product(ones(rows), learningRate!), ones(1, columns));
  return hadamard(rates, direction);
}

/** `W − α·dW`, [units, features]. */
export const sgdStep: KernelCase = {
  ...STEP,
  file: "sgd_plain.wgsl",
  formula: (operands, algebra) =>
    algebra.minus(
      operands.weight!,
      stepAlong(algebra, operands, operands.dWeight!),
    ),
};

const MOMENTUM = 0.9;

/** `W − α(dW + βV)` with the velocity V. */
export const momentumStep: KernelCase = {
  ...STEP,
  file: "sgd.wgsl",
  optimizer: { kind: "momentum", momentum: MOMENTUM },
  formula: (operands, algebra) => {
    const { minus, plus, scale } = algebra;
    const velocity = plus(operands.dWeight!, scale(MOMENTUM, operands.state!));
    return minus(operands.weight!, stepAlong(algebra, operands, velocity));
  },
};

/** `W − α·dW + β(W − W₋)` with the weight W₋ of the step before. */
export const heavyBallStep: KernelCase = {
  ...STEP,
  file: "sgd_heavy_ball.wgsl",
  optimizer: { kind: "heavy ball", momentum: MOMENTUM },
  formula: (operands, algebra) => {
    const { minus, plus, scale } = algebra;
    const { weight, dWeight, state } = operands;
    return plus(
      minus(weight!, stepAlong(algebra, operands, dWeight!)),
      scale(MOMENTUM, minus(weight!, state!)),
    );
  },
};

const RMSPROP = { kind: "rmsprop", decay: 0.9, epsilon: 0.01 } as const;

/** The RMSprop step with ε inside the root or outside, `s = ρS + (1 − ρ)·dW²` with the average S. */
function rmspropStep(epsilonInside: boolean): KernelCase {
  const { decay, epsilon } = RMSPROP;
  return {
    ...STEP,
    file: "rmsprop.wgsl",
    role: `update, ε ${epsilonInside ? "inside" : "outside"} the root`,
    optimizer: { ...RMSPROP, epsilonInside },
    formula: (operands, algebra) => {
      const { hadamard, minus, plus, quotient, root, scale } = algebra;
      const { weight, dWeight, state } = operands;
      const squares = plus(
        scale(decay, state!),
        scale(1 - decay, hadamard(dWeight!, dWeight!)),
      );
      const small = scale(epsilon, ones(weight!.rows, weight!.columns));
      const divisor = epsilonInside
        ? root(plus(squares, small))
        : plus(root(squares), small);
      const direction = quotient(dWeight!, divisor);
      return minus(weight!, stepAlong(algebra, operands, direction));
    },
  };
}

/** `W − α·dW ⊘ √(s + ε)`. */
export const rmspropStepInside: KernelCase = rmspropStep(true);

/** `W − α·dW ⊘ (√s + ε)`. */
export const rmspropStepOutside: KernelCase = rmspropStep(false);

/** `σ′(z) = σ(z)(1 − σ(z))`, entry by entry. */
export function sigmoidSlope(
  { hadamard, minus, sigmoid }: Algebra,
  z: Matrix,
): Matrix {
  return hadamard(sigmoid(z), minus(ones(z.rows, z.columns), sigmoid(z)));
}

/** `tanh′(z) = 1 − tanh² z`, entry by entry. */
export function tanhSlope(
  { hadamard, minus, tanh }: Algebra,
  z: Matrix,
): Matrix {
  const y = tanh(z);
  return minus(ones(z.rows, z.columns), hadamard(y, y));
}

/** Softmax of every row, [batch, classes]. */
export function softmax(
  { exp, product, quotient }: Algebra,
  logits: Matrix,
): Matrix {
  const powers = exp(logits);
  const sums = product(powers, ones(logits.columns));
  return quotient(powers, product(sums, ones(1, logits.columns)));
}

/** Mean over the rows of `log Σ e^z − z_c`, 1×1; the target is one-hot, [batch, classes]. */
export function crossEntropy(
  { exp, hadamard, log, minus, product, scale }: Algebra,
  { logits, target }: { logits: Matrix; target: Matrix },
): Matrix {
  const sumOver = ones(logits.columns);
  const perRow = minus(
    log(product(exp(logits), sumOver)),
    product(hadamard(logits, target), sumOver),
  );
  return scale(1 / logits.rows, product(ones(1, logits.rows), perRow));
}
