/** Trains networks side by side until they know their labels. */
import type { Plan } from "../../core/plan.ts";
import { TorchRandom } from "../../core/random.ts";
import type { Program } from "../../gpu/mod.ts";
import { alexnetVariant } from "../../nn/models/alexnet_variant.ts";
import { evaluate } from "../../train/evaluate.ts";
import type { ExperimentContext } from "../../train/experiment.ts";
import { fit } from "../../train/fit.ts";
import { stage } from "../../train/stage.ts";
import { labelledBatches } from "../../train/labelled_batches.ts";
import type { Config } from "./experiment.ts";
import {
  type Data,
  drawData,
  labelPictures,
  labelsOf,
  parametersOf,
} from "./data.ts";
import { createProgress, type Row } from "./progress.ts";
import { CHANCE, report } from "./report.ts";

type Context = ExperimentContext<Config>;

/** The programs of a run; they share their parameters. */
type Programs = Readonly<Record<"training" | "looking" | "testing", Program>>;

/** Runs the experiment. */
export async function memorize(
  ctx: Context,
  plans: Readonly<Record<keyof Programs, Plan>>,
): Promise<void> {
  const { ratios, ratiosAtOnce } = ctx.config;
  const { width, dropout } = ctx.config;
  const data = await drawData(ctx, alexnetVariant({ width, dropout }));
  const training = await ctx.gpu.compile(plans.training);
  const looking = await ctx.gpu.compile(plans.looking, { share: training });
  const testing = await ctx.gpu.compile(plans.testing, { share: training });
  const programs = { training, looking, testing };
  ctx.result("parameters", plans.training.parameters);
  ctx.result("chance", CHANCE);
  ctx.result("chanceLoss", Math.log(10));
  ctx.result("labels", labelPictures(data, ratios.length - 1));

  const firsts = ratios.flatMap((_, i) => i % ratiosAtOnce === 0 ? [i] : []);
  const names = firsts.map((_, i) => `fit${i + 1}`);
  let rows: readonly Row[] = [];
  for (const [i, name] of names.entries()) {
    const first = firsts[i]!;
    const before = rows;
    rows = await stage(
      ctx,
      name,
      () => train(ctx, { name, first, rows: before, data, programs }),
    );
    ctx.result("ratios", rows);
  }
}

/** Trains the networks of some ratios and returns what became of all so far. */
async function train(
  ctx: Context,
  { name, first, rows, data, programs }: {
    name: string;
    /** Index of the first of these ratios. */
    first: number;
    /** Of the ratios before. */
    rows: readonly Row[];
    data: Data;
    programs: Programs;
  },
): Promise<readonly Row[]> {
  const { images, batch, epochs, ratiosAtOnce, ...config } = ctx.config;
  const { training, looking, testing } = programs;
  const parameters = parametersOf(data, ratiosAtOnce);
  for (const [label, values] of Object.entries(parameters)) {
    training.write(label, values);
  }
  const ratios = config.ratios.slice(first, first + ratiosAtOnce);
  const labels = labelsOf(data, { first, count: ratiosAtOnce });
  const source = labelledBatches(data.train, { labels });
  const updates = Math.ceil(images / batch);
  const [steps, every] = [epochs * updates, config.lookEvery * updates];
  const progress = createProgress(ctx, { ratios, updates, rows });
  const known = `${name}.train`;
  const { evaluations, steps: done } = await fit(ctx, {
    name,
    program: training,
    source,
    random: new TorchRandom(ctx.seed),
    steps,
    learningRate: config.learningRate,
    checkpointEvery: updates,
    evaluations: [{ name: known, program: looking, source, every }],
    recorded: () => false,
    notes: progress.notes,
    onStep: progress.onStep,
    until: {
      every,
      holds: (step, _, measured) =>
        progress.look(step, measured[known]!) && config.stopWhenFitted,
    },
  });
  if (done === steps) progress.look(done, evaluations[known]!);
  return report(ctx, {
    ratios,
    notes: progress.notes,
    train: evaluations[known]!,
    test: await evaluate(testing, labelledBatches(data.test), ctx),
  });
}
