/** The training loop of a supervised run. */
import { NablaError } from "../core/errors.ts";
import type { TorchRandom } from "../core/random.ts";
import type { Program } from "../gpu/mod.ts";
import { type BatchSource, checkSource, type StepInputs } from "./batches.ts";
import { Interrupted } from "./context.ts";
import { createEpochs, type Order } from "./epochs.ts";
import { evaluate, type Evaluation, fillStep } from "./evaluate.ts";
import type { ExperimentContext } from "./experiment.ts";
import { loadFit, saveFit } from "./fit_checkpoint.ts";
import { readState, writeState } from "./model_state.ts";
import { createNonFiniteCheck } from "./non_finite.ts";
import { createPipeline, type StepMetrics } from "./pipeline.ts";
import { createTrainer } from "./trainer.ts";

/** One number, or after how many updates which one, or one per replica. */
export type Scheduled = number | ((step: number) => number | ArrayLike<number>);

export interface FitOptions {
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
  /** Updates in all. */
  readonly steps: number;
  /** Step size; needed where the plan has an optimizer. */
  readonly learningRate?: Scheduled;
  /** The same for weight decay, of a plan whose optimizer was made with `weightDecay: "stream"`. */
  readonly weightDecay?: Scheduled;
  /** Updates between two checkpoints; one at the end only if not given. */
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
  /** What a loss of NaN or ±Inf leads to: the run fails, or goes on. Either way it is recorded. `stop` if not given. */
  readonly nonFinite?: "stop" | "continue";
}

/** When to end before the last update. */
export interface StopRule {
  /** Updates between two looks; the GPU is waited for at each, so that a fit always ends at the same update. */
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
  /** Updates between two measurements; none in between if not given. */
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
 * bit.
 *
 * @throws {NablaError} If a batch is larger than the data set, the source does not fit the plan, a schedule that the plan needs is missing, or the loss stops being finite and `nonFinite` is `stop`
 */
export async function fit<C>(
  ctx: ExperimentContext<C>,
  options: FitOptions,
): Promise<FitResult> {
  const { name = "train", program, source, steps, until, notes = {} } = options;
  const { checkpointEvery, evaluations: sets = [] } = options;
  const trainer = createTrainer(program, options.applying);
  const { batch } = program.plan;
  checkSource(program.plan, source);
  const saved = loadFit(ctx, name);
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
  const finite = createNonFiniteCheck(ctx, program, options);
  let step = saved?.step ?? 0;
  let done = step;
  let ended = saved?.ended ?? false;
  let newest: StepMetrics = {};

  const pipeline = createPipeline(trainer, (metrics) => {
    for (const values of metrics) {
      if (options.recorded?.(done) ?? true) {
        ctx.record(`${name}.loss`, done, values.loss!);
        if (values.gradientNorm) {
          ctx.record(`${name}.gradientNorm`, done, values.gradientNorm);
        }
      }
      finite.look(done, values.loss!);
      options.onStep?.(done, values);
      newest = values;
      done++;
    }
    report();
  });
  const report = () => {
    const metrics: Record<string, number> = { loss: newest.loss![0]! };
    const accuracy = Object.values(evaluations)[0]?.accuracy;
    if (accuracy) metrics.accuracy = accuracy[0]!;
    const examples = done * batch * trainer.batches;
    ctx.progress({ done, total: steps, unit: "step", examples, metrics });
  };
  const settle = async () => {
    await pipeline.drain();
    await finite.judge();
  };
  const isDue = (every = steps) => step % every === 0 || step === steps;
  const measure = async (which: (set: EvaluationOptions) => boolean) => {
    for (const { name, program, source } of sets.filter(which)) {
      const { loss, accuracy } = await evaluate(program, source, ctx);
      evaluations[name] = { loss, accuracy };
      ctx.record(`${name}.loss`, step, loss);
      if (accuracy) ctx.record(`${name}.accuracy`, step, accuracy);
    }
  };
  const state = async () =>
    Object.assign({}, ...await Promise.all(trainer.programs.map(readState)));
  const checkpoint = async () => {
    const position = epochs.position();
    const tensors = await state();
    const standing = { name, step, position, evaluations, ended, notes };
    await saveFit(ctx, { ...standing, tensors });
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
        fillStep(source, epochs.next(), inputs);
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
    if (ended || step === steps) await options.onEnd?.();
    if (isDue(checkpointEvery) || ended) await checkpoint();
  }
  if (ctx.profiling) {
    const before = await state();
    ctx.profile(await trainer.profile(pipeline.last));
    for (const each of trainer.programs) writeState(each, before);
  }
  return { steps: step, evaluations };
}

/** The next step after which something else than a step happens. */
function nextBoundary(step: number, options: FitOptions): number {
  const { steps, checkpointEvery = steps, evaluations = [], until } = options;
  const periods = [
    steps,
    checkpointEvery,
    until?.every ?? steps,
    ...evaluations.map(({ every = steps }) => every),
  ];
  const ends = periods.map((every) => (Math.floor(step / every) + 1) * every);
  return Math.min(steps, ...ends);
}

/** Writes what changes with the step alone, where the plan has a stream for it. */
function fillScheduled(
  inputs: StepInputs,
  options: Pick<FitOptions, "learningRate" | "weightDecay">,
  step: number,
): void {
  for (const name of ["learningRate", "weightDecay"] as const) {
    const into = inputs[name];
    if (!into) continue;
    const given = options[name];
    if (given === undefined) {
      throw new NablaError(
        `Cannot train: the plan has a stream ${name}, fit() got no ${name}; give it one`,
      );
    }
    const value = typeof given === "function" ? given(step) : given;
    if (typeof value === "number") into.fill(value);
    else into.set(value);
  }
}
