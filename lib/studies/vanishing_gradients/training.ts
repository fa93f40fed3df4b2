/** Training of deep networks: gradients of every layer, and units that pass none on. */
import type { Plan } from "../../core/plan.ts";
import { TorchRandom } from "../../core/random.ts";
import type { Program } from "../../gpu/mod.ts";
import { buildPlan } from "../../nn/plan.ts";
import { sgd } from "../../nn/optimizers/sgd.ts";
import { meanSquaredError } from "../../nn/losses/squared_error.ts";
import { Interrupted } from "../../train/context.ts";
import { initialize } from "../../train/initialize.ts";
import type { ExperimentContext, PlanSetting } from "../../train/experiment.ts";
import { stage } from "../../train/stage.ts";
import { mean } from "../support/statistics.ts";
import {
  activationLabel,
  deepModel,
  type Kind,
  kinds,
  readNorms,
} from "./networks.ts";

/** Config of the training. */
export interface TrainingConfig {
  readonly width: number;
  readonly trainedDepth: number;
  readonly trainedNetworks: number;
  readonly updates: number;
  readonly measurements: number;
  readonly learningRate: number;
}

const EXAMPLES = 128;

/** Slope, relative to its largest value, below which a unit counts as saturated; a ReLU is dead at slope 0. */
const SATURATED = 0.01;

/** Slope of an activation from its output, relative to its largest value. */
const slopes: Readonly<Record<Kind, (y: number) => number>> = {
  sigmoid: (y) => 4 * y * (1 - y),
  tanh: (y) => 1 - y * y,
  relu: (y) => y > 0 ? 1 : 0,
  residual: (y) => 1 - y * y,
};

/** Name of the plan that trains one kind. */
export const trainingName = (kind: Kind) => `${kind}, training`;

/** Plans of every kind, by name. */
export function trainingPlans(
  { config, target }: Pick<PlanSetting<TrainingConfig>, "config" | "target">,
): Record<string, Plan> {
  const { width, trainedDepth: depth, trainedNetworks: replicas } = config;
  return Object.fromEntries(kinds.map((kind) => {
    const name = trainingName(kind);
    return [
      name,
      buildPlan({
        name,
        model: deepModel({ kind, depth, width }),
        loss: meanSquaredError(),
        optimizer: sgd(),
        batch: EXAMPLES,
        replicas,
        keepGradients: true,
        outputs: hiddenLayers(depth).map((i) => activationLabel(kind, i)),
        target,
      }),
    ];
  }));
}

function hiddenLayers(depth: number): number[] {
  return Array.from({ length: depth - 1 }, (_, i) => i + 1);
}

/** What became of the networks of one kind. */
export interface Trained {
  readonly kind: Kind;
  /** Mean loss over the networks, before and after. */
  readonly firstLoss: number;
  readonly lastLoss: number;
  /** Loss of the best constant, the variance of the targets. */
  readonly constantLoss: number;
  /** ‖∂ρ/∂A₁‖ over ‖∂ρ/∂A_{L−1}‖ at the first measurement, mean. */
  readonly firstRatio: number;
  /** Saturated or dead share of hidden units over the examples, at the end. */
  readonly saturated: number;
}

/** Trains every kind on the same data and records as it goes. */
export async function measureTraining(
  ctx: ExperimentContext<TrainingConfig>,
  plans: Readonly<Record<string, Plan>>,
): Promise<void> {
  const trained: Trained[] = [];
  for (const [i, kind] of kinds.entries()) {
    trained.push(
      await stage(ctx, trainingName(kind), async () => {
        const program = await ctx.gpu.compile(plans[trainingName(kind)]!);
        const found = await train(ctx, kind, { program, before: i });
        program.destroy();
        return found;
      }),
    );
  }
  ctx.result("trained", trained);
}

async function train(
  ctx: ExperimentContext<TrainingConfig>,
  kind: Kind,
  { program, before }: { program: Program; before: number },
): Promise<Trained> {
  const { width, trainedDepth: depth, updates, measurements } = ctx.config;
  const random = new TorchRandom(ctx.seed);
  const { x, target } = drawData(random, width);
  const model = deepModel({ kind, depth, width });
  initialize(program, model, { random, seed: ctx.seed });
  const inputs = {
    x,
    target,
    examples: Uint32Array.of(EXAMPLES),
    learningRate: new Float32Array(program.plan.replicas)
      .fill(ctx.config.learningRate),
  };
  const every = Math.ceil(updates / measurements);
  let firstLoss = NaN, lastLoss = NaN, firstRatio = NaN, saturated = NaN;
  for (let done = 0; done < updates;) {
    if (ctx.stopping) throw new Interrupted();
    // The first measurement is at the start, the others `every` updates apart.
    const next = done === 0 ? 1 : Math.min(updates, done + every);
    while (done < next) {
      const count = Math.min(program.stepsPerSubmit, next - done);
      const metrics = await program.submit(Array(count).fill(inputs));
      done += count;
      ctx.record(`${kind}.loss`, done - 1, metrics.at(-1)!.loss!);
      lastLoss = mean(metrics.at(-1)!.loss!);
    }
    const layers = await readNorms(program, depth);
    layers.forEach(({ weight }, layer) =>
      ctx.record(`heat.${kind}.${layer + 1}`, done - 1, mean(weight))
    );
    saturated = await shareOfSaturated(program, kind, depth);
    ctx.record(`${kind}.saturated`, done - 1, saturated);
    if (done === 1) {
      firstLoss = lastLoss;
      firstRatio = mean(layers[0]!.weight) / mean(layers[depth - 2]!.weight);
    }
    ctx.progress({
      done: before * updates + done,
      total: kinds.length * updates,
      unit: "step",
      metrics: { loss: lastLoss },
    });
  }
  const constantLoss = varianceOf(target);
  return { kind, firstLoss, lastLoss, constantLoss, firstRatio, saturated };
}

/** Standard normal features and a target that bends with the first two. */
function drawData(random: TorchRandom, width: number) {
  const x = random.randn(EXAMPLES * width);
  const target = Float32Array.from(
    { length: EXAMPLES },
    (_, i) => Math.sin(2 * x[i * width]!) + x[i * width + 1]!,
  );
  return { x, target };
}

/** Share of hidden units, over examples, layers and networks, whose slope is next to nothing. */
async function shareOfSaturated(
  program: Program,
  kind: Kind,
  depth: number,
): Promise<number> {
  const outputs = await Promise.all(
    hiddenLayers(depth)
      .map((layer) => program.read(`${activationLabel(kind, layer)}.output`)),
  );
  let count = 0, all = 0;
  for (const output of outputs) {
    all += output.length;
    for (const y of output) {
      if (slopes[kind](y) < SATURATED) count++;
    }
  }
  return count / all;
}

function varianceOf(values: Float32Array): number {
  const center = mean(values);
  return mean(values.map((value) => (value - center) ** 2));
}
