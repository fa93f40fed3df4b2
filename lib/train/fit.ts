/** The training loop of a supervised run. */
import type { TorchRandom } from "../core/random.ts";
import type { Program } from "../gpu/mod.ts";
import type { BatchSource } from "./batches.ts";
import { fillStep } from "./check_source.ts";
import { Interrupted } from "./context.ts";
import { createDivergenceCheck } from "./divergence.ts";
import { createEpochs, type Order } from "./epochs.ts";
import { checkEvaluation, evaluate, type Evaluation } from "./evaluate.ts";
import type { ExperimentContext } from "./experiment.ts";
import { loadFit, saveFit } from "./fit_checkpoint.ts";
import { beginPart, type Part, type PartContext } from "./parts.ts";
import { checkFitOptions } from "./fit_options.ts";
import { readState, writeState } from "./model_state.ts";
import { createNonFiniteCheck } from "./non_finite.ts";
import { createPipeline, type StepMetrics } from "./pipeline.ts";
import { fillScheduled, type Schedules } from "./scheduled.ts";
import { createTrainer } from "./trainer.ts";

export interface FitOptions extends Schedules {
  /** Tells the fits of one run apart and names its series, as in `train.loss`; `train` if not given. */
  readonly name?: string;
  /** A plan with loss and optimizer, its parameters written. */
  readonly program: Program;
  /**
   * Of `buildUpdatePlan()`, for a `program` that accumulates gradients: an update
   * then takes as many batches as that plan was made for. The recorded loss is
   * their mean.
   */
  readonly applying?: Program;
  readonly source: BatchSource;
  /** Draws the order of the examples, one epoch after the other. */
  readonly random: TorchRandom;
  /** Shuffled as PyTorch does if not given. */
  readonly order?: Order;
  /** Updates in all, at least 1. */
  readonly steps: number;
  /** Updates between two checkpoints; one at the end only if 0 or not given. */
  readonly checkpointEvery?: number;
  /** Data sets to measure on, before the first update, now and then, and at the end. */
  readonly evaluations?: readonly EvaluationOptions[];
  /** Ends the fit early. */
  readonly until?: StopRule;
  /** Whether what the update after `step` others measured is recorded; every one if not given. */
  readonly recorded?: (step: number) => boolean;
  /** Sees the metrics of every update, in order. */
  readonly onStep?: (step: number, metrics: StepMetrics) => void;
  /** Looks at what the last update left behind, as its gradients. What it records lies before the last checkpoint: a run that goes on from there does not call it again. */
  readonly onEnd?: () => Promise<void>;
  /** What `onStep` and `until` remember from step to step, as JSON: kept in checkpoints, put back when a run goes on. */
  readonly notes?: Record<string, unknown>;
  /** What a loss of NaN or ±Inf leads to, in training or an evaluation: the run fails, or goes on. Either way it is recorded. `stop` if not given. */
  readonly nonFinite?: "stop" | "continue";
}

/** When to end before the last update. */
export interface StopRule {
  /** Updates between two looks, at least 1; the GPU is waited for at each, so that a fit always ends at the same update. */
  readonly every: number;
  /** Whether to end after `step` updates, from the metrics of the last one and the newest evaluations. */
  readonly holds: (
    step: number,
    metrics: StepMetrics,
    evaluations: Readonly<Record<string, Evaluation>>,
  ) => boolean;
}

export interface EvaluationOptions {
  /** As in `test`, for the series `test.loss` and `test.accuracy`. */
  readonly name: string;
  /** A plan with a loss and no optimizer that shares its parameters with the trained one. */
  readonly program: Program;
  readonly source: BatchSource;
  /** Updates between two measurements; none in between if 0 or not given. */
  readonly every?: number;
}

export interface FitResult {
  /** Updates done: fewer than asked for if `until` ended the fit. */
  readonly steps: number;
  /** Last evaluation of each data set by its name. */
  readonly evaluations: Readonly<Record<string, Evaluation>>;
}

/**
 * Trains for `steps` updates. Step `k` of a series was measured after `k`
 * updates; `train.gradientNorm` is recorded where the plan computes it, and the
 * result `train.stopped` where `until` ended the fit. A run that was stopped or
 * killed goes on from its last checkpoint and ends in the same weights, bit for
 * bit. Where a loss ends above 1,000 times its first value, the result
 * `train.diverged` and a line on the terminal say so, unless `nonFinite` is
 * `continue`.
 *
 * @throws {NablaError} If an option is unknown or out of range, a batch is larger than the data set, a source does not fit its plan, a schedule is missing or no number, or a loss stops being finite and `nonFinite` is `stop`
 */
export async function fit<C>(
  ctx: ExperimentContext<C>,
  options: FitOptions,
): Promise<FitResult> {
  checkFitOptions(options);
  const { name = "train" } = options;
  const part = beginPart(ctx as unknown as PartContext, "fit", name);
  try {
    return await goOn(ctx, options, part);
  } finally {
    part.leave();
  }
}

