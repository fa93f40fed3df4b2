/** What a step does with finished gradients: measure, clip, update. */
import {
  flag,
  having,
  positive,
  type Rule,
  type Rules,
} from "../../core/options.ts";
import { gradientNormOps } from "./gradient_norm.ts";
import type { Op } from "../op/ops.ts";
import type { Optimizer } from "../op/optimizer.ts";
import { type Value, value } from "../op/value.ts";

/** What to do with the gradients of a step. */
export interface UpdateOptions {
  readonly optimizer?: Optimizer;
  /**
   * Shortens the gradient of each replica to this norm over all parameters, `c`
   * in `g · min(1, c / (‖g‖ + 10⁻⁶))`, before the optimizer's step. Gradients
   * that stay readable are not clipped. Default: no limit. Source:
   * torch.nn.utils.clip_grad_norm_.
   */
  readonly clipNorm?: number;
  /** Whether `‖g‖` over all parameters, before clipping, is a metric `gradientNorm`. Default: false. */
  readonly gradientNorm?: boolean;
}

/** What {@linkcode UpdateOptions} may be. */
export const updateRules: Rules<UpdateOptions> = {
  optimizer: having("an optimizer, as sgd() makes", "update"),
  clipNorm: positive,
  gradientNorm: flag,
};

/** What a plan may be made for. */
export const deviceTarget: Rule = having(
  "a device's target, as gpu.target",
  "maxIterations",
  "memoryBytes",
);

/** What is attempted when a plan is made, for messages. */
export function planning(options: { readonly name: string }): string {
  const name: unknown = options?.name;
  return typeof name === "string" && name !== "" ? `plan ${name}` : "plan";
}

/**
 * Refuses options that have nothing to work on.
 *
 * @param gradients How many the plan computes
 * @throws {RangeError} If there is no optimizer whose step `clipNorm` could clip, or there is no gradient to measure
 */
export function checkUpdate(
  name: string,
  { optimizer, clipNorm, gradientNorm }: UpdateOptions,
  gradients: number,
): void {
  if (clipNorm !== undefined && !optimizer) {
    throw new RangeError(
      `Cannot plan ${name} with clipNorm: it has no optimizer whose step could be clipped`,
    );
  }
  if (gradientNorm && gradients === 0) {
    throw new RangeError(
      `Cannot plan ${name} with gradientNorm: it computes no gradients of parameters`,
    );
  }
}

/**
 * Ops from gradients to moved parameters.
 *
 * @param gradients By parameter
 * @param options.step Stream that counts updates
 * @param options.scale What gradients are multiplied with first
 */
export function updateOps(
  gradients: ReadonlyMap<Value, Value>,
  { optimizer, clipNorm, gradientNorm, step, scale }:
    & UpdateOptions
    & { step: Value; scale?: number },
): Op[] {
  if (gradients.size === 0) return [];
  const measured = clipNorm !== undefined || gradientNorm;
  const role = gradientNorm ? "metric" : "scratch";
  const norm = value("gradientNorm", role, [1]);
  const streams = {
    learningRate: value("learningRate", "stream", [1]),
    weightDecay: value("weightDecay", "stream", [1]),
    step,
  };
  const updates = optimizer
    ? [...gradients].map(([parameter, gradient]): Op => ({
      kind: "update",
      label: `${parameter.label} update`,
      gradient,
      update: optimizer.update(parameter, {
        ...streams,
        state: (name) =>
          value(`${parameter.label}.${name}`, "state", parameter.shape),
      }),
      scale,
      clip: clipNorm === undefined ? undefined : { norm, longest: clipNorm },
    }))
    : [];
  return [
    ...(measured
      ? gradientNormOps([...gradients.values()], { norm, scale })
      : []),
    ...updates,
  ];
}
