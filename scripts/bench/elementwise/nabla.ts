import type { Plan, Target } from "../../../lib/core/plan.ts";
import { sizeOf } from "../../../lib/core/shape.ts";
import type { Gpu, Program } from "../../../lib/gpu/mod.ts";
import { graph } from "../../../lib/nn/graph.ts";
import { halfSquaredNorm } from "../../../lib/nn/losses/half_squared_norm.ts";
import { buildPlan } from "../../../lib/nn/plan.ts";
import type { Work } from "../contender.ts";
import { sampleEntries } from "../entries.ts";
import { isolate } from "../../../lib/train/timing/isolate.ts";
import { runSteps } from "../../../lib/train/timing/run_steps.ts";
import { layerOf, SEED, STEP } from "./layers.ts";
import { type Elementwise, type Operand, twoExamples } from "./workload.ts";

/** Plans of both passes of a layer, and the labels of their tensors. */
export interface LayerPlans {
  readonly forward: Plan;
  readonly backward: Plan;
  readonly operands: Readonly<Record<Operand, string>>;
  readonly results: Readonly<Record<Elementwise["pass"], string>>;
}

/** The dispatches of both passes, cut out of a step of one layer. */
export function layerPlans(
  { name, layer, shape }: Elementwise,
  target: Target,
): LayerPlans {
  const [batch, ...example] = shape as [number, ...number[]];
  const inputs = layer.type === "add" ? ["x", "other"] : ["x"];
  const model = graph((g) =>
    g.apply(layerOf(layer), ...inputs.map((input) => g.input(input, example)))
  );
  const { label } = model.nodes[0]!;
  const step = buildPlan({
    name,
    model,
    loss: halfSquaredNorm(),
    gradients: true,
    batch,
    inputGradients: true,
    target,
  });
  return {
    // Batch normalization calls its first part by its name.
    forward: isolate(step, `${label} forward`, `${label} statistics`),
    backward: isolate(step, `${label} backward`),
    operands: {
      x: "x",
      other: "other",
      dY: `${label}.dOutput`,
      weight: `${label}.weight`,
      bias: `${label}.bias`,
    },
    results: { forward: `${label}.output`, backward: "dX" },
  };
}

/** Opens a pass of a layer on Nabla; before a backward pass the forward pass runs once. */
export async function openElementwise(
  gpu: Gpu,
  workload: Elementwise,
): Promise<Work> {
  const { pass } = workload;
  const { forward, backward, operands, results } = layerPlans(
    workload,
    gpu.target,
  );
  const first = await gpu.compile(forward);
  const second = await gpu.compile(backward, { share: first });
  for (const program of [first, second]) fill(program, workload, operands);
  await runSteps(first, 1);
  const timed = pass === "forward" ? first : second;
  return {
    async values() {
      await runSteps(timed, 1);
      return sampleEntries(await timed.read(results[pass]));
    },
    run: (n) => runSteps(timed, n),
    close() {
      second.destroy();
      first.destroy();
    },
  };
}

/** Writes the operands and streams that a program has. */
function fill(
  program: Program,
  workload: Elementwise,
  operands: LayerPlans["operands"],
): void {
  const { x, other, dY, weight, bias } = twoExamples(workload);
  const values: Record<string, Float32Array | Uint32Array> = {
    ...{ [operands.x]: x, [operands.other]: other, [operands.dY]: dY },
    ...{ [operands.weight]: weight, [operands.bias]: bias },
    examples: Uint32Array.of(workload.shape[0]!),
    step: Uint32Array.of(STEP),
    seed: Uint32Array.of(SEED),
  };
  for (const { label, shape } of program.plan.tensors) {
    const own = values[label];
    if (own) program.write(label, repeated(own, sizeOf(shape)));
  }
}

function repeated<T extends Float32Array | Uint32Array>(
  values: T,
  length: number,
): T {
  const times = length / values.length;
  const all = values.constructor as { new (length: number): T };
  const result = new all(length);
  for (let i = 0; i < times; i++) result.set(values, i * values.length);
  return result;
}
