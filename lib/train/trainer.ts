/** What fit() trains with: one program, or one that adds gradients up with one that applies them. */
import { NablaError } from "../core/errors.ts";
import type { KernelTiming, Program } from "../gpu/mod.ts";
import { allocateInputs, type StepInputs } from "./batches.ts";
import type { Runner, StepMetrics } from "./pipeline.ts";

/** What the host gives for one update of the parameters. */
export interface UpdateInputs {
  /** Streams of each batch that the update takes. */
  readonly batches: readonly StepInputs[];
  /** Streams of the optimizer; the same arrays as the batch's where one program does both. */
  readonly optimizer: StepInputs;
}

/** Moves the parameters, one update a step. */
export interface Trainer extends Runner<UpdateInputs> {
  /** What holds parameters and optimizer state. */
  readonly programs: readonly Program[];
  /** Batches that an update takes. */
  readonly batches: number;
  /** Times every dispatch of one update. */
  profile(inputs: UpdateInputs): Promise<KernelTiming[]>;
}

/**
 * A trainer out of a program whose plan has an optimizer, or out of one that
 * accumulates gradients and the `applying` one of `buildUpdatePlan()`.
 *
 * @throws {NablaError} If `applying` was planned for another program, or an update takes more batches than fit in one submit
 */
export function createTrainer(program: Program, applying?: Program): Trainer {
  return applying ? accumulating(program, applying) : direct(program);
}

function direct(program: Program): Trainer {
  return {
    programs: [program],
    batches: 1,
    stepsPerSubmit: program.stepsPerSubmit,
    allocate() {
      const inputs = allocateInputs(program.plan.tensors);
      return { batches: [inputs], optimizer: inputs };
    },
    submit: (updates) =>
      program.submit(updates.map(({ optimizer }) => optimizer)),
    profile: ({ optimizer }) => program.profile(optimizer),
  };
}

function accumulating(program: Program, applying: Program): Trainer {
  const batches = applying.plan.batch / program.plan.batch;
  if (!Number.isInteger(batches)) {
    throw new NablaError(
      `Cannot apply the gradients of ${program.plan.name} with ${applying.plan.name}: their batches are ${program.plan.batch} and ${applying.plan.batch}; make it with buildUpdatePlan() from the plan of ${program.plan.name}`,
    );
  }
  if (batches > program.stepsPerSubmit) {
    throw new NablaError(
      `Cannot accumulate ${batches} batches of ${program.plan.name}: at most ${program.stepsPerSubmit} fit in one submit; use fewer and larger ones`,
    );
  }
  return {
    programs: [program, applying],
    batches,
    // Two programs share memory: with one submit each for an update, neither
    // has to wait for a free readback, and the queue keeps their order.
    stepsPerSubmit: 1,
    allocate: () => ({
      batches: Array.from(
        { length: batches },
        () => allocateInputs(program.plan.tensors),
      ),
      optimizer: allocateInputs(applying.plan.tensors),
    }),
    async submit([update]) {
      const [added, [applied]] = await Promise.all([
        program.submit(update!.batches),
        applying.submit([update!.optimizer]),
      ]);
      return [{ ...together(added), ...applied }];
    },
    profile: async ({ batches, optimizer }) => [
      ...await program.profile(batches.at(-1)!),
      ...await applying.profile(optimizer),
    ],
  };
}

/** Metrics of several batches as those of one: the mean of numbers, the sum of counts. */
function together(metrics: readonly StepMetrics[]): StepMetrics {
  return Object.fromEntries(
    Object.entries(metrics[0]!).map(([name, first]) => {
      const divisor = first instanceof Uint32Array ? 1 : metrics.length;
      const sums = Array.from(
        first,
        (_, r) => metrics.reduce((sum, each) => sum + each[name]![r]!, 0),
      );
      return [name, sums.map((sum) => sum / divisor)];
    }),
  );
}
