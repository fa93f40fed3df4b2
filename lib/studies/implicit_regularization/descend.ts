/** Trains every arm on every set at once, then measures where each ended. */
import type { Plan } from "../../core/plan.ts";
import { TorchRandom } from "../../core/random.ts";
import type { Sample } from "../../data/teacher.ts";
import { initialParameters } from "../../nn/plan.ts";
import type { Graph } from "../../nn/graph.ts";
import type { Program } from "../../gpu/mod.ts";
import { evaluate } from "../../train/evaluate.ts";
import type { ExperimentContext } from "../../train/experiment.ts";
import { fit } from "../../train/fit.ts";
import type { Config } from "./experiment.ts";
import {
  drawMore,
  drawTeachers,
  onLogGrid,
  sampleBatches,
  student,
} from "../support/teachers.ts";
import { type Arm, armsOf, nameOf } from "./arms.ts";
import { gradientNorms } from "./gradient_norms.ts";
import { report } from "./report.ts";

/** Mean of a training loss over the last updates that counts as the loss there: one mini-batch is too few. */
const RUNNING = 0.98;

/** Runs the experiment. */
export async function descend(
  ctx: ExperimentContext<Config>,
  plans: { training: Plan; gradients: Plan; measuring: Plan },
): Promise<void> {
  const { config, seed } = ctx;
  const { sets, steps } = config;
  const arms = armsOf(config);
  const teachers = drawTeachers({
    seed,
    teachers: sets,
    train: config.examples,
    test: config.testExamples,
    noise: config.noise,
  });
  const program = await ctx.gpu.compile(plans.training);
  const share = { share: program };
  const gradients = await ctx.gpu.compile(plans.gradients, share);
  const measuring = await ctx.gpu.compile(plans.measuring, share);
  const model = student(config);
  initialize(program, model, { seed, sets });
  // Replicas: the sets of the first arm, then those of the second, and so on.
  const everywhere = <T>(values: readonly T[]) => arms.flatMap(() => values);
  const each = (value: (arm: Arm) => number) =>
    arms.flatMap((arm) => new Array<number>(sets).fill(value(arm)));
  const trainingSets = teachers.map(({ train }) => train);
  const rates = each(({ rate }) => rate);
  const decays = each(({ decay }) => decay);
  const parts = (values: ArrayLike<number>) =>
    arms.map((_, i) => Array.from(values).slice(i * sets, (i + 1) * sets));
  const running: number[] = [];
  await fit(ctx, {
    program,
    source: sampleBatches(everywhere(trainingSets)),
    random: new TorchRandom(seed),
    steps,
    learningRate: () => rates,
    weightDecay: () => decays,
    recorded: () => false,
    notes: { running },
    checkpointEvery: Math.ceil(steps / 4),
    nonFinite: "continue",
    onStep(step, { loss }) {
      Array.from(loss!).forEach((value, r) => {
        const before = running[r] ?? value;
        running[r] = RUNNING * before + (1 - RUNNING) * value;
      });
      if (!onLogGrid(step, 30) && step < steps - 1) return;
      parts(running).forEach((values, i) =>
        ctx.record(`${nameOf(arms[i]!)}.loss`, step, values)
      );
    },
  });
  const lossOn = async (samples: readonly Sample[]) => {
    const source = sampleBatches(everywhere(samples));
    return parts((await evaluate(measuring, source, ctx)).loss);
  };
  const norms = await gradientNorms({
    program: gradients,
    model,
    source: sampleBatches(everywhere(trainingSets)),
  });
  const more = { seed, count: config.testExamples, noise: config.noise };
  const found = {
    train: await lossOn(trainingSets),
    validation: await lossOn(drawMore(teachers, more)),
    test: await lossOn(teachers.map(({ test }) => test)),
    gradient: parts(norms.gradient),
    variation: parts(norms.variation),
  };
  report(ctx, arms, found);
  for (const each of [measuring, gradients, program]) each.destroy();
}

/** Starts all arms of set s from the same weights, those that PyTorch draws after `manual_seed(seed + s)`. */
function initialize(
  program: Program,
  model: Graph,
  { seed, sets }: { seed: number; sets: number },
): void {
  const starts = Array.from(
    { length: sets },
    (_, s) => initialParameters(model, new TorchRandom((seed + s) % 2 ** 32)),
  );
  for (const { label } of model.parameters) {
    const size = starts[0]![label]!.length;
    const all = new Float32Array(program.plan.replicas * size);
    for (let r = 0; r < program.plan.replicas; r++) {
      all.set(starts[r % sets]![label]!, r * size);
    }
    program.write(label, all);
  }
}
