import { checkOptions, flag, required } from "../../core/options.ts";
import type { Update } from "../op/ops.ts";
import {
  decayRule,
  describeDecay,
  momentumRule,
  type Optimizer,
  stepping,
  type WeightDecay,
} from "../op/optimizer.ts";

/** Options of {@linkcode sgd}. */
export interface SgdOptions {
  /** μ, how much of the last step's velocity stays, 0 to 1. Default: 0. */
  readonly momentum?: number;
  /** λ of `g + λ θ`, per step. Default: 0. */
  readonly weightDecay?: WeightDecay;
  /** Whether the step looks ahead along the velocity. Default: false. */
  readonly nesterov?: boolean;
}

/**
 * Stochastic gradient descent: `g ← g + λθ`, `v ← μv + g`, `θ ← θ − αv`, or
 * `θ − α(g + μv)` with Nesterov. Source: torch.optim.SGD with dampening 0.
 *
 * @throws {RangeError} If an option is negative or not a number, or Nesterov lacks momentum
 */
export function sgd(options: SgdOptions = {}): Optimizer {
  checkOptions("make sgd", options, {
    momentum: momentumRule,
    weightDecay: decayRule,
    nesterov: flag,
  });
  const { momentum = 0, weightDecay = 0, nesterov = false } = options;
  if (nesterov && momentum === 0) {
    throw new RangeError(
      "Cannot use Nesterov with momentum 0: set a momentum above 0",
    );
  }
  const details = [
    momentum && `${nesterov ? "Nesterov " : ""}momentum ${momentum}`,
    describeDecay(weightDecay),
  ].filter(Boolean);
  return {
    name: ["SGD", ...details].join(", "),
    update: (parameter, values): Update => {
      const given = stepping(weightDecay, values);
      return momentum === 0
        ? {
          ...given,
          file: "sgd_plain.wgsl",
          parameter,
          states: {},
          flops: 4,
        }
        : {
          ...given,
          file: "sgd.wgsl",
          parameter,
          states: { velocity: values.state("velocity") },
          constants: {
            ...given.constants,
            momentum,
            nesterov: nesterov ? 1 : 0,
          },
          flops: nesterov ? 8 : 6,
        };
    },
  };
}

/** Options of {@linkcode sgdHeavyBall}. */
export interface HeavyBallOptions {
  /** β, how much of the last move is made again, 0 to 1. */
  readonly momentum: number;
  /** λ of `g + λ θ`, per step. Default: 0. */
  readonly weightDecay?: WeightDecay;
}

/**
 * Gradient descent that repeats a part of its last move,
 * `θᵏ⁺¹ = θᵏ − α(gᵏ + λθᵏ) + β(θᵏ − θᵏ⁻¹)` with `θ⁻¹ = θ⁰`.
 *
 * The same as `sgd({ momentum: β })` as long as α stays what it is: there the
 * velocity is multiplied by the present α, here the last move keeps the α that
 * it was made with. Keeps `previous` (θᵏ⁻¹) for every parameter; needs the
 * stream `step`. Source: Polyak 1964, USSR Comput. Math. Math. Phys. 4(5).
 *
 * @throws {RangeError} If an option is negative or not a number
 */
export function sgdHeavyBall(options: HeavyBallOptions): Optimizer {
  checkOptions("make sgdHeavyBall", options, {
    momentum: required(momentumRule),
    weightDecay: decayRule,
  });
  const { momentum, weightDecay = 0 } = options;
  return {
    name: [
      `heavy-ball SGD, momentum ${momentum}`,
      describeDecay(weightDecay),
    ].filter(Boolean).join(", "),
    update: (parameter, values): Update => {
      const given = stepping(weightDecay, values);
      const { step, state } = values;
      return {
        ...given,
        file: "sgd_heavy_ball.wgsl",
        parameter,
        reads: { ...given.reads, updatesBefore: step },
        states: { previous: state("previous") },
        constants: { ...given.constants, momentum },
        flops: 7,
      };
    },
  };
}
