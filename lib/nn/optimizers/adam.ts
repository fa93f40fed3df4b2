import {
  checkOptions,
  listOf,
  positive,
  type Rules,
} from "../../core/options.ts";
import type { Update } from "../op/ops.ts";
import {
  averageRule,
  decayRule,
  describeDecay,
  type Optimizer,
  stepping,
  type WeightDecay,
} from "../op/optimizer.ts";

/** Options of {@linkcode adam} and {@linkcode adamW}. */
export interface AdamOptions {
  /** β₁ and β₂, how much of the averages of gradients and of their squares stays, 0 to 1. Default: 0.9 and 0.999. */
  readonly betas?: readonly [number, number];
  /** ε, keeps the quotient finite. Default: 1e-8. */
  readonly epsilon?: number;
  /** λ, per step. Default: 0, for AdamW 0.01. */
  readonly weightDecay?: WeightDecay;
}

const rules: Rules<AdamOptions> = {
  betas: listOf(averageRule, 2),
  epsilon: positive,
  weightDecay: decayRule,
};

/**
 * Adam: `g ← g + λθ`, `m ← β₁m + (1−β₁)g`, `s ← β₂s + (1−β₂)g²`,
 * `θ ← θ − α · m/(1−β₁ᵗ) / (√(s/(1−β₂ᵗ)) + ε)` in update t = 1, 2, ….
 *
 * Keeps `average` (m) and `squareAverage` (s) for every parameter, from 0;
 * needs the stream `step` (t − 1). Source: Kingma and Ba 2015, ICLR, algorithm 1;
 * torch.optim.Adam.
 *
 * @throws {RangeError} If an option is negative or not a number, or a β is not below 1
 */
export function adam(options: AdamOptions = {}): Optimizer {
  checkOptions("make adam", options, rules);
  const { weightDecay = 0 } = options;
  return build("Adam", { ...options, weightDecay, decoupled: false });
}

/**
 * Adam whose weight decay does not pass through the averages: `θ ← (1 − αλ)θ`,
 * then the step of {@linkcode adam} with λ = 0. Source: Loshchilov and Hutter
 * 2019, ICLR, algorithm 2; torch.optim.AdamW.
 *
 * @throws {RangeError} If an option is negative or not a number, or a β is not below 1
 */
export function adamW(options: AdamOptions = {}): Optimizer {
  checkOptions("make adamW", options, rules);
  const { weightDecay = 0.01 } = options;
  return build("AdamW", { ...options, weightDecay, decoupled: true });
}

/** ln β as a float32 constant can hold it; e^(−1e9 t) is 0 as 0^t is. */
const logarithm = (beta: number) => Math.max(Math.log(beta), -1e9);

function build(
  name: string,
  {
    betas: [beta1, beta2] = [0.9, 0.999],
    epsilon = 1e-8,
    weightDecay,
    decoupled,
  }: AdamOptions & { weightDecay: WeightDecay; decoupled: boolean },
): Optimizer {
  return {
    name: [`${name}, β ${beta1} and ${beta2}`, describeDecay(weightDecay)]
      .filter(Boolean).join(", "),
    update: (parameter, values): Update => {
      const given = stepping(weightDecay, values);
      const { step, state } = values;
      return {
        file: "adam.wgsl",
        needs: [...given.needs, "exp.wgsl"],
        parameter,
        reads: { ...given.reads, updatesBefore: step },
        states: {
          average: state("average"),
          squareAverage: state("squareAverage"),
        },
        constants: {
          ...given.constants,
          beta1,
          // Rounded once: in float32, 1 − 0.999 is off by 13 millionths.
          share1: 1 - beta1,
          logBeta1: logarithm(beta1),
          beta2,
          share2: 1 - beta2,
          logBeta2: logarithm(beta2),
          epsilon,
          decoupled: decoupled ? 1 : 0,
        },
        flops: 16,
      };
    },
  };
}
