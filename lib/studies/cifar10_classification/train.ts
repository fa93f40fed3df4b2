/** Trains the networks one fit after the other and measures them after each epoch. */
import type { Plan } from "../../core/plan.ts";
import { TorchRandom } from "../../core/random.ts";
import type { ImageSets, Labelled } from "../../data/labelled.ts";
import { firstOf } from "../../data/subset.ts";
import type { Program } from "../../gpu/mod.ts";
import type { Graph } from "../../nn/graph.ts";
import { initialParameters } from "../../nn/plan.ts";
import { type BatchSource, replicaBatches } from "../../train/batches.ts";
import type { ExperimentContext } from "../../train/experiment.ts";
import { fit } from "../../train/fit.ts";
import { stage } from "../../train/stage.ts";
import { labelledBatches } from "../../train/labelled_batches.ts";
import type { Config } from "./experiment.ts";
import { armsOf, type FitName, fitNames, modelOf, titles } from "./models.ts";
import { cropPictures, filterPictures, mistakePictures } from "./pictures.ts";

/** Training pictures and those that are never trained on. */
export type Sets = Pick<ImageSets, "train" | "test">;

/** How a network ended. */
export interface Final {
  readonly network: string;
  readonly parameters: number;
  readonly epochs: number;
  readonly "training accuracy": number;
  readonly "validation accuracy": number;
}

type Context = ExperimentContext<Config>;

/** Measurements of the network on few pictures: its epochs are short. */
const FEW_MEASUREMENTS = 20;

/** Trains every network. @throws {NablaError} As `fit()` */
export async function classify(
  ctx: Context,
  plans: Readonly<Record<string, Plan>>,
  sets: Sets,
): Promise<void> {
  const { trainingExamples, validationExamples } = ctx.config;
  const data = {
    train: firstOf(sets.train, trainingExamples),
    test: firstOf(sets.test, validationExamples),
  };
  ctx.result("crops", cropPictures(data.train, cropped(ctx, data.train)));
  const tasks = fitNames.map((name) => taskOf(ctx, name, data));
  const total = tasks.reduce((sum, { steps }) => sum + steps, 0);
  const networks: Final[] = [];
  let before = 0;
  for (const task of tasks) {
    const part = partOf(ctx, task, { before, total });
    networks.push(
      ...await stage(ctx, task.name, () => train(part, task, { plans, data })),
    );
    ctx.result("networks", networks);
    before += task.steps;
  }
}

/** Training pictures, cropped anew in every epoch. */
function cropped(
  { config, seed }: Pick<Context, "config" | "seed">,
  train: Labelled,
): BatchSource {
  const { padding, flip } = config;
  return labelledBatches(train, { augmentation: { padding, flip, seed } });
}

/** What a fit trains on and for how long. */
interface Task {
  readonly name: FitName;
  readonly source: BatchSource;
  readonly epochs: number;
  /** Epochs between two measurements, and between two checkpoints. */
  readonly every: number;
  /** Updates of an epoch. */
  readonly updates: number;
  /** Updates in all. */
  readonly steps: number;
}

function taskOf(
  { config, seed }: Context,
  name: FitName,
  { train }: Sets,
): Task {
  const { batch, fewExamples } = config;
  const plain = labelledBatches(train);
  const sources: Record<FitName, () => BatchSource> = {
    mlp: () => replicaBatches([plain, cropped({ config, seed }, train)]),
    few: () => labelledBatches(firstOf(train, fewExamples)),
    cnn: () => plain,
  };
  const source = sources[name]();
  const epochs = {
    mlp: config.epochs,
    few: config.fewEpochs,
    cnn: config.cnnEpochs,
  }[name];
  const every = name === "few" ? Math.ceil(epochs / FEW_MEASUREMENTS) : 1;
  const updates = Math.ceil(source.examples / batch);
  return { name, source, epochs, every, updates, steps: epochs * updates };
}

/** One fit: learning curves, then its pictures; returns how its networks ended. */
async function train(
  ctx: Context,
  { name, source, epochs, every, updates, steps }: Task,
  { plans, data }: { plans: Readonly<Record<string, Plan>>; data: Sets },
): Promise<Final[]> {
  const { learningRate, measuredExamples } = ctx.config;
  const training = await ctx.gpu.compile(plans[`${name} training`]!);
  const evaluation = await ctx.gpu.compile(plans[`${name} evaluation`]!, {
    share: training,
  });
  const model = modelOf(name, ctx.config);
  const random = new TorchRandom(ctx.seed);
  startAlike(training, model, random);
  const measured = Math.min(measuredExamples, source.examples);
  const sets = {
    train: firstOf(data.train, measured),
    validation: data.test,
  };
  const { evaluations } = await fit(ctx, {
    name,
    program: training,
    source,
    random,
    steps,
    learningRate,
    recorded: () => false,
    checkpointEvery: every * updates,
    evaluations: Object.entries(sets).map(([name, set]) => ({
      name,
      program: evaluation,
      source: labelledBatches(set),
      every: every * updates,
    })),
  });
  if (name !== "few") {
    const filters = await training.read(model.parameters[0]!.label);
    ctx.result(`filters.${name}`, filterPictures(name, filters, ctx.config));
  }
  if (name === "mlp") {
    ctx.result(
      "mistakes",
      await mistakePictures(evaluation, { set: data.test, arm: 1, model }),
    );
  }
  const { parameters } = training.plan;
  evaluation.destroy();
  training.destroy();
  return armsOf[name].map((series, arm) => ({
    network: titles[series]!,
    parameters,
    epochs,
    "training accuracy": evaluations.train!.accuracy![arm]!,
    "validation accuracy": evaluations.validation!.accuracy![arm]!,
  }));
}

/** Gives every replica the same first parameters: they differ by their pictures alone. */
function startAlike(program: Program, model: Graph, random: TorchRandom): void {
  const { replicas } = program.plan;
  const first = initialParameters(model, random);
  for (const [label, values] of Object.entries(first)) {
    const all = new Float32Array(replicas * values.length);
    for (let r = 0; r < replicas; r++) all.set(values, r * values.length);
    program.write(label, all);
  }
}

/**
 * The context of one fit of several: it records each replica as a series of its
 * own, by epochs instead of updates, and counts the updates of all fits.
 */
function partOf(
  ctx: Context,
  { name, updates }: Task,
  { before, total }: { before: number; total: number },
): Context {
  const record: Context["record"] = (series, step, value) => {
    const values = typeof value === "number" ? [value] : value;
    armsOf[name].forEach((arm, r) =>
      ctx.record(`${arm}.${series}`, step / updates, values[r]!)
    );
  };
  const progress: Context["progress"] = ({ done, examples = 0, ...rest }) =>
    ctx.progress({
      ...rest,
      done: before + done,
      total,
      examples: before * ctx.config.batch + examples,
    });
  return Object.create(ctx, {
    record: { value: record },
    progress: { value: progress },
  }) as Context;
}
