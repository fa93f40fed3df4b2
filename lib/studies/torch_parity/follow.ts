/** Trains one program beside the numbers that PyTorch printed. */
import type { Plan } from "../../core/plan.ts";
import { TorchRandom } from "../../core/random.ts";
import type { ImageSets } from "../../data/labelled.ts";
import { firstOf } from "../../data/subset.ts";
import type { ExperimentContext } from "../../train/experiment.ts";
import { fit } from "../../train/fit.ts";
import { initialize } from "../../train/initialize.ts";
import { labelledBatches } from "../../train/labelled_batches.ts";
import {
  type ProgramName,
  referenceRuns,
  TEST_BATCH,
  torchPrograms,
} from "./programs.ts";

/** Test images of MNIST and of CIFAR-10. */
const TEST_EXAMPLES = 10_000;

/** Relative difference of two losses up to which a program counts as followed. */
export const FOLLOWED = 1e-3;

/** How far a program was followed; differences are relative, `null` where the run draws other numbers than PyTorch. */
export interface Followed {
  readonly program: ProgramName;
  readonly parameters: number;
  readonly steps: number;
  readonly firstDifference: number | null;
  readonly largestDifference: number | null;
  /** Steps before the losses first differ by more than {@linkcode FOLLOWED}. */
  readonly stepsWithin1e3: number | null;
  readonly testAccuracy: number | null;
  readonly torchTestAccuracy: number | null;
}

/** Config of a fit of any program. */
export interface FollowConfig {
  /** Updates at most; no more than PyTorch made. */
  readonly steps: number;
  /** Updates between two measurements on the test set. */
  readonly evaluateEvery: number;
}

/** Whether a run draws what the PyTorch programs drew: its seed is added to theirs. */
export function isReference({ seed }: { readonly seed: number }): boolean {
  return seed === 0;
}

/** `|value − expected| / |expected|`. */
export function relative(value: number, expected: number): number {
  return Math.abs(value - expected) / Math.abs(expected);
}

/** Updates of one program, and the batches of all measurements on its test set. */
export function countSteps(
  name: ProgramName,
  { steps, evaluateEvery }: FollowConfig,
): Record<string, number> {
  const { steps: most, test_accuracy } = referenceRuns[name];
  const updates = Math.min(steps, most);
  const measurements = Math.ceil(updates / evaluateEvery);
  return {
    [`${name} train`]: updates,
    ...(test_accuracy !== null && {
      [`${name} test`]: measurements * TEST_EXAMPLES / TEST_BATCH,
    }),
  };
}

/**
 * Trains one program and compares every loss with PyTorch's.
 *
 * @param options.plans `train` and `test` of the program, by name
 * @throws {NablaError} As `fit()`
 */
export async function follow(
  ctx: ExperimentContext<FollowConfig>,
  name: ProgramName,
  { plans, sets }: {
    plans: Readonly<Record<string, Plan>>;
    sets: Pick<ImageSets, "train" | "test">;
  },
): Promise<Followed> {
  const reference = referenceRuns[name];
  const { model, learningRate, layout } = torchPrograms[name];
  const training = await ctx.gpu.compile(plans[`${name} train`]!);
  const testPlan = plans[`${name} test`];
  const testing = testPlan &&
    await ctx.gpu.compile(testPlan, { share: training });
  const seed = reference.seed + ctx.seed;
  const random = new TorchRandom(seed);
  initialize(training, model, { random, seed });
  const { evaluateEvery } = ctx.config;
  const steps = Math.min(ctx.config.steps, reference.steps);
  const notes: { first?: number; largest?: number; parted?: number } = {};
  const { evaluations } = await fit(ctx, {
    name,
    program: training,
    source: labelledBatches(firstOf(sets.train, reference.examples), {
      layout,
    }),
    random,
    steps,
    learningRate,
    checkpointEvery: evaluateEvery,
    evaluations: testing && [{
      name: `${name}.test`,
      program: testing,
      source: labelledBatches(sets.test, { layout }),
      every: evaluateEvery,
    }],
    notes,
    onStep(step, { loss }) {
      if (!isReference(ctx)) return;
      const expected = reference.losses[step]!;
      ctx.record(`${name}.reference.loss`, step, expected);
      const difference = relative(loss![0]!, expected);
      notes.first ??= difference;
      notes.largest = Math.max(notes.largest ?? 0, difference);
      if (!(difference <= FOLLOWED)) notes.parted ??= step;
    },
  });
  testing?.destroy();
  training.destroy();
  return {
    program: name,
    parameters: training.plan.parameters,
    steps,
    firstDifference: notes.first ?? null,
    largestDifference: notes.largest ?? null,
    stepsWithin1e3: isReference(ctx) ? notes.parted ?? steps : null,
    testAccuracy: evaluations[`${name}.test`]?.accuracy?.[0] ?? null,
    torchTestAccuracy: reference.test_accuracy,
  };
}
