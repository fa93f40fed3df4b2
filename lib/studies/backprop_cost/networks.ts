/** Networks of equal hidden layers: their plans, and what the plans count. */
import type { Plan, Target } from "../../core/plan.ts";
import { sizeOf } from "../../core/shape.ts";
import {
  type EvenNetwork,
  networkCost,
  widthsOf,
} from "../../math/network_cost.ts";
import { dense } from "../../nn/layers/dense.ts";
import { gradientLabel } from "../../nn/planner/differentiate.ts";
import { sequential } from "../../nn/graph.ts";
import { buildPlan } from "../../nn/plan.ts";
import { sigmoid } from "../../nn/layers/sigmoid.ts";
import { meanSquaredError } from "../../nn/losses/squared_error.ts";
import { summarizePlan } from "../../nn/summary.ts";

/** A network and the examples of a step. */
export interface Setting extends EvenNetwork {
  readonly batch: number;
}

/** What is compared: products by pass, and numbers by what they are. */
export interface Counted {
  readonly forward: number;
  readonly backward: number;
  readonly parameters: number;
  readonly gradients: number;
  /** Outputs of hidden layers. */
  readonly kept: number;
}

/** Forward and backward pass of a network, gradients left to be read. */
export function stepPlan(setting: Setting, target: Target): Plan {
  const { inputs, hidden, units, outputs, batch } = setting;
  const layers = Array.from({ length: hidden }, () => [
    dense({ units }),
    sigmoid(),
  ]).flat();
  return buildPlan({
    name:
      `I = ${inputs}, K = ${hidden}, L = ${units}, O = ${outputs}, M = ${batch}`,
    model: sequential([inputs], [...layers, dense({ units: outputs })]),
    loss: meanSquaredError(),
    gradients: true,
    batch,
    executor: "layers",
    target,
  });
}

/** What the formulas say. */
export function derive(setting: Setting): Counted {
  const { forward, backward, parameters, kept } = networkCost(
    widthsOf(setting),
    setting.batch,
  );
  return { forward, backward, parameters, gradients: parameters, kept };
}

/** What a plan holds and does. */
export function countPlan(plan: Plan, target: Target): Counted {
  const { layers } = summarizePlan(plan, target);
  const numbers = (labels: readonly string[]) =>
    plan.tensors.filter(({ label }) => labels.includes(label))
      .reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  const parameters = plan.tensors
    .filter(({ role }) => role === "parameter").map(({ label }) => label);
  const hidden = layers.filter(({ kind }) => kind === "sigmoid");
  const products = (pass: "forward" | "backward") =>
    layers.reduce((sum, layer) => sum + layer[pass].products, 0);
  return {
    forward: products("forward"),
    backward: products("backward"),
    parameters: numbers(parameters),
    gradients: numbers(parameters.map(gradientLabel)),
    kept: numbers(hidden.map(({ label }) => `${label}.output`)),
  };
}
