/** Constructs networks, trains others, and measures both on one grid. */
import type { Plan } from "../../core/plan.ts";
import { TorchRandom } from "../../core/random.ts";
import { curves, sampleCurve } from "../../data/curves.ts";
import type { Program } from "../../gpu/mod.ts";
import { interpolatingNetwork } from "../../math/interpolation.ts";
import { cosine } from "../../nn/schedules.ts";
import type { BatchSource } from "../../train/batches.ts";
import type { ExperimentContext } from "../../train/experiment.ts";
import { fit } from "../../train/fit.ts";
import { initialize } from "../../train/initialize.ts";
import type { Config } from "./experiment.ts";
import { type Case, casesOf, modelOf } from "./cases.ts";

/** Largest and root mean square error of a network on the grid. */
export interface Errors {
  readonly largest: number;
  readonly rms: number;
}

/** Plans by what they are for. */
type Plans = Readonly<Record<"training" | "measuring" | "constructed", Plan>>;

/** Runs the experiment. */
export async function approximate(
  ctx: ExperimentContext<Config>,
  plans: Plans,
): Promise<void> {
  const { config } = ctx;
  const { targets, widths, seeds } = config;
  const { trained, constructed } = casesOf(config);
  const exists = await construct(ctx, plans.constructed, constructed);
  const found = await train(ctx, plans, trained);
  for (const [t, target] of targets.entries()) {
    for (const [w, width] of widths.entries()) {
      const at = t * widths.length + w;
      const errors = found.errors.slice(at * seeds, (at + 1) * seeds);
      ctx.record(
        `constructed.largest.${target}`,
        width,
        exists.errors[at]!.largest,
      );
      ctx.record(`constructed.rms.${target}`, width, exists.errors[at]!.rms);
      ctx.record(`trained.rms.${target}`, width, errors.map(({ rms }) => rms));
    }
  }
  recordCurves(ctx, exists.outputs, found);
}

/** Networks that interpolate, written down and not trained. */
async function construct(
  ctx: ExperimentContext<Config>,
  plan: Plan,
  cases: readonly Case[],
) {
  const program = await ctx.gpu.compile(plan);
  const room = Math.max(...ctx.config.widths);
  const weights = {
    "dense1.weight": new Float32Array(cases.length * room),
    "dense1.bias": new Float32Array(cases.length * room),
    "dense2.weight": new Float32Array(cases.length * room),
    "dense2.bias": new Float32Array(cases.length),
  };
  cases.forEach(({ target, width }, r) => {
    const [hidden, output] = interpolatingNetwork(curves[target].at, {
      low: -1,
      high: 1,
      pieces: width,
    });
    weights["dense1.weight"].set(hidden!.weight.flat(), r * room);
    weights["dense1.bias"].set(hidden!.bias, r * room);
    weights["dense2.weight"].set(output!.weight.flat(), r * room);
    weights["dense2.bias"].set(output!.bias, r);
  });
  for (const [label, values] of Object.entries(weights)) {
    program.write(label, values);
  }
  const measured = await measure(program, cases, ctx.config);
  program.destroy();
  return measured;
}

/** Networks that SGD makes. */
async function train(
  ctx: ExperimentContext<Config>,
  plans: Plans,
  cases: readonly Case[],
) {
  const { config, seed } = ctx;
  const { steps, learningRate } = config;
  const program = await ctx.gpu.compile(plans.training);
  const random = new TorchRandom(seed);
  initialize(program, modelOf(config), { random, seed });
  await fit(ctx, {
    program,
    source: pointsOf(cases, config, random),
    random,
    steps,
    learningRate: cosine({ rate: learningRate, steps }),
    recorded: () => false,
  });
  const measuring = await ctx.gpu.compile(plans.measuring, { share: program });
  const measured = await measure(measuring, cases, config);
  measuring.destroy();
  program.destroy();
  return measured;
}

/** The same points for all, and each replica's target at them. */
function pointsOf(
  cases: readonly Case[],
  { examples }: Config,
  random: TorchRandom,
): BatchSource {
  const x = random.uniform(examples, -1, 1);
  const targets = cases.map(({ target }) => x.map(curves[target].at));
  return {
    examples,
    streams: {
      x: { replicas: 1, shape: [1], numbers: [x] },
      target: { replicas: cases.length, shape: [1], numbers: targets },
    },
    fill(indices, inputs) {
      const rows = inputs.target!.length / cases.length;
      indices.forEach((index, row) => {
        inputs.x![row] = x[index]!;
        targets.forEach((values, r) => {
          inputs.target![r * rows + row] = values[index]!;
        });
      });
    },
  };
}

/** Outputs on the grid, [networks][points], and how far they are off. */
async function measure(
  program: Program,
  cases: readonly Case[],
  { points }: Config,
): Promise<{ outputs: Float32Array[]; errors: Errors[] }> {
  const { x } = sampleCurve("sine", { count: points });
  const grid = Float32Array.from(x.data as Float32Array);
  const outputs = cases.map(() => new Float32Array(points));
  const { batch } = program.plan;
  for (let first = 0; first < points; first += batch) {
    // The last rows may lie beyond the grid.
    const rows = new Float32Array(batch);
    rows.set(grid.subarray(first, first + batch));
    await program.submit([{ x: rows, examples: Uint32Array.of(batch) }]);
    const all = await program.read("dense2.output");
    const count = Math.min(batch, points - first);
    outputs.forEach((own, r) =>
      own.set(all.subarray(r * batch, r * batch + count), first)
    );
  }
  const errors = cases.map(({ target }, r) => {
    const off = Array.from(
      outputs[r]!,
      (y, i) => Math.abs(y - curves[target].at(grid[i]!)),
    );
    const squares = off.reduce((sum, error) => sum + error ** 2, 0);
    return { largest: Math.max(...off), rms: Math.sqrt(squares / points) };
  });
  return { outputs, errors };
}

/** Width at which the chirp is drawn. */
const SHOWN = { target: "chirp", width: 32 } as const;

/** Records the chirp, the network that interpolates it, and the best and the worst that SGD made. */
function recordCurves(
  { record, config }: ExperimentContext<Config>,
  constructed: readonly Float32Array[],
  trained: { outputs: Float32Array[]; errors: Errors[] },
): void {
  const { targets, widths, seeds, points } = config;
  const [t, w] = [targets.indexOf(SHOWN.target), widths.indexOf(SHOWN.width)];
  if (t < 0 || w < 0) return;
  const at = t * widths.length + w;
  const ranked = Array.from({ length: seeds }, (_, s) => at * seeds + s)
    .sort((a, b) => trained.errors[a]!.rms - trained.errors[b]!.rms);
  for (let i = 0; i < points; i++) {
    const x = -1 + 2 * i / (points - 1);
    record("curve.target", i, curves[SHOWN.target].at(x));
    record("curve.constructed", i, constructed[at]![i]!);
    record("curve.best", i, trained.outputs[ranked[0]!]![i]!);
    record("curve.worst", i, trained.outputs[ranked.at(-1)!]![i]!);
  }
}
