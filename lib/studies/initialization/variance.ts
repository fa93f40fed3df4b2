/** Monte Carlo over deep networks: the mean square of the pre-activations, layer by layer. */
import type { Plan } from "../../core/plan.ts";
import { TorchRandom } from "../../core/random.ts";
import type { Program } from "../../gpu/mod.ts";
import { concatenate } from "../../nn/layers/concatenate.ts";
import { dense } from "../../nn/layers/dense.ts";
import { type Graph, graph } from "../../nn/graph.ts";
import { buildPlan } from "../../nn/plan.ts";
import { relu } from "../../nn/layers/relu.ts";
import type { ExperimentContext, PlanSetting } from "../../train/experiment.ts";
import { rounds } from "../../train/stage.ts";
import { deviation, worst } from "./statistics.ts";

/** Config of the Monte Carlo. */
export interface VarianceConfig {
  readonly width: number;
  readonly depth: number;
  readonly networks: number;
  readonly sideBySide: number;
}

/** A choice of σ²: weights N(0, gain / width), with or without a rectifier between the layers. */
export interface Choice {
  /** Name of its series, `variance.<name>`. */
  readonly name: string;
  readonly gain: number;
  readonly rectified: boolean;
}

/** Below, at and above the threshold of ReLU layers, and Xavier's choice in linear ones. */
export const choices: readonly Choice[] = [
  { name: "below", gain: 1, rectified: true },
  { name: "at", gain: 2, rectified: true },
  { name: "above", gain: 4, rectified: true },
  { name: "xavier", gain: 1, rectified: false },
];

/** Values recorded of a layer at most; where there are more networks, each is a mean over some. */
const SAMPLES = 256;

/** `E[z²]` in layer `layer`, counted from 1, for inputs of unit variance: `g · (g/2)^(layer−1)`, linear layers `g^layer`. */
export function theory({ gain, rectified }: Choice, layer: number): number {
  return gain * (rectified ? gain / 2 : gain) ** (layer - 1);
}

/** Layers of one width without biases; the output is every layer's pre-activation side by side, [depth · width]. */
function model({ width, depth }: VarianceConfig, rectified: boolean): Graph {
  return graph((g) => {
    let y = g.input("x", [width]);
    const before = Array.from({ length: depth }, () => {
      const z = g.apply(dense({ units: width, bias: false }), y);
      y = rectified ? g.apply(relu(), z) : z;
      return z;
    });
    return g.apply(concatenate(), ...before);
  });
}

/** The plans of rectified and of linear networks. */
export function variancePlans(
  { config, target }: Pick<PlanSetting<VarianceConfig>, "config" | "target">,
): { rectified: Plan; linear: Plan } {
  const plan = (name: string, rectified: boolean) =>
    buildPlan({
      name,
      model: model(config, rectified),
      batch: 1,
      replicas: config.sideBySide,
      ownData: true,
      target,
    });
  return {
    rectified: plan("deep ReLU networks", true),
    linear: plan("deep linear networks", false),
  };
}

/**
 * Draws `networks` networks, an input N(0, I) for each, and records the mean
 * square of every layer for every choice of σ². All choices scale the same
 * standard normal numbers.
 */
export async function measureVariance(
  ctx: ExperimentContext<VarianceConfig>,
  plans: { rectified: Plan; linear: Plan },
): Promise<void> {
  const { width, depth, networks, sideBySide } = ctx.config;
  const rectified = await ctx.gpu.compile(plans.rectified);
  const linear = await ctx.gpu.compile(plans.linear, { share: rectified });
  const random = new TorchRandom(ctx.seed);
  const groups = groupsOf(networks);
  const start: Sums = {
    sums: choices.map(() => Array<number>(groups.count * depth).fill(0)),
    generator: [...random.save()],
  };
  const round = async ({ sums, generator }: Sums, before: number) => {
    random.restore(Uint32Array.from(generator));
    const done = before * sideBySide;
    const weights = Array.from({ length: depth }, () => {
      ctx.alive();
      return random.randn(sideBySide * width * width);
    });
    const x = random.randn(sideBySide * width);
    for (const [i, { gain, rectified: isRectified }] of choices.entries()) {
      const program = isRectified ? rectified : linear;
      write(program, weights, Math.sqrt(gain / width));
      await program.submit([{ x }]);
      const z = await program.read(`concatenate1.output`);
      for (let at = 0; at < sideBySide * depth; at++) {
        const network = done + Math.floor(at / depth);
        const group = Math.floor(network / groups.size);
        if (group === groups.count) break;
        sums[i]![group * depth + at % depth]! += meanSquare(
          z,
          at * width,
          width,
        );
      }
    }
    ctx.progress({ done: done + sideBySide, total: networks, unit: "network" });
    return { sums, generator: [...random.save()] };
  };
  const count = networks / sideBySide;
  const { sums } = await rounds(ctx, "variance", { count, start, round });
  linear.destroy();
  rectified.destroy();
  ctx.result(
    "variance",
    choices.map((choice, i): LayerVariance => {
      const found = Array.from({ length: depth }, (_, at) => {
        const [layer, expected] = [at + 1, theory(choice, at + 1)];
        const values = Array.from(
          { length: groups.count },
          (_, group) => sums[i]![group * depth + at]! / groups.size,
        );
        ctx.record(`variance.${choice.name}`, layer, values);
        ctx.record(`theory.${choice.name}`, layer, expected);
        const relative = values.map((value) => value / expected);
        ctx.record(`relative.${choice.name}`, layer, relative);
        if (i === 0) ctx.record("relative.theory", layer, 1);
        return deviation(values, expected);
      });
      const { errors, index } = worst(found);
      const [first, last] = [found[0]!, found.at(-1)!];
      return {
        choice: choice.name,
        variance: `${choice.gain}/M`,
        standardErrors: errors,
        atLayer: index + 1,
        growth: (last.mean / first.mean) ** (1 / (depth - 1)),
        last: last.mean,
        lastTheory: last.theory,
        lastStandardError: last.standardError,
      };
    }),
  );
}

/** How one choice of σ² kept to theory. */
export interface LayerVariance {
  readonly choice: string;
  /** σ². */
  readonly variance: string;
  /** Largest distance from theory over all layers, and where it is. */
  readonly standardErrors: number;
  readonly atLayer: number;
  /** Factor from layer to layer, geometric mean. */
  readonly growth: number;
  /** Mean square in the last layer, what theory expects, and the standard error of the first. */
  readonly last: number;
  readonly lastTheory: number;
  readonly lastStandardError: number;
}

/** Writes the weights of every layer, `deviation` times standard normal numbers. */
function write(
  program: Program,
  weights: readonly Float32Array[],
  deviation: number,
): void {
  weights.forEach((values, i) =>
    program.write(`dense${i + 1}.weight`, values.map((w) => w * deviation))
  );
}

function meanSquare(z: Float32Array, from: number, count: number): number {
  let sum = 0;
  for (let i = from; i < from + count; i++) sum += z[i]! ** 2;
  return sum / count;
}

/** Mean squares of the networks so far. */
interface Sums {
  /** Of each choice, summed over every group of networks, [groups][depth]. */
  readonly sums: number[][];
  /** State of the generator that draws the next networks. */
  readonly generator: number[];
}

/** Neighbours whose mean is one recorded value, where there are too many networks; those left over belong to none. */
function groupsOf(networks: number): { size: number; count: number } {
  const size = Math.ceil(networks / SAMPLES);
  return { size, count: Math.floor(networks / size) };
}
