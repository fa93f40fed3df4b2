import { either, number, oneOf, type Rule } from "../../core/options.ts";
import type { Update } from "./ops.ts";
import type { Value } from "./value.ts";

/** What an optimizer may use; only what its update binds costs a stream or memory. */
export interface UpdateValues {
  /** α, [1] a replica, new every step, so that schedules need nothing else. */
  readonly learningRate: Value;
  /** λ, [1] a replica, new every step. */
  readonly weightDecay: Value;
  /** Updates done before this one: [1] u32, the same for all replicas. */
  readonly step: Value;
  /** An array of the parameter's shape that starts at zero and is kept. */
  state(name: string): Value;
}

/** Turns gradients into steps of the parameters. */
export interface Optimizer {
  /** As in `SGD, momentum 0.9`. */
  readonly name: string;
  /** The step on one parameter. */
  update(parameter: Value, values: UpdateValues): Update;
}

/** λ: one number for all replicas, or given every step for each replica in the stream `weightDecay`. */
export type WeightDecay = number | "stream";

/** How an update gets its learning rate and weight decay: files, constants and reads of an {@linkcode Update}. */
export function stepping(
  weightDecay: WeightDecay,
  values: UpdateValues,
): Pick<Update, "constants" | "reads"> & Required<Pick<Update, "needs">> {
  const { learningRate } = values;
  return weightDecay === "stream"
    ? {
      needs: ["weight_decay_stream.wgsl", "learning_rate.wgsl"],
      constants: {},
      reads: { learningRate, weightDecay: values.weightDecay },
    }
    : {
      needs: ["weight_decay.wgsl", "learning_rate.wgsl"],
      constants: { weightDecay },
      reads: { learningRate },
    };
}

/** As in `weight decay 0.1`; empty without. */
export function describeDecay(weightDecay: WeightDecay): string {
  if (weightDecay === "stream") return "weight decay per replica";
  return weightDecay ? `weight decay ${weightDecay}` : "";
}

/** What {@linkcode WeightDecay} may be. */
export const decayRule: Rule = either(number({ from: 0 }), oneOf("stream"));

/** How much of something stays: all of it is possible. */
export const momentumRule: Rule = number({ from: 0, to: 1 });

/** How much of an average stays: an average that takes in nothing is none. */
export const averageRule: Rule = number({ from: 0, below: 1 });
