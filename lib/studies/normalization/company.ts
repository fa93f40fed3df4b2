/** One example in many batches: how far its output moves with the rest of the batch. */
import type { Plan } from "../../core/plan.ts";
import { TorchRandom } from "../../core/random.ts";
import type { Labelled } from "../../data/labelled.ts";
import type { Program } from "../../gpu/mod.ts";
import { buildPlan } from "../../nn/plan.ts";
import type { ExperimentContext, PlanSetting } from "../../train/experiment.ts";
import { labelledBatches } from "../../train/labelled_batches.ts";
import type { Config } from "./experiment.ts";
import { mean } from "../support/statistics.ts";
import { deepModel, type Kind } from "./networks.ts";
import { sizesOf } from "./training.ts";

/** What is compared: a kind of network, and whether it takes the statistics of the batch. Evaluation first, as batches in training move the running statistics. */
export const arms = [
  { name: "evaluation", kind: "batch", training: false },
  { name: "batch", kind: "batch", training: true },
  { name: "layer", kind: "layer", training: true },
] as const;

const planName = (name: string) => `company, ${name}`;

/** Plans that only compute the output, by name. */
export function companyPlans(
  { config, target }: Pick<PlanSetting<Config>, "config" | "target">,
): Record<string, Plan> {
  return Object.fromEntries(arms.map(({ name, kind, training }) => {
    const model = deepModel(kind, sizesOf(config));
    const plan = buildPlan({
      name: planName(name),
      model,
      batch: Math.max(...config.companies),
      replicas: config.networks,
      outputs: [model.output.label],
      training,
      target,
    });
    return [planName(name), plan];
  }));
}

/** Spread of the first example's logits over batches of one size. */
export interface Spread {
  readonly arm: string;
  readonly batch: number;
  /** Root mean square over batches and classes of the difference from the mean over the batches; mean over the networks. */
  readonly spread: number;
}

/** Measures the arms of one kind with the parameters and running statistics of a trained program. */
export async function measureCompany(
  ctx: ExperimentContext<Config>,
  kind: Kind,
  { plans, trained, data }: {
    plans: Readonly<Record<string, Plan>>;
    trained: Program;
    data: Labelled;
  },
): Promise<Spread[]> {
  const found: Spread[] = [];
  for (const { name } of arms.filter((arm) => arm.kind === kind)) {
    const program = await ctx.gpu.compile(plans[planName(name)]!, {
      share: trained,
    });
    for (const batch of ctx.config.companies) {
      const values = await spreads(ctx, program, { batch, data });
      ctx.record(`company.${name}`, batch, values);
      const spread = mean(values);
      found.push({ arm: name, batch, spread });
    }
    program.destroy();
  }
  return found;
}

/** The spread of every network. */
async function spreads(
  { seed, config, alive }: ExperimentContext<Config>,
  program: Program,
  { batch, data }: { batch: number; data: Labelled },
): Promise<number[]> {
  const { batch: rows, replicas, tensors } = program.plan;
  const output = tensors.find(({ role }) => role === "output")!.label;
  const source = labelledBatches(data);
  const random = new TorchRandom(seed);
  const outputs: Float32Array[] = [];
  for (let i = 0; i < config.companyBatches; i++) {
    const others = random.randint(1, data.count, batch - 1);
    const x = new Float32Array(rows * 28 * 28);
    const target = new Uint32Array(rows);
    const indices = Uint32Array.of(0, ...Array.from(others, Number));
    source.fill(indices, { x, target }, { epoch: 0, taken: 0 });
    await program.submit([{ x, examples: Uint32Array.of(batch) }]);
    outputs.push(await program.read(output));
    alive();
  }
  const count = outputs.length;
  const classes = outputs[0]!.length / replicas / rows;
  return Array.from({ length: replicas }, (_, r) => {
    let sum = 0;
    for (let c = 0; c < classes; c++) {
      const logits = outputs.map((all) => all[r * rows * classes + c]!);
      // Differences from the first are exactly 0 where nothing moves; the mean of equal numbers may round.
      const moved = logits.map((logit) => logit - logits[0]!);
      const center = mean(moved);
      for (const value of moved) sum += (value - center) ** 2;
    }
    return Math.sqrt(sum / count / classes);
  });
}
