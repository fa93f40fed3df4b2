/** How long a step of a plan takes: the best of several samples, since others slow a machine but nobody speeds it up. */
import type { Plan } from "../../core/plan.ts";
import type { Gpu } from "../../gpu/mod.ts";
import { isolate } from "./isolate.ts";
import { timeSteps } from "./run_steps.ts";
import { repetitions } from "./repetitions.ts";

/** A plan that is ready to be timed. */
export interface Timed {
  /** Takes one more sample. */
  sample(): Promise<void>;
  /** Milliseconds of a step in the fastest sample so far. */
  best(): number;
  destroy(): void;
}

/**
 * Compiles the dispatches of a plan whose labels begin with `label`, all of them
 * by default, with every tensor left on the device: a step moves no input.
 * Tensors hold zeros, whose arithmetic takes as long as any.
 *
 * @param options.least Milliseconds that a sample lasts at least
 */
export async function timed(
  gpu: Gpu,
  plan: Plan,
  { label = "", least }: { label?: string; least: number },
): Promise<Timed> {
  const program = await gpu.compile(isolate(plan, label));
  await timeSteps(program, 1);
  // The fastest of three: a sample that a neighbour made long would be short for good.
  const steps = await repetitions(async (n) => {
    const tries = [];
    for (let i = 0; i < 3; i++) tries.push(await timeSteps(program, n));
    return Math.min(...tries);
  }, { least });
  let best = Infinity;
  return {
    async sample() {
      best = Math.min(best, await timeSteps(program, steps) / steps);
    },
    best: () => best,
    destroy: () => program.destroy(),
  };
}
