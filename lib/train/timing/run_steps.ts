/** Runs a compiled plan over and over, as fast as training does. */
import type { Program, StepValues } from "../../gpu/mod.ts";

/** Submits in flight at most. */
const OUTSTANDING = 4;

/** Runs `n` steps with the same inputs, several submits ahead of the GPU, and returns when the last is done. */
export async function runSteps(
  program: Program,
  n: number,
  inputs: StepValues = {},
): Promise<void> {
  const waiting: Promise<unknown>[] = [];
  for (let left = n; left > 0;) {
    const count = Math.min(left, program.stepsPerSubmit);
    waiting.push(program.submit(Array<StepValues>(count).fill(inputs)));
    left -= count;
    if (waiting.length >= OUTSTANDING) await waiting.shift();
  }
  await Promise.all(waiting);
}

/** Milliseconds of {@linkcode runSteps}. */
export async function timeSteps(
  program: Program,
  n: number,
  inputs: StepValues = {},
): Promise<number> {
  const before = performance.now();
  await runSteps(program, n, inputs);
  return performance.now() - before;
}
