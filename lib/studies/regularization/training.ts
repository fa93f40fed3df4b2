/** Networks on a few images of MNIST: every seed has images and first weights of its own, the same for all arms. */
import type { Plan } from "../../core/plan.ts";
import { TorchRandom } from "../../core/random.ts";
import type { ImageSets, Labelled } from "../../data/labelled.ts";
import { firstOf, subset } from "../../data/subset.ts";
import type { Program } from "../../gpu/mod.ts";
import { crossEntropy } from "../../nn/losses/cross_entropy.ts";
import { dense } from "../../nn/layers/dense.ts";
import { dropout } from "../../nn/layers/dropout.ts";
import { type Graph, sequential } from "../../nn/graph.ts";
import { buildPlan } from "../../nn/plan.ts";
import { relu } from "../../nn/layers/relu.ts";
import { sgd } from "../../nn/optimizers/sgd.ts";
import { replicaBatches } from "../../train/batches.ts";
import type { Evaluation } from "../../train/evaluate.ts";
import type { ExperimentContext, PlanSetting } from "../../train/experiment.ts";
import { fit } from "../../train/fit.ts";
import { initialize } from "../../train/initialize.ts";
import { labelledBatches } from "../../train/labelled_batches.ts";
import type { Config } from "./experiment.ts";
import { normsOf } from "../support/norms.ts";
import { type Arm, arms } from "./arms.ts";

/** Two hidden ReLU layers, each with dropout behind it if there is any. */
export function classifier(
  { width, dropProbability: probability }: Pick<
    Config,
    "width" | "dropProbability"
  >,
  { dropout: isDropped }: Pick<Arm, "dropout">,
): Graph {
  const hidden = () => [
    dense({ units: width }),
    relu(),
    ...(isDropped ? [dropout({ probability })] : []),
  ];
  return sequential([28 * 28], [
    ...hidden(),
    ...hidden(),
    dense({ units: 10 }),
  ]);
}

/** Plans of all arms, by name. */
export function trainingPlans(
  { config, target }: Pick<PlanSetting<Config>, "config" | "target">,
): Record<string, Plan> {
  const plans: Record<string, Plan> = {};
  for (const arm of arms) {
    const common = {
      model: classifier(config, arm),
      loss: crossEntropy(),
      replicas: config.seeds,
      target,
    };
    const plan = (
      name: string,
      options: Omit<Parameters<typeof buildPlan>[0], keyof typeof common>,
    ) => plans[name] = buildPlan({ ...common, ...options });
    const [training, own, test] = planNames(arm);
    plan(training, {
      name: training,
      // A step on λ‖θ‖² is a weight decay of 2λ.
      optimizer: sgd({ weightDecay: arm.penalty ? 2 * config.penalty : 0 }),
      batch: config.batch,
      ownData: true,
    });
    plan(own, {
      name: own,
      gradients: false,
      batch: Math.min(config.examples, 100),
      ownData: true,
    });
    plan(test, {
      name: test,
      gradients: false,
      batch: Math.min(config.testExamples, 250),
    });
  }
  return plans;
}

/** Names of the plans of an arm: training, loss on its own examples, loss on the test set. */
export function planNames({ name }: Arm): [string, string, string] {
  return [
    `${name}, training`,
    `${name}, training images`,
    `${name}, test images`,
  ];
}

/** Where one network ended. */
export interface Ended {
  readonly arm: Arm["name"];
  /** Which of the seeds, from 0. */
  readonly seed: number;
  readonly trainingLoss: number;
  readonly testLoss: number;
  readonly trainingAccuracy: number;
  readonly testAccuracy: number;
  /** ‖θ‖². */
  readonly squaredNorm: number;
}

/** Images of every seed, none twice. */
export function drawImages(
  train: Labelled,
  { seed, seeds, examples }:
    & { seed: number }
    & Pick<Config, "seeds" | "examples">,
): Labelled[] {
  return Array.from({ length: seeds }, (_, s) => {
    // A generator apart from the one that draws the first weights.
    const own = new TorchRandom((seed + s) % 2 ** 32).next();
    const order = new TorchRandom(own).randperm(train.count);
    return subset(train, order.subarray(0, examples));
  });
}

/** Trains one arm on all seeds at once. */
export async function train(
  ctx: ExperimentContext<Config>,
  arm: Arm,
  { plans, sets }: {
    plans: Readonly<Record<string, Plan>>;
    sets: Pick<ImageSets, "train" | "test">;
  },
): Promise<Ended[]> {
  const { config, seed } = ctx;
  const [training, own, test] = planNames(arm).map((name) => plans[name]!);
  const program = await ctx.gpu.compile(training!);
  const share = { share: program };
  const onTraining = await ctx.gpu.compile(own!, share);
  const onTest = await ctx.gpu.compile(test!, share);
  const model = classifier(config, arm);
  initialize(program, model, { random: new TorchRandom(seed), seed });
  const source = replicaBatches(
    drawImages(sets.train, { seed, ...config })
      .map((data) => labelledBatches(data)),
  );
  const every = config.evaluateEvery;
  const { evaluations } = await fit(ctx, {
    name: arm.name,
    program,
    source,
    random: new TorchRandom(seed),
    steps: config.steps,
    learningRate: config.learningRate,
    recorded: () => false,
    evaluations: [
      { name: `${arm.name}.train`, program: onTraining, source, every },
      {
        name: `${arm.name}.test`,
        program: onTest,
        source: labelledBatches(firstOf(sets.test, config.testExamples)),
        every,
      },
    ],
  });
  const norms = await squaredNorms(program, model);
  for (const each of [onTest, onTraining, program]) each.destroy();
  const [trained, tested] = ["train", "test"]
    .map((set) => evaluations[`${arm.name}.${set}`]!) as [
      Evaluation,
      Evaluation,
    ];
  return norms.map((squaredNorm, s) => ({
    ...{ arm: arm.name, seed: s },
    trainingLoss: trained.loss[s]!,
    testLoss: tested.loss[s]!,
    trainingAccuracy: trained.accuracy![s]!,
    testAccuracy: tested.accuracy![s]!,
    squaredNorm,
  }));
}

/** ‖θ‖² of every network. */
async function squaredNorms(program: Program, model: Graph): Promise<number[]> {
  const { replicas } = program.plan;
  const sums = new Array<number>(replicas).fill(0);
  for (const { label } of model.parameters) {
    normsOf(await program.read(label), replicas)
      .forEach((norm, r) => sums[r]! += norm ** 2);
  }
  return sums;
}
