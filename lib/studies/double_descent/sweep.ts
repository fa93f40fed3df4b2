/** Trains every width, and some of them on more examples too. */
import type { Plan } from "../../core/plan.ts";
import { TorchRandom } from "../../core/random.ts";
import type { Sample, TeacherSets } from "../../data/teacher.ts";
import { cosine } from "../../nn/schedules.ts";
import { sequential } from "../../train/epochs.ts";
import { evaluate } from "../../train/evaluate.ts";
import type { ExperimentContext } from "../../train/experiment.ts";
import { fit } from "../../train/fit.ts";
import { initialize } from "../../train/initialize.ts";
import { stage } from "../../train/stage.ts";
import type { Config } from "./config.ts";
import { mean, moments } from "../support/statistics.ts";
import {
  drawTeachers,
  onLogGrid,
  sampleBatches,
  SIZE,
  student,
} from "../support/teachers.ts";

/** Hidden layers of every network. */
export const LAYERS = 2;

/** Training loss from which on a sample counts as interpolated. */
export const INTERPOLATED = 1e-3;

/** Name of the plan that trains a width on `examples` examples. */
export const trainingName = (width: number, examples: number) =>
  `training, M = ${width}, N = ${examples}`;

/** Name of the plan that measures a width. */
export const testName = (width: number) => `test, M = ${width}`;

/** Name of the fit of a width, on more examples than the others where they are given. */
const fitName = (width: number, moreExamples?: number) =>
  moreExamples ? `M${width}.N${moreExamples}` : `M${width}`;

/** Weights and biases of a network of width M, M² + 18M + 8. */
export function parametersOf(width: number): number {
  return width ** 2 + (2 * SIZE + 2) * width + SIZE;
}

/** The width M with as many parameters as `examples` examples give equations. */
export function thresholdOf(examples: number): number {
  const half = SIZE + 1;
  return Math.sqrt(half ** 2 + SIZE * (examples - 1)) - half;
}

/** Last losses of each teacher's network, and after how many updates its training loss was first below {@linkcode INTERPOLATED}. */
interface Trained {
  readonly train: number[];
  readonly test: number[];
  readonly reached: number[];
}

/** Runs the experiment. */
export async function sweep(
  ctx: ExperimentContext<Config>,
  plans: Readonly<Record<string, Plan>>,
): Promise<void> {
  const { config, seed } = ctx;
  const { examples, moreExamples } = config;
  const draw = (train: number) =>
    drawTeachers({ ...config, seed, train, test: config.testExamples });
  const few = draw(examples);
  const more = draw(moreExamples);
  ctx.result("optimalTestError", config.noise ** 2);
  ctx.result(
    "teacherTestError",
    mean(few.map(({ test }) => test.noiseSquare)),
  );
  ctx.result("thresholdWidth", thresholdOf(examples));
  ctx.result("largerThresholdWidth", thresholdOf(moreExamples));
  ctx.result("thresholdParameters", examples * SIZE);
  const rows = [];
  const compared = [];
  for (const width of config.widths) {
    const found = await stage(ctx, fitName(width), async () => {
      const found = await train(ctx, { width, plans, sets: few, examples });
      record(ctx, "final", width, found);
      if (found.reached.some(Number.isFinite)) {
        ctx.record("interpolation.steps", width, found.reached);
      }
      return found;
    });
    rows.push(rowOf(width, found));
    ctx.result("widths", rows);
    if (!config.moreDataWidths.includes(width)) continue;
    const other = await stage(ctx, fitName(width, moreExamples), async () => {
      const setting = { width, plans, sets: more, examples: moreExamples };
      const found = await train(ctx, setting);
      record(ctx, "more", width, found);
      return found;
    });
    const [test, testOfMore] = [found, other]
      .map(({ test }) => mean(test)) as [number, number];
    compared.push({
      M: width,
      [`test, N = ${examples}`]: test,
      [`test, N = ${moreExamples}`]: testOfMore,
      "more data": testOfMore > test ? "hurts" : "helps",
    });
    ctx.result("moreData", compared);
  }
}

function record(
  ctx: ExperimentContext<Config>,
  name: string,
  width: number,
  { train, test }: Trained,
): void {
  ctx.record(`${name}.train.loss`, width, train);
  ctx.record(`${name}.test.loss`, width, test);
}

/** A width in the table of results. */
function rowOf(width: number, { train, test, reached }: Trained) {
  const within = reached.filter(Number.isFinite);
  const loss = moments(test);
  return {
    M: width,
    parameters: parametersOf(width),
    "training loss": mean(train),
    "test loss": loss.mean,
    "sd of test loss": loss.deviation,
    "below 1e-3": `${within.length} of ${reached.length}`,
    "after steps": within.length > 0 ? mean(within) : null,
  };
}

/** Trains one width for every teacher. */
async function train(
  ctx: ExperimentContext<Config>,
  { width, plans, sets, examples }: {
    width: number;
    plans: Readonly<Record<string, Plan>>;
    sets: readonly TeacherSets[];
    examples: number;
  },
): Promise<Trained> {
  const { config, seed } = ctx;
  const { steps, learningRate } = config;
  const program = await ctx.gpu.compile(plans[trainingName(width, examples)]!);
  const measuring = await ctx.gpu.compile(plans[testName(width)]!, {
    share: program,
  });
  const random = new TorchRandom(seed);
  const model = student({ width, layers: LAYERS });
  initialize(program, model, { random, seed });
  const source = sampleBatches(sets.map(({ train }) => train));
  const first = examples === config.examples;
  const shown = first && config.curves.includes(width);
  // JSON has no infinity, and what is not reached stays -1.
  const notes = { reached: sets.map(() => -1) };
  await fit(ctx, {
    name: first ? fitName(width) : fitName(width, examples),
    program,
    source,
    random,
    order: sequential,
    steps,
    learningRate: cosine({ rate: learningRate, steps }),
    recorded: (step) => shown && onLogGrid(step),
    notes,
    onStep(step, { loss }) {
      notes.reached.forEach((at, r) => {
        if (at < 0 && loss![r]! < INTERPOLATED) notes.reached[r] = step;
      });
    },
  });
  const lossOn = async (samples: Sample[]) =>
    (await evaluate(measuring, sampleBatches(samples), ctx)).loss;
  const found = {
    train: await lossOn(sets.map(({ train }) => train)),
    test: await lossOn(sets.map(({ test }) => test)),
    reached: notes.reached.map((at) => at < 0 ? Infinity : at),
  };
  measuring.destroy();
  program.destroy();
  return found;
}
