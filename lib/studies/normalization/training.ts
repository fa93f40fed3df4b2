/** Deep sigmoid networks on a small part of MNIST: loss, accuracy, and the gradient of every layer. */
import type { Plan } from "../../core/plan.ts";
import { TorchRandom } from "../../core/random.ts";
import type { ImageSets } from "../../data/labelled.ts";
import { firstOf } from "../../data/subset.ts";
import type { Program } from "../../gpu/mod.ts";
import { crossEntropy } from "../../nn/losses/cross_entropy.ts";
import { buildPlan } from "../../nn/plan.ts";
import { sgd } from "../../nn/optimizers/sgd.ts";
import { allocateInputs, type BatchSource } from "../../train/batches.ts";
import { fillStep } from "../../train/check_source.ts";
import type { ExperimentContext, PlanSetting } from "../../train/experiment.ts";
import { fit } from "../../train/fit.ts";
import { initialize } from "../../train/initialize.ts";
import { labelledBatches } from "../../train/labelled_batches.ts";
import { stage } from "../../train/stage.ts";
import type { Config } from "./experiment.ts";
import { normsOf } from "../support/norms.ts";
import { mean } from "../support/statistics.ts";
import {
  deepModel,
  type Kind,
  kinds,
  preActivation,
  type Sizes,
} from "./networks.ts";

/** Sizes of the trained networks. */
export function sizesOf({ depth, width }: Config): Sizes {
  return { features: 28 * 28, depth, width, classes: 10 };
}

/** Plans of every kind, by name. */
export function trainingPlans(
  { config, target }: Pick<PlanSetting<Config>, "config" | "target">,
): Record<string, Plan> {
  return Object.assign(
    {},
    ...kinds.map((kind) => {
      const common = {
        model: deepModel(kind, sizesOf(config)),
        loss: crossEntropy(),
        replicas: config.networks,
        target,
      };
      const plan = (
        name: string,
        options: Partial<
          Parameters<
            typeof buildPlan
          >[0]
        >,
      ) => ({
        [`${kind}, ${name}`]: buildPlan({
          name: `${kind}, ${name}`,
          ...common,
          batch: config.batch,
          ...options,
        }),
      });
      return {
        ...plan("start", {
          gradients: true,
          outputs: hiddenLayers(config).map((i) => preActivation(kind, i)),
        }),
        ...plan("training", { optimizer: sgd(), keepGradients: true }),
        ...plan("evaluation", {
          gradients: false,
          batch: Math.min(500, config.testExamples),
        }),
      };
    }),
  );
}

function hiddenLayers({ depth }: Config): number[] {
  return Array.from({ length: depth }, (_, i) => i + 1);
}

/** What became of the networks of one kind, means over them. */
export interface Trained {
  readonly kind: Kind;
  readonly trainingLoss: number;
  readonly testLoss: number;
  readonly testAccuracy: number;
  /** ‖∂ℓ/∂W₁‖ over ‖∂ℓ/∂W_L‖ of the last hidden layer, before training. */
  readonly firstOverLast: number;
  /** Standard deviation over the examples of what goes into the last hidden sigmoid, before training. */
  readonly difference: number;
}

/** Trains one kind and hands its program on, with what it became. */
export async function train(
  ctx: ExperimentContext<Config>,
  kind: Kind,
  { plans, sets }: {
    plans: Readonly<Record<string, Plan>>;
    sets: Pick<ImageSets, "train" | "test">;
  },
): Promise<{ program: Program; trained: Trained }> {
  const { seed, config } = ctx;
  const { depth, examples, testExamples, steps } = config;
  const model = deepModel(kind, sizesOf(config));
  const source = labelledBatches(firstOf(sets.train, examples));
  const first = `${kind}, start`;
  const starting = { plan: plans[first]!, source };
  const start = await stage(
    ctx,
    first,
    () => measureStart(ctx, kind, starting),
  );
  const program = await ctx.gpu.compile(plans[`${kind}, training`]!);
  const evaluation = await ctx.gpu.compile(plans[`${kind}, evaluation`]!, {
    share: program,
  });
  const random = new TorchRandom(seed);
  initialize(program, model, { random, seed });
  const sample = (name: string, data: ImageSets["test"]) => ({
    ...{ name: `${kind}.${name}`, program: evaluation },
    source: labelledBatches(data),
    every: config.evaluateEvery,
  });
  const { evaluations } = await fit(ctx, {
    name: kind,
    program,
    source,
    random,
    steps,
    learningRate: config.learningRate,
    recorded: () => false,
    async onEnd() {
      (await gradientNorms(program, depth)).forEach((norms, i) =>
        ctx.record(`gradient.last.${kind}`, i + 1, norms)
      );
    },
    evaluations: [
      sample("train", firstOf(sets.train, examples)),
      sample("test", firstOf(sets.test, testExamples)),
    ],
  });
  evaluation.destroy();
  const of = (name: string) => evaluations[`${kind}.${name}`]!;
  return {
    program,
    trained: {
      kind,
      trainingLoss: mean(of("train").loss),
      testLoss: mean(of("test").loss),
      testAccuracy: mean(of("test").accuracy!),
      ...start,
    },
  };
}

/** Gradients and signals of the first mini-batch, before any update. */
async function measureStart(
  ctx: ExperimentContext<Config>,
  kind: Kind,
  { plan, source }: { plan: Plan; source: BatchSource },
): Promise<Pick<Trained, "firstOverLast" | "difference">> {
  const { seed, config } = ctx;
  const { batch, depth } = config;
  const program = await ctx.gpu.compile(plan);
  const model = deepModel(kind, sizesOf(config));
  initialize(program, model, { random: new TorchRandom(seed), seed });
  const inputs = allocateInputs(plan.tensors);
  const indices = Uint32Array.from({ length: batch }, (_, i) => i);
  fillStep(plan, source, { indices, epoch: 0, taken: 0 }, inputs);
  await program.submit([inputs]);
  const norms = await gradientNorms(program, depth);
  norms.forEach((values, i) =>
    ctx.record(`gradient.first.${kind}`, i + 1, values)
  );
  let differences: number[] = [];
  for (const layer of hiddenLayers(config)) {
    const z = await program.read(`${preActivation(kind, layer)}.output`);
    differences = differencesOf(z, plan);
    ctx.record(`difference.${kind}`, layer, differences);
  }
  program.destroy();
  return {
    firstOverLast: mean(norms[0]!.map((n, r) => n / norms[depth - 1]![r]!)),
    difference: mean(differences),
  };
}

/** Root mean square over units and examples of the difference from a unit's mean over the examples; one per network. */
function differencesOf(
  z: Float32Array,
  { batch, replicas }: Pick<Plan, "batch" | "replicas">,
): number[] {
  const width = z.length / replicas / batch;
  return Array.from({ length: replicas }, (_, r) => {
    const part = z.subarray(r * batch * width, (r + 1) * batch * width);
    let sum = 0;
    for (let unit = 0; unit < width; unit++) {
      const values = Array.from(
        { length: batch },
        (_, i) => part[i * width + unit]!,
      );
      const center = mean(values);
      for (const value of values) sum += (value - center) ** 2;
    }
    return Math.sqrt(sum / part.length);
  });
}

/** ‖∂ℓ/∂W_i‖ after a step, layer by layer from the input, one per network. */
function gradientNorms(program: Program, depth: number): Promise<number[][]> {
  return Promise.all(Array.from({ length: depth + 1 }, async (_, i) => {
    const gradient = await program.read(`dense${i + 1}.dWeight`);
    return normsOf(gradient, program.plan.replicas);
  }));
}
