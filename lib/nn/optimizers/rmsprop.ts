import { checkOptions, flag, positive } from "../../core/options.ts";
import type { Update } from "../op/ops.ts";
import {
  averageRule,
  decayRule,
  describeDecay,
  momentumRule,
  type Optimizer,
  stepping,
  type WeightDecay,
} from "../op/optimizer.ts";

/** Options of {@linkcode rmsprop}. */
export interface RmspropOptions {
  /** ρ (PyTorch's alpha), how much of the average of squares stays, 0 to 1. Default: 0.99. */
  readonly decay?: number;
  /** ε, keeps the quotient finite. Default: 1e-8. */
  readonly epsilon?: number;
  /** Whether ε is added under the root instead of to it. Default: false, as PyTorch does. */
  readonly epsilonInside?: boolean;
  /** μ, how much of the last step's velocity stays, 0 to 1. Default: 0. */
  readonly momentum?: number;
  /** λ of `g + λ θ`, per step. Default: 0. */
  readonly weightDecay?: WeightDecay;
}

/**
 * RMSprop: each number moves by its gradient over the root of the average of
 * its past squares, `g ← g + λθ`, `s ← ρs + (1−ρ)g²`, `d = g / (√s + ε)` or
 * `g / √(s + ε)`, `v ← μv + d`, `θ ← θ − αv`.
 *
 * Keeps `squareAverage` (s, from 0) for every parameter, with momentum
 * `velocity` (v, from 0) as well. Source: Hinton 2012, Neural Networks for
 * Machine Learning, lecture 6e; torch.optim.RMSprop.
 *
 * @throws {RangeError} If an option is negative or not a number, or the decay is not below 1
 */
export function rmsprop(options: RmspropOptions = {}): Optimizer {
  checkOptions("make rmsprop", options, {
    decay: averageRule,
    epsilon: positive,
    epsilonInside: flag,
    momentum: momentumRule,
    weightDecay: decayRule,
  });
  const {
    decay: kept = 0.99,
    epsilon = 1e-8,
    epsilonInside = false,
    momentum = 0,
    weightDecay = 0,
  } = options;
  return {
    name: [
      `RMSprop, decay ${kept}`,
      momentum && `momentum ${momentum}`,
      epsilonInside && "ε inside the root",
      describeDecay(weightDecay),
    ].filter(Boolean).join(", "),
    update: (parameter, values): Update => {
      const given = stepping(weightDecay, values);
      const { state } = values;
      return {
        file: "rmsprop.wgsl",
        needs: [
          ...given.needs,
          momentum === 0 ? "momentum_none.wgsl" : "momentum.wgsl",
        ],
        parameter,
        reads: given.reads,
        states: {
          squareAverage: state("squareAverage"),
          ...(momentum === 0 ? {} : { velocity: state("velocity") }),
        },
        constants: {
          ...given.constants,
          decay: kept,
          // Rounded once: in float32, 1 − 0.99 is off by a millionth.
          share: 1 - kept,
          epsilon,
          epsilonInside: epsilonInside ? 1 : 0,
          ...(momentum === 0 ? {} : { momentum }),
        },
        flops: momentum === 0 ? 11 : 13,
      };
    },
  };
}
