import type { Plan, Target } from "../../core/plan.ts";
import {
  checkOptions,
  flag,
  required,
  text,
  whole,
} from "../../core/options.ts";
import { sizeOf } from "../../core/shape.ts";
import { assemble } from "./assemble.ts";
import { gradientLabel } from "./differentiate.ts";
import { cellwise } from "../op/cells.ts";
import type { Op } from "../op/ops.ts";
import {
  checkUpdate,
  deviceTarget,
  planning,
  updateOps,
  type UpdateOptions,
  updateRules,
} from "./updates.ts";
import { type Value, value } from "../op/value.ts";

/** How accumulated gradients move the parameters. */
export interface UpdatePlanOptions extends UpdateOptions {
  /** As in `apply gradients`. */
  readonly name: string;
  readonly optimizer: NonNullable<UpdateOptions["optimizer"]>;
  /** k, steps of the accumulating plan before each update; gradients are divided by it. Default: 1. */
  readonly microBatches?: number;
  /** Whether the gradients are cleared afterwards, as zero_grad() does. Default: true. */
  readonly zeroGradients?: boolean;
  readonly target: Target;
}

/**
 * The optimizer's step on gradients that another plan has added up: for a plan
 * with `accumulateGradients`, k micro-batches and one update are one step on a
 * batch of all their examples, `g = (1/k) Σ gⱼ`, if they are equally large.
 *
 * Compile it with `share` set to the accumulating program, so that both have one
 * memory, and wait for each submit before the other program's next. Streams:
 * `learningRate`, and those that the optimizer counts or decays with, as in
 * `buildPlan`. Metrics: `gradientNorm`, of `g`, if asked for.
 *
 * @throws {RangeError} If `accumulating` accumulates no gradients, `clipNorm` is not positive, or `microBatches` is not a positive integer
 * @throws {NablaError} If a limit of the target is passed
 */
export function buildUpdatePlan(
  accumulating: Plan,
  options: UpdatePlanOptions,
): Plan {
  checkOptions(planning(options), options, {
    ...updateRules,
    name: required(text),
    optimizer: required(updateRules.optimizer),
    microBatches: whole(1),
    zeroGradients: flag,
    target: required(deviceTarget),
  });
  const { name, target, microBatches = 1, zeroGradients = true } = options;
  const gradients = accumulated(accumulating);
  if (gradients.size === 0) {
    throw new RangeError(
      `Cannot plan ${name}: ${accumulating.name} accumulates no gradients; build it with accumulateGradients`,
    );
  }
  checkUpdate(name, options, gradients.size);
  const step = value("step", "stream", [1], { type: "u32", shared: true });
  const scale = microBatches === 1 ? undefined : 1 / microBatches;
  const clear = zeroGradients ? [...gradients.values()].map(zero) : [];
  return assemble(
    [...updateOps(gradients, { ...options, step, scale }), ...clear],
    {
      name,
      target,
      batch: accumulating.batch * microBatches,
      replicas: accumulating.replicas,
      training: true,
      parameters: accumulating.parameters,
      extra: [],
    },
  );
}

/** The gradients that a plan keeps adding to, by their parameters. */
function accumulated({ tensors }: Plan): Map<Value, Value> {
  const found = new Map<Value, Value>();
  for (const parameter of tensors) {
    if (parameter.role !== "parameter") continue;
    const { label, shape } = parameter;
    const wanted = gradientLabel(label);
    if (tensors.some((t) => t.role === "state" && t.label === wanted)) {
      found.set(
        value(label, "parameter", shape),
        value(wanted, "state", shape),
      );
    }
  }
  return found;
}

function zero(gradient: Value): Op {
  return cellwise({
    label: `zero ${gradient.label}`,
    file: "zero.wgsl",
    entry: "main",
    reads: {},
    result: { value: gradient, accumulate: false },
    count: sizeOf(gradient.shape),
    flops: 0,
  });
}