/** Trains from where the part stands to its end. */
async function goOn<C>(
  ctx: ExperimentContext<C>,
  options: FitOptions,
  part: Part,
): Promise<FitResult> {
  const { name = "train", program, source, steps, until, notes = {} } = options;
  const { checkpointEvery, evaluations: sets = [] } = options;
  const trainer = createTrainer(program, options.applying);
  const { batch } = program.plan;
  for (const set of sets) checkEvaluation(set.program.plan);
  const saved = loadFit(part);
  if (saved) {
    for (const each of trainer.programs) writeState(each, saved.tensors);
    Object.assign(notes, saved.notes);
  }
  const epochs = createEpochs(options.random, {
    examples: source.examples,
    batch,
    order: options.order,
    from: saved?.position,
  });
  const evaluations: Record<string, Evaluation> = { ...saved?.evaluations };
  const measuredAt: Record<string, number> = {};
  const finite = createNonFiniteCheck(ctx, program, options);
  const { first } = saved ?? {};
  const divergence = createDivergenceCheck(ctx, { ...options, first });
  const look = (series: string, step: number, loss: ArrayLike<number>) => {
    finite.look(series, step, loss);
    divergence.look(series, loss);
  };
  let step = saved?.step ?? 0;
  let done = step;
  let ended = saved?.done ?? false;
  let newest: StepMetrics = {};

  const pipeline = createPipeline(trainer, (metrics) => {
    for (const values of metrics) {
      if (options.recorded?.(done) ?? true) {
        ctx.record(`${name}.loss`, done, values.loss!);
        if (values.gradientNorm) {
          ctx.record(`${name}.gradientNorm`, done, values.gradientNorm);
        }
      }
      look(`${name}.loss`, done, values.loss!);
      options.onStep?.(done, values);
      newest = values;
      done++;
    }
    report();
  });
  const report = () => {
    const examples = done * batch * trainer.batches;
    const metrics = shownOf(newest, evaluations, measuredAt);
    ctx.progress({ done, total: steps, unit: "step", examples, metrics });
  };
  const settle = async () => {
    await pipeline.drain();
    await finite.judge();
  };
  const isDue = (every = 0) => step % (every || steps) === 0 || step === steps;
  const measure = async (which: (set: EvaluationOptions) => boolean) => {
    for (const { name, program, source } of sets.filter(which)) {
      const { loss, accuracy } = await evaluate(program, source, ctx);
      evaluations[name] = { loss, accuracy };
      measuredAt[name] = step;
      look(`${name}.loss`, step, loss);
      ctx.record(`${name}.loss`, step, loss);
      if (accuracy) ctx.record(`${name}.accuracy`, step, accuracy);
    }
    await finite.judge();
  };
  const state = async () =>
    Object.assign({}, ...await Promise.all(trainer.programs.map(readState)));
  const checkpoint = async () => {
    const position = epochs.position();
    const tensors = await state();
    const { first } = divergence;
    const done = ended || step === steps;
    const standing = { step, position, evaluations, first, done, notes };
    await saveFit(part, { ...standing, tensors });
  };

  if (saved === null) await measure(() => true);
  while (step < steps && !ended) {
    if (ctx.stopping) {
      await settle();
      await checkpoint();
      throw new Interrupted();
    }
    const next = nextBoundary(step, options);
    const count = Math.min(pipeline.size, next - step);
    await pipeline.submit(count, ({ batches, optimizer }, index) => {
      const update = step + index;
      batches.forEach((inputs, i) => {
        fillStep(program.plan, source, epochs.next(), inputs);
        // Every batch of an update draws its own dropout masks.
        inputs.step?.fill(update * batches.length + i);
        inputs.seed?.forEach((_, r, seeds) => seeds[r] = ctx.seed + r);
      });
      fillScheduled(optimizer, options, update);
      optimizer.step?.fill(update);
    });
    step += count;
    if (step === next || finite.found) await settle();
    if (step < next) continue;
    await measure(({ every }) => isDue(every));
    if (until && step < steps && step % until.every === 0) {
      ended = until.holds(step, newest, evaluations);
    }
    if (ended) {
      await measure(({ every }) => !isDue(every));
      ctx.result(`${name}.stopped`, { step, of: steps });
    }
    if (ended || step === steps) {
      await options.onEnd?.();
      divergence.conclude();
    }
    if (isDue(checkpointEvery) || ended) await checkpoint();
  }
  if (ctx.profiling && !saved?.done) {
    const before = await state();
    ctx.profile(await trainer.profile(pipeline.last));
    for (const each of trainer.programs) writeState(each, before);
  }
  return { steps: step, evaluations };
}

/** What is shown beside the bar: an accuracy is older than the loss, so its name says when it was measured. */
function shownOf(
  newest: StepMetrics,
  evaluations: FitResult["evaluations"],
  measuredAt: Readonly<Record<string, number>>,
): Record<string, number> {
  const shown: Record<string, number> = { loss: newest.loss![0]! };
  const [first] = Object.entries(measuredAt);
  const accuracy = first && evaluations[first[0]]!.accuracy?.[0];
  if (accuracy !== undefined) {
    shown[`${first![0]}.accuracy at ${first![1]}`] = accuracy;
  }
  return shown;
}

/** The next step after which something else than a step happens. */
function nextBoundary(step: number, options: FitOptions): number {
  const { steps, checkpointEvery, evaluations = [], until } = options;
  const periods = [
    steps,
    checkpointEvery || steps,
    until?.every ?? steps,
    ...evaluations.map(({ every }) => every || steps),
  ];
  const ends = periods.map((every) => (Math.floor(step / every) + 1) * every);
  return Math.min(steps, ...ends);
}
