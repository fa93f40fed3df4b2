/** How long the steps of plans take, measured on the adapter. */
import type { Plan } from "../../lib/core/plan.ts";
import type { Gpu } from "../../lib/gpu/mod.ts";
import { allocateInputs } from "../../lib/train/batches.ts";
import type { PlannedSteps } from "../../lib/train/experiment.ts";
import { timeSteps } from "../../lib/train/timing/run_steps.ts";

/** Milliseconds that a measurement lasts at least. */
const SAMPLE_MS = 150;

/** Milliseconds from which on one step is enough. */
const LONG_STEP_MS = 1000;

/** Plans that are measured; of more, the others count as the one nearest in size. */
const MOST_MEASURED = 12;

/** Milliseconds of all steps together, from a few steps of each plan. */
export async function timeOfSteps(
  gpu: Gpu,
  work: readonly PlannedSteps[],
): Promise<number> {
  const taken = work.filter(({ steps }) => steps > 0)
    .sort((a, b) => flopsOf(a.plan) - flopsOf(b.plan));
  const count = Math.min(taken.length, MOST_MEASURED);
  const measured: number[] = [];
  for (let i = 0; i < count; i++) {
    const at = Math.floor((i + 0.5) * taken.length / count);
    measured.push(await timeOfStep(gpu, taken[at]!.plan));
  }
  return taken.reduce(
    (sum, { steps }, i) =>
      sum + steps * measured[Math.floor(i * count / taken.length)]!,
    0,
  );
}

function flopsOf({ dispatches }: Plan): number {
  return dispatches.reduce((sum, { flops }) => sum + flops, 0);
}

/**
 * Milliseconds of one step in training, where many are submitted at once: what
 * four times as many steps take longer, so that starting and waiting do not count.
 */
async function timeOfStep(gpu: Gpu, plan: Plan): Promise<number> {
  const program = await gpu.compile(plan);
  const inputs = allocateInputs(plan.tensors);
  inputs.examples?.fill(plan.batch);
  const sample = (steps: number) => timeSteps(program, steps, inputs);
  try {
    await sample(1);
    let before = await sample(1);
    if (before >= LONG_STEP_MS) return before;
    for (let steps = 4;; steps *= 4) {
      const ms = await sample(steps);
      if (ms >= SAMPLE_MS && ms >= 2 * before) {
        return (ms - before) / (0.75 * steps);
      }
      before = ms;
    }
  } finally {
    program.destroy();
  }
}
