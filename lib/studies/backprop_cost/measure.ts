/** Counts random networks' plans, and times steps over batch, depth and width. */
import { TorchRandom } from "../../core/random.ts";
import { lineFit } from "../../math/line_fit.ts";
import { claimedCost, correctedCost } from "../../math/network_cost.ts";
import type { ExperimentContext } from "../../train/experiment.ts";
import { timed } from "../../train/timing/timed.ts";
import {
  type Counted,
  countPlan,
  derive,
  type Setting,
  stepPlan,
} from "./networks.ts";

/** A random network: what the formulas say and what its plan counts. */
export interface Compared extends Setting {
  readonly derived: Counted;
  readonly counted: Counted;
  /** The formula of 002, and its correction. */
  readonly claimed: number;
  readonly corrected: number;
}

/** Sizes that are swept, one at a time. */
export interface SweepConfig {
  readonly networks: number;
  readonly base: Setting;
  readonly batches: readonly number[];
  readonly depths: readonly number[];
  readonly widths: readonly number[];
  readonly samples: number;
  readonly sampleMs: number;
}

/** The swept sizes by the name of their series. */
export const sweeps = {
  batch: { size: "batch", values: "batches" },
  depth: { size: "hidden", values: "depths" },
  width: { size: "units", values: "widths" },
} as const;
export type SweepName = keyof typeof sweeps;
const names = Object.keys(sweeps) as SweepName[];

/** Every setting of a sweep. */
export function settingsOf(config: SweepConfig, name: SweepName): Setting[] {
  const { size, values } = sweeps[name];
  return config[values].map((value) => ({ ...config.base, [size]: value }));
}

/** The random networks of a seed; every other one has d = 2 d_H, where the formula of 002 holds. */
export function drawNetworks(count: number, seed: number): Setting[] {
  const random = new TorchRandom(seed);
  const between = (low: number, high: number) =>
    low + Math.floor((high - low) * random.rand(1)[0]!);
  return Array.from({ length: count }, (_, i) => {
    const units = between(1, 48);
    return {
      inputs: i % 2 === 1 ? 2 * units : between(1, 64),
      hidden: between(1, 7),
      units,
      outputs: between(1, 24),
      batch: between(1, 40),
    };
  });
}

/** Runs a step of every random network's plan and compares its counts with the formulas. */
export async function compareCounts(
  ctx: Pick<
    ExperimentContext<SweepConfig>,
    "config" | "gpu" | "seed" | "alive"
  >,
): Promise<Compared[]> {
  const { gpu, config, seed } = ctx;
  const compared: Compared[] = [];
  for (const setting of drawNetworks(config.networks, seed)) {
    const plan = stepPlan(setting, gpu.target);
    const program = await gpu.compile(plan);
    const { batch, inputs, outputs } = setting;
    await program.submit([{
      x: new Float32Array(batch * inputs),
      target: new Float32Array(batch * outputs),
      examples: Uint32Array.of(batch),
    }]);
    program.destroy();
    ctx.alive();
    compared.push({
      ...setting,
      derived: derive(setting),
      counted: countPlan(plan, gpu.target),
      claimed: claimedCost(setting, batch),
      corrected: correctedCost(setting, batch),
    });
  }
  return compared;
}

/** Times the steps of all sweeps in turn and records them. */
export async function measureSweeps(
  ctx: ExperimentContext<SweepConfig>,
): Promise<void> {
  const { config, gpu } = ctx;
  const runs = [];
  for (const name of names) {
    for (const setting of settingsOf(config, name)) {
      const plan = stepPlan(setting, gpu.target);
      const timing = await timed(gpu, plan, { least: config.sampleMs });
      runs.push({ name, setting, timing });
    }
  }
  for (let done = 0; done < config.samples && !ctx.stopping; done++) {
    // In turn, so that a neighbour on the machine slows all of them alike.
    for (const { name, timing } of runs) {
      await timing.sample();
      // An expectation rests on the batches.
      if (name === "batch") await timing.sample();
    }
    ctx.progress({ done: done + 1, total: config.samples, unit: "sample" });
  }
  for (const name of names) {
    const points = runs.filter((run) => run.name === name).map((
      { setting, timing },
    ) => {
      const { forward, backward } = derive(setting);
      return {
        size: setting[sweeps[name].size],
        products: (forward + backward) / 1e6,
        ms: timing.best(),
      };
    });
    const x = points.map(({ size, products }) =>
      name === "width" ? products : size
    );
    const fit = lineFit(x, points.map(({ ms }) => ms));
    for (const { size, products, ms } of points) {
      ctx.record(`${name}.products`, size, products);
      ctx.record(`${name}.time`, size, ms);
      if (name === "width") continue;
      ctx.record(`${name}.line.time`, size, fit.intercept + fit.slope * size);
    }
    ctx.result(`${name}.explained`, fit.explained);
  }
  for (const { timing } of runs) timing.destroy();
}
