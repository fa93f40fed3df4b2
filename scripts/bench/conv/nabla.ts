import type { Plan, Target } from "../../../lib/core/plan.ts";
import type { Gpu } from "../../../lib/gpu/mod.ts";
import { conv2d } from "../../../lib/nn/layers/conv.ts";
import { sequential } from "../../../lib/nn/graph.ts";
import { halfSquaredNorm } from "../../../lib/nn/losses/half_squared_norm.ts";
import { buildPlan } from "../../../lib/nn/plan.ts";
import type { Work } from "../contender.ts";
import { sampleEntries } from "../entries.ts";
import { isolate } from "../../../lib/train/timing/isolate.ts";
import { runSteps } from "../../../lib/train/timing/run_steps.ts";
import {
  type Conv,
  convArrays,
  convRoles,
  type ConvShapes,
  type Pass,
} from "./workload.ts";

const dispatches: Readonly<Record<Pass, string>> = {
  forward: "conv2d1 forward",
  input: "conv2d1 backward input",
  weight: "conv2d1 backward weight",
};

/** Labels of the arrays in the plan; what is computed from the output and into the others has names of its own. */
const operandLabels: Readonly<Record<keyof ConvShapes, string>> = {
  x: "x",
  weight: "conv2d1.weight",
  y: "conv2d1.dOutput",
};
const resultLabels: Readonly<Record<keyof ConvShapes, string>> = {
  x: "dX",
  weight: "conv2d1.dWeight",
  y: "conv2d1.output",
};

/** A plan of one pass alone, the labels of its operands by array, and that of its result. */
export interface ConvPlan {
  readonly plan: Plan;
  readonly operands: readonly (readonly [keyof ConvShapes, string])[];
  readonly result: string;
}

/** The dispatches of one pass, cut out of a step of one convolution. */
export function convPlan(conv: Conv, target: Target): ConvPlan {
  const { size, inputs, outputs, kernel, padding, batch, pass, name } = conv;
  const layer = conv2d({ channels: outputs, kernel, padding, bias: false });
  const step = buildPlan({
    name,
    model: sequential([size, size, inputs], [layer]),
    loss: halfSquaredNorm(),
    gradients: true,
    batch,
    inputGradients: true,
    target,
  });
  const { operands, result } = convRoles[pass];
  return {
    plan: isolate(step, dispatches[pass]),
    operands: operands.map((array) => [array, operandLabels[array]]),
    result: resultLabels[result],
  };
}

/** Opens a pass of a convolution on Nabla. */
export async function openConv(gpu: Gpu, workload: Conv): Promise<Work> {
  const { plan, operands, result } = convPlan(workload, gpu.target);
  const program = await gpu.compile(plan);
  const arrays = convArrays(workload);
  for (const [array, label] of operands) program.write(label, arrays[array]);
  return {
    async values() {
      await runSteps(program, 1);
      return sampleEntries(await program.read(result));
    },
    run: (n) => runSteps(program, n),
    close: () => program.destroy(),
  };
}
