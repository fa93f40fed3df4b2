/** The training loop of a supervised run. */
import { NablaError } from "../core/errors.ts";
import type { TorchRandom } from "../core/random.ts";
import type { Program } from "../gpu/mod.ts";
import type { BatchSource, StepInputs } from "./batches.ts";
import { Interrupted } from "./context.ts";
import { createEpochs, type Order } from "./epochs.ts";
import { evaluate, type Evaluation, fillStep } from "./evaluate.ts";
import type { ExperimentContext } from "./experiment.ts";
import { loadFit, saveFit } from "./fit_checkpoint.ts";
import { readState, writeState } from "./model_state.ts";
import { createNonFiniteCheck } from "./non_finite.ts";
import { createPipeline, type StepMetrics } from "./pipeline.ts";

/** One number, or after how many updates which one, or one per replica. */
export type Scheduled = number | ((step: number) => number | ArrayLike<number>);

export interface FitOptions {
  /** Tells the fits of one run apart and names its series, as in `train.loss`; `train` if not given. */
  readonly name?: string;
  /** A plan with loss and optimizer, its parameters written. */
  readonly program: Program;
  readonly source: BatchSource;
  /** Draws the order of the examples, one epoch after the other. */
  readonly random: TorchRandom;
  /** Shuffled as PyTorch does if not given. */
  readonly order?: Order;
  /** Updates in all. */
  readonly steps: number;
  /** Step size. */
  readonly learningRate: Scheduled;
  /** The same for weight decay, of a plan whose optimizer was made with `weightDecay: "stream"`. */
  readonly weightDecay?: Scheduled;
  /** Updates between two checkpoints; one at the end only if not given. */
  readonly checkpointEvery?: number;
  /** Data sets to measure on, before the first update, now and then, and at the end. */
  readonly evaluations?: readonly EvaluationOptions[];
  /** Sees the metrics of every update, in order. */
  readonly onStep?: (step: number, metrics: StepMetrics) => void;
  /** What a loss of NaN or ±Inf leads to: the run fails, or goes on. Either way it is recorded. `stop` if not given. */
  readonly nonFinite?: "stop" | "continue";
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
  /** Last evaluation of each data set by its name. */
  readonly evaluations: Readonly<Record<string, Evaluation>>;
}

/**
 * Trains `program` for `steps` updates of one batch each. Step `k` of a series
 * was measured after `k` updates. A run that was stopped or killed goes on from
 * its last checkpoint and ends in the same weights, bit for bit.
 *
 * @throws {NablaError} If a batch is larger than the data set, a schedule that the plan needs is missing, or the loss stops being finite and `nonFinite` is `stop`
 */
export async function fit<C>(
  ctx: ExperimentContext<C>,
  options: FitOptions,
): Promise<FitResult> {
  const { name = "train", program, source, steps } = options;
  const { checkpointEvery = steps } = options;
  const { batch } = program.plan;
  const saved = loadFit(ctx, name);
  if (saved) writeState(program, saved.tensors);
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

  const pipeline = createPipeline(program, (metrics) => {
    for (const values of metrics) {
      ctx.record(`${name}.loss`, done, values.loss!);
      finite.look(done, values.loss!);
      options.onStep?.(done, values);
      done++;
    }
    report(metrics.at(-1)!);
  });
  const report = ({ loss }: StepMetrics) => {
    const metrics: Record<string, number> = { loss: loss![0]! };
    const accuracy = Object.values(evaluations)[0]?.accuracy;
    if (accuracy) metrics.accuracy = accuracy[0]!;
    const examples = done * batch;
    ctx.progress({ done, total: steps, unit: "step", examples, metrics });
  };
  const settle = async () => {
    await pipeline.drain();
    await finite.judge();
  };
  const measure = async () => {
    for (
      const { name, program, source, every = steps } of options.evaluations ??
        []
    ) {
      if (step % every !== 0 && step < steps) continue;
      const { loss, accuracy } = await evaluate(program, source, ctx);
      evaluations[name] = { loss, accuracy };
      ctx.record(`${name}.loss`, step, loss);
      if (accuracy) ctx.record(`${name}.accuracy`, step, accuracy);
    }
  };
  const checkpoint = async () => {
    const tensors = await readState(program);
    const position = epochs.position();
    await saveFit(ctx, { name, step, position, evaluations, tensors });
  };

  if (saved === null) await measure();
  while (step < steps) {
    if (ctx.stopping) {
      await settle();
      await checkpoint();
      throw new Interrupted();
    }
    const next = nextBoundary(step, options);
    const count = Math.min(pipeline.size, next - step);
    await pipeline.submit(count, (inputs, index) => {
      fillStep(source, epochs.next(), inputs);
      fillScheduled(inputs, options, step + index);
      inputs.step?.fill(step + index);
      inputs.seed?.forEach((_, r, seeds) => seeds[r] = ctx.seed + r);
    });
    step += count;
    if (step === next || finite.found) await settle();
    if (step < next) continue;
    await measure();
    if (step % checkpointEvery === 0 || step === steps) await checkpoint();
  }
  if (ctx.profiling) {
    const before = await readState(program);
    ctx.profile(await program.profile(pipeline.last));
    writeState(program, before);
  }
  return { evaluations };
}

/** The next step after which something else than a step happens. */
function nextBoundary(step: number, options: FitOptions): number {
  const { steps, checkpointEvery = steps, evaluations = [] } = options;
  const periods = [
    steps,
    checkpointEvery,
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
