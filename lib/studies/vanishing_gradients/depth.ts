/** Gradients of the output at the start of training, by depth and kind, and what one layer does to those below it. */
import type { Plan } from "../../core/plan.ts";
import { TorchRandom } from "../../core/random.ts";
import type { Program } from "../../gpu/mod.ts";
import { initialize } from "../../train/initialize.ts";
import type { ExperimentContext, PlanSetting } from "../../train/experiment.ts";
import { stage } from "../../train/stage.ts";
import {
  deepModel,
  gradientPlan,
  type Kind,
  kinds,
  type LayerGradient,
  outputGradients,
} from "./networks.ts";

/** Config of the measurements without training. */
export interface DepthConfig {
  readonly depths: readonly number[];
  readonly width: number;
  readonly networks: number;
  readonly shrink: number;
  readonly shift: number;
}

/** Name of the plan of one kind and depth. */
function nameOf(kind: Kind, depth: number): string {
  return `${kind}, ${depth} layers`;
}

/** Plans of every kind and depth, by name. */
export function depthPlans(
  { config, target }: Pick<PlanSetting<DepthConfig>, "config" | "target">,
): Record<string, Plan> {
  const { depths, width, networks: replicas } = config;
  return Object.fromEntries(kinds.flatMap((kind) =>
    depths.map((depth) => {
      const name = nameOf(kind, depth);
      const model = deepModel({ kind, depth, width });
      return [name, gradientPlan(model, { name, replicas, target })];
    })
  ));
}

/** How the gradient of the first layer compares with that of the last but one. */
export interface FirstOverLast {
  readonly kind: Kind;
  readonly depth: number;
  /** ‖∂y_L/∂b₁‖ / ‖∂y_L/∂b_{L−1}‖, geometric mean over the networks. */
  readonly ratio: number;
  /** The same per layer between them. */
  readonly perLayer: number;
}

/** What one changed layer j does: gradients after over before, layers below it. */
export interface Intervention {
  readonly kind: Kind;
  readonly change: "small" | "up" | "down";
  readonly layer: number;
  /** Smallest and largest ratio over all layers below j and all networks. */
  readonly least: number;
  readonly most: number;
}

/** Records gradients layer by layer at every depth, then changes one layer of the deepest sigmoid and ReLU networks. */
export async function measureDepth(
  ctx: ExperimentContext<DepthConfig>,
  plans: Readonly<Record<string, Plan>>,
): Promise<void> {
  const { depths, width, networks } = ctx.config;
  const ratios: FirstOverLast[] = [];
  const interventions: Intervention[] = [];
  const deepest = Math.max(...depths);
  let done = 0;
  const measure = async (kind: Kind, depth: number) => {
    const program = await ctx.gpu.compile(plans[nameOf(kind, depth)]!);
    const random = new TorchRandom(ctx.seed);
    const model = deepModel({ kind, depth, width });
    initialize(program, model, { random, seed: ctx.seed });
    const x = random.randn(networks * width);
    const layers = await outputGradients(program, { x, depth });
    const found = layers[0]!.bias.map((first, r) =>
      first / layers[depth - 2]!.bias[r]!
    );
    ctx.record(`ratio.${kind}`, depth, found);
    const ratio = geometricMean(found);
    const perLayer = depth > 2 ? ratio ** (1 / (depth - 2)) : 1;
    const interventions: Intervention[] = [];
    if (depth === deepest) {
      layers.forEach(({ weight }, i) =>
        ctx.record(`start.${kind}`, i + 1, weight)
      );
      if (kind === "sigmoid" || kind === "relu") {
        const before = { kind, x, layers };
        interventions.push(...await intervene(ctx, program, before));
      }
    }
    program.destroy();
    return { ratio: { kind, depth, ratio, perLayer }, interventions };
  };
  for (const kind of kinds) {
    for (const depth of depths) {
      const name = nameOf(kind, depth);
      const found = await stage(ctx, name, () => measure(kind, depth));
      ratios.push(found.ratio);
      interventions.push(...found.interventions);
      ctx.progress({
        done: ++done,
        total: kinds.length * depths.length,
        unit: "network",
      });
    }
  }
  ctx.result("firstOverLast", ratios);
  ctx.result("interventions", interventions);
}

/**
 * Changes the middle layer j in three ways, each from the same start: A_j shrinks
 * while b_j makes up for it, so that the pre-activations stay; the pre-activations
 * move up; they move down.
 */
async function intervene(
  ctx: ExperimentContext<DepthConfig>,
  program: Program,
  { kind, x, layers }: {
    kind: Kind;
    x: Float32Array;
    layers: readonly LayerGradient[];
  },
): Promise<Intervention[]> {
  const { shrink, shift } = ctx.config;
  const depth = layers.length;
  const j = Math.ceil(depth / 2);
  const label = `dense${j}`;
  const weight = await program.read(`${label}.weight`);
  const bias = await program.read(`${label}.bias`);
  const z = await program.read(`${label}.output`);
  const changes = {
    small: {
      weight: weight.map((a) => shrink * a),
      bias: z.map((value, i) => value - shrink * (value - bias[i]!)),
    },
    up: { weight, bias: bias.map((b) => b + shift) },
    down: { weight, bias: bias.map((b) => b - shift) },
  };
  const record = (change: string, found: readonly LayerGradient[]) =>
    found.forEach(({ weight }, i) =>
      ctx.record(`changed.${kind}.${change}`, i + 1, weight)
    );
  record("none", layers);
  const interventions: Intervention[] = [];
  for (const change of ["small", "up", "down"] as const) {
    program.write(`${label}.weight`, changes[change].weight);
    program.write(`${label}.bias`, changes[change].bias);
    const found = await outputGradients(program, { x, depth });
    record(change, found);
    const ratios = found.slice(0, j - 1).flatMap(({ weight, bias }, i) => [
      ...weight.map((norm, r) => norm / layers[i]!.weight[r]!),
      ...bias.map((norm, r) => norm / layers[i]!.bias[r]!),
    ]);
    interventions.push({
      kind,
      change,
      layer: j,
      least: Math.min(...ratios),
      most: Math.max(...ratios),
    });
  }
  return interventions;
}

function geometricMean(values: readonly number[]): number {
  const logs = values.map(Math.log);
  return Math.exp(logs.reduce((sum, value) => sum + value, 0) / logs.length);
}
