/** Both modules as plans, what the plans count, and how long they take. */
import type { Plan } from "../../core/plan.ts";
import type { LayerSummary } from "../../core/plan_summary.ts";
import { sizeOf } from "../../core/shape.ts";
import {
  convolutionsOf,
  type ModuleName,
  moduleNames,
  type ModuleSize,
  titleOf,
} from "./sections/modules.ts";
import {
  type ConvolutionCost,
  totalCost,
} from "../../math/convolution_cost.ts";
import { inceptionModule } from "../../nn/models/inception.ts";
import { buildPlan } from "../../nn/plan.ts";
import { summarizePlan } from "../../nn/summary.ts";
import type { ExperimentContext, PlanSetting } from "../../train/experiment.ts";
import { timed } from "../../train/timing/timed.ts";

/** Sizes of the modules, and of what is measured. */
export interface InceptionConfig extends ModuleSize {
  readonly batch: number;
  readonly samples: number;
  /** Milliseconds that a sample lasts at least. */
  readonly sampleMs: number;
}

/** One convolution, or all of a module, as the run's record shows it. */
export interface CountedRow extends ConvolutionCost {
  readonly convolution: string;
  /** Milliseconds of its forward pass for the whole batch. */
  readonly ms: number;
}

/** FLOPs that a plan notes for an output besides products and their additions: the bias, at which the sum begins, and the activation. */
const FLOPS_OF_OUTPUT = 2;

/** The forward passes of both modules. */
export function modulePlans(
  { config, target }: PlanSetting<InceptionConfig>,
): Record<ModuleName, Plan> {
  const { image, inputs, channels, batch } = config;
  const planOf = (name: ModuleName) =>
    buildPlan({
      name: `${name} inception module`,
      model: inceptionModule({
        input: [image, image, inputs],
        channels,
        bottleneck: name === "naive" ? undefined : config.bottleneck,
      }),
      batch,
      target,
    });
  return { naive: planOf("naive"), bottleneck: planOf("bottleneck") };
}

/** Counts and times both modules and records what is found. */
export async function measureModules(
  ctx: ExperimentContext<InceptionConfig>,
  plans: Record<ModuleName, Plan>,
): Promise<void> {
  const { config, gpu } = ctx;
  const parts = [];
  for (const name of moduleNames) {
    const costs = countPlan(plans[name], gpu.target);
    const labels = ["", ...costs.map((_, i) => `conv2d${i + 1} `)];
    const timings = [];
    for (const label of labels) {
      const least = config.sampleMs;
      timings.push(await timed(gpu, plans[name], { label, least }));
    }
    parts.push({ name, costs, timings });
  }
  for (let done = 0; done < config.samples && !ctx.stopping; done++) {
    // In turn, so that a neighbour on the machine slows all of them alike.
    for (const { timings } of parts) {
      for (const timing of timings) await timing.sample();
    }
    ctx.progress({ done: done + 1, total: config.samples, unit: "sample" });
  }
  for (const { name, costs, timings } of parts) {
    const [whole, ...each] = timings.map((timing) => timing.best());
    timings.forEach((timing) => timing.destroy());
    const titles = convolutionsOf(name, config).map(titleOf);
    costs.forEach(({ multiplications }, i) => {
      const millions = config.batch * multiplications / 1e6;
      ctx.record(`${name}.multiplications`, i + 1, millions);
      ctx.record(`${name}.time`, i + 1, each[i]!);
    });
    const rows: CountedRow[] = [
      ...costs.map((cost, i) => ({
        convolution: `conv${i + 1}: ${titles[i]}`,
        ...cost,
        ms: each[i]!,
      })),
      { convolution: "in all", ...totalCost(costs), ms: whole! },
    ];
    ctx.result(`${name} module, counted and measured`, rows);
    ctx.result(`${name}.ms`, whole!);
  }
}

/** What a plan counts for one image, convolution by convolution. */
export function countPlan(
  plan: Plan,
  target: Parameters<typeof summarizePlan>[1],
): ConvolutionCost[] {
  const { layers } = summarizePlan(plan, target);
  return layers.filter(({ kind }) => kind === "conv2d").map((layer) => {
    const { size, forward: { flops, products } } = layer;
    const activations = sizeOf(followerOf(layer, layers).shape);
    const multiplications = products / plan.batch;
    return {
      parameters: size,
      additions: flops / plan.batch - multiplications -
        FLOPS_OF_OUTPUT * activations,
      multiplications,
      activations,
    };
  });
}

/** The activation behind a convolution. */
function followerOf(
  { label }: LayerSummary,
  layers: readonly LayerSummary[],
): LayerSummary {
  return layers.find(({ inputs }) => inputs.includes(label))!;
}
