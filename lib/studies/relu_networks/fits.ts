/** Deep networks against wide ones with the same number of hidden units, on one target. */
import type { Plan, Target } from "../../core/plan.ts";
import { TorchRandom } from "../../core/random.ts";
import { countKinks } from "../../math/kinks.ts";
import { outputAt } from "../../math/relu_network.ts";
import { adam } from "../../nn/optimizers/adam.ts";
import { buildPlan } from "../../nn/plan.ts";
import { cosine } from "../../nn/schedules.ts";
import { meanSquaredError } from "../../nn/losses/squared_error.ts";
import { arrayBatches } from "../../train/batches.ts";
import { sequential } from "../../train/epochs.ts";
import type { ExperimentContext } from "../../train/experiment.ts";
import { fit } from "../../train/fit.ts";
import { initialize } from "../../train/initialize.ts";
import { stage } from "../../train/stage.ts";
import { modelOf, readNetworks } from "../support/relu_networks.ts";
import { mean } from "../support/statistics.ts";

/** Config of the fits. */
export interface FitConfig {
  readonly units: number;
  readonly hiddenLayers: readonly number[];
  readonly networks: number;
  readonly targetKinks: number;
  readonly points: number;
  readonly steps: number;
  readonly learningRate: number;
}

/** Hidden layers and the units of each. */
interface Shape {
  readonly hidden: number;
  readonly width: number;
}

/** Widths of a shape with one input and one output. */
const widthsOf = ({ hidden, width }: Shape) => [
  1,
  ...Array<number>(hidden).fill(width),
  1,
];

/** Points at which fitted functions are recorded, from −1 to 1. */
const shownPoints = 81;

/** Shapes with `units` hidden units in all. */
export function shapesOf(
  { units, hiddenLayers }: Pick<FitConfig, "units" | "hiddenLayers">,
): Shape[] {
  return hiddenLayers.map((hidden) => ({ hidden, width: units / hidden }));
}

/** Name of the plan that trains a shape. */
export const trainingName = ({ hidden, width }: Shape) =>
  `training, ${hidden} × ${width}`;

/** The plans of all shapes by name. */
export function trainingPlans(
  config: FitConfig,
  target: Target,
): Record<string, Plan> {
  return Object.fromEntries(
    shapesOf(config).map((shape) => [
      trainingName(shape),
      buildPlan({
        name: trainingName(shape),
        model: modelOf(widthsOf(shape)),
        loss: meanSquaredError(),
        optimizer: adam(),
        batch: config.points,
        replicas: config.networks,
        target,
      }),
    ]),
  );
}

/** A triangle wave between −1 and 1 on [−1, 1] with `kinks` kinks inside. */
export function wave(x: number, kinks: number): number {
  // Counted in pieces from the left.
  const at = (x + 1) / 2 * (kinks + 1);
  return 4 * Math.abs(at / 2 - Math.round(at / 2)) - 1;
}

/** What became of the networks of one shape. */
export interface Fitted {
  readonly "hidden layers": number;
  readonly width: number;
  /** The most kinks there can be. */
  readonly bound: number;
  /** Mean over the networks. */
  readonly "kinks at random": number;
  readonly "kinks after training": number;
  readonly "most kinks seen": number;
  readonly "mean loss": number;
  readonly "least loss": number;
}

/** Trains every shape, counts kinks before and after, and records losses and the best fits. */
export async function measureFits(
  ctx: ExperimentContext<FitConfig>,
  plans: Readonly<Record<string, Plan>>,
): Promise<void> {
  const fitted: Fitted[] = [];
  for (const shape of shapesOf(ctx.config)) {
    const name = trainingName(shape);
    const work = () => train(ctx, shape, plans[name]!);
    fitted.push(await stage(ctx, name, work));
    ctx.result("fits", fitted);
  }
  recordFunction(ctx, "x", (x) => x);
  recordFunction(ctx, "target", (x) => wave(x, ctx.config.targetKinks));
}

async function train(
  ctx: ExperimentContext<FitConfig>,
  shape: Shape,
  plan: Plan,
): Promise<Fitted> {
  const { config, seed } = ctx;
  const { points, steps, learningRate } = config;
  const { hidden, width } = shape;
  const program = await ctx.gpu.compile(plan);
  const random = new TorchRandom(seed);
  initialize(program, modelOf(widthsOf(shape)), { random, seed });
  const before = (await readNetworks(program, widthsOf(shape))).map(countKinks);
  const x = Float32Array.from(
    { length: points },
    (_, i) => (2 * i + 1) / points - 1,
  );
  const target = x.map((at) => wave(at, config.targetKinks));
  const notes = { losses: [] as number[] };
  await fit(ctx, {
    name: `hidden${hidden}`,
    program,
    source: arrayBatches({
      x: { shape: [points, 1], data: x },
      target: { shape: [points, 1], data: target },
    }),
    random,
    order: sequential,
    steps,
    learningRate: cosine({ rate: learningRate, steps }),
    recorded: (step) => step % Math.ceil(steps / 100) === 0,
    notes,
    onStep(step, { loss }) {
      if (step === steps - 1) notes.losses = Array.from(loss!);
    },
  });
  const networks = await readNetworks(program, widthsOf(shape));
  program.destroy();
  const after = networks.map(countKinks);
  const { losses } = notes;
  ctx.record("kinks.random", hidden, before);
  ctx.record("kinks.trained", hidden, after);
  ctx.record("final.loss", hidden, losses);
  const best = networks[losses.indexOf(Math.min(...losses))]!;
  recordFunction(ctx, `best${hidden}`, (x) => outputAt(best, x));
  return {
    "hidden layers": hidden,
    width,
    bound: (width + 1) ** hidden - 1,
    "kinks at random": mean(before),
    "kinks after training": mean(after),
    "most kinks seen": Math.max(...before, ...after),
    "mean loss": mean(losses),
    "least loss": Math.min(...losses),
  };
}

/** Records a function on [−1, 1]. */
function recordFunction(
  ctx: Pick<ExperimentContext, "record">,
  name: string,
  f: (x: number) => number,
): void {
  for (let i = 0; i < shownPoints; i++) {
    ctx.record(`fit.${name}`, i, f(2 * i / (shownPoints - 1) - 1));
  }
}
