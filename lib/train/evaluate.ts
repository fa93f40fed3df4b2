/** Loss and accuracy over a whole data set. */
import type { Program } from "../gpu/mod.ts";
import {
  allocateInputs,
  type BatchSource,
  checkSource,
  type StepInputs,
} from "./batches.ts";
import type { Batch } from "./epochs.ts";

export interface Evaluation {
  /** Mean loss of each replica over all examples. */
  readonly loss: number[];
  /** Fraction of right answers of each replica; `null` if the plan does not count them. */
  readonly accuracy: number[] | null;
}

/**
 * Runs every example of `source` once through `program`, a plan with a loss and
 * no optimizer. The last batch may be smaller.
 *
 * @param options.alive Called now and then, for a watchdog
 * @throws {NablaError} If the source does not fit the plan
 */
export async function evaluate(
  program: Program,
  source: BatchSource,
  options: { alive?: () => void } = {},
): Promise<Evaluation> {
  checkSource(program.plan, source);
  const { batch, replicas, tensors } = program.plan;
  const counts = tensors.some(({ label, role }) =>
    role === "metric" && label === "correct"
  );
  const loss = new Array<number>(replicas).fill(0);
  const correct = new Array<number>(replicas).fill(0);
  const waiting: { rows: number[]; metrics: ReturnType<Program["submit"]> }[] =
    [];
  const settle = async () => {
    options.alive?.();
    const { rows, metrics } = waiting.shift()!;
    (await metrics).forEach((values, i) => {
      for (let r = 0; r < replicas; r++) {
        loss[r]! += values.loss![r]! * rows[i]! / source.examples;
        correct[r]! += values.correct?.[r] ?? 0;
      }
    });
  };
  for (let first = 0; first < source.examples;) {
    const steps: StepInputs[] = [];
    const rows: number[] = [];
    while (steps.length < program.stepsPerSubmit && first < source.examples) {
      const count = Math.min(batch, source.examples - first);
      const inputs = allocateInputs(tensors);
      const indices = Uint32Array.from({ length: count }, (_, i) => first + i);
      fillStep(source, { indices, epoch: 0, taken: first }, inputs);
      steps.push(inputs);
      rows.push(count);
      first += count;
    }
    waiting.push({ rows, metrics: program.submit(steps) });
    if (waiting.length === 2) await settle();
  }
  while (waiting.length > 0) await settle();
  const accuracy = correct.map((count) => count / source.examples);
  return { loss, accuracy: counts ? accuracy : null };
}

/** Fills the streams of one step and notes how many rows count. */
export function fillStep(
  source: BatchSource,
  batch: Batch,
  inputs: StepInputs,
): void {
  source.fill(batch.indices, inputs, batch);
  inputs.examples?.fill(batch.indices.length);
}
