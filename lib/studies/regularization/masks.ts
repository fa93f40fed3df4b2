/** Many masks of dropout over the same numbers: what their mean is. */
import type { Plan } from "../../core/plan.ts";
import { TorchRandom } from "../../core/random.ts";
import { dropout } from "../../nn/layers/dropout.ts";
import { sequential } from "../../nn/graph.ts";
import { buildPlan } from "../../nn/plan.ts";
import type { ExperimentContext, PlanSetting } from "../../train/experiment.ts";
import type { Config } from "./experiment.ts";

/** Numbers that are masked. */
const UNITS = 256;
/** Masks in one step, one a replica. */
const REPLICAS = 64;

/** The plan that masks the same numbers once for every replica. */
export function maskPlan(
  { config, target }: Pick<PlanSetting<Config>, "config" | "target">,
): Plan {
  const { dropProbability: probability } = config;
  return buildPlan({
    name: "masks",
    model: sequential([UNITS], [dropout({ probability })]),
    batch: 1,
    replicas: REPLICAS,
    training: true,
    outputs: ["dropout1"],
    target,
  });
}

/** What the masks did. */
export interface Masks {
  readonly masks: number;
  /** Share of all numbers that were kept. */
  readonly kept: number;
  /** Root mean square over the numbers of (mean − expectation) over its standard error, with 1/q and without. */
  readonly scaled: number;
  readonly unscaled: number;
}

/** Draws `config.masks` masks and compares the mean of what they leave with what went in. */
export async function measureMasks(
  ctx: ExperimentContext<Config>,
  plan: Plan,
): Promise<void> {
  const { seed, config } = ctx;
  const q = 1 - config.dropProbability;
  const program = await ctx.gpu.compile(plan);
  const x = new TorchRandom(seed).randn(UNITS);
  const seeds = Uint32Array.from({ length: REPLICAS }, (_, r) => seed + r);
  const sums = new Float64Array(UNITS);
  let kept = 0;
  let count = 0;
  let found: Masks | undefined;
  for (let step = 0; count < config.masks; step++) {
    const step32 = Uint32Array.of(step);
    await program.submit([{
      ...{ x, seed: seeds, step: step32 },
      examples: Uint32Array.of(1),
    }]);
    (await program.read("dropout1.output")).forEach((value, i) => {
      sums[i % UNITS]! += value;
      if (value !== 0) kept++;
    });
    count += REPLICAS;
    ctx.alive();
    // Doubling numbers of masks, and the last.
    const isDue = Number.isInteger(Math.log2(count)) || count >= config.masks;
    if (!isDue) continue;
    const means = sums.map((sum) => sum / count);
    const rms = (of: (i: number) => number) =>
      Math.sqrt(means.reduce((sum, _, i) => sum + of(i) ** 2, 0) / UNITS);
    ctx.record("masks.scaled", count, rms((i) => means[i]! - x[i]!));
    ctx.record("masks.unscaled", count, rms((i) => q * means[i]! - x[i]!));
    const deviation = Math.sqrt((1 - q) / q / count);
    ctx.record("masks.theory", count, deviation * rms((i) => x[i]!));
    const relative = (mean: number, i: number) =>
      (mean - x[i]!) / (deviation * x[i]!);
    found = {
      masks: count,
      kept: kept / count / UNITS,
      scaled: rms((i) => relative(means[i]!, i)),
      unscaled: rms((i) => relative(q * means[i]!, i)),
    };
  }
  program.destroy();
  ctx.result("masks", [found]);
}
