/** Kernels of optimizers, fused into the product that ends in a weight's gradient. */
import { type Algebra, type Matrix, ones } from "../algebra.ts";
import type { KernelCase, Operands } from "../line.ts";
import { DENSE } from "./layers.ts";

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

const WEIGHT_DECAY = 0.2;

/** `(1 − αλ′)W − α·dW` with the weight decay λ′. */
export const decayStep: KernelCase = {
  ...STEP,
  file: "sgd_plain.wgsl",
  role: "update with weight decay, fused into the product that ends in dW",
  optimizer: { kind: "weight decay", weightDecay: WEIGHT_DECAY },
  formula: (operands, algebra) => {
    const { minus, scale } = algebra;
    const { weight, dWeight } = operands;
    const shrunk = minus(
      weight!,
      stepAlong(algebra, operands, scale(WEIGHT_DECAY, weight!)),
    );
    return minus(shrunk, stepAlong(algebra, operands, dWeight!));
  },
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
