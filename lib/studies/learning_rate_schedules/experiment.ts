/** Four learning-rate schedules on one noisy problem, hundreds of seeds each, side by side. About 30 s on a software adapter. */
import { z } from "zod";
import type { Plan } from "../../core/plan.ts";
import { TorchRandom } from "../../core/random.ts";
import { dense } from "../../nn/layers/dense.ts";
import { sequential } from "../../nn/graph.ts";
import { buildPlan } from "../../nn/plan.ts";
import { constant, inverse, power, type Schedule } from "../../nn/schedules.ts";
import { sgd } from "../../nn/optimizers/sgd.ts";
import { halfSquaredError } from "../../nn/losses/squared_error.ts";
import { allocateInputs, type StepInputs } from "../../train/batches.ts";
import { Interrupted } from "../../train/context.ts";
import { defineStudy, type ExperimentContext } from "../../train/experiment.ts";
import type { RunRecord } from "../../study/record.ts";
import { createPipeline } from "../../train/pipeline.ts";
import { rounds } from "../../train/stage.ts";

const config = z.strictObject({
  seeds: z.int().min(2).max(4096)
    .describe("sequences of samples, each with every schedule"),
  dimensions: z.int().min(1).max(10_000).describe("numbers in θ"),
  steps: z.int().min(100).max(10_000_000).describe("updates, one sample each"),
  distance: z.number().positive().max(1e6)
    .describe("from the start to the optimum"),
  noise: z.number().positive().max(1e6)
    .describe("standard deviation σ of a sample's entries"),
  rate: z.number().positive().max(1)
    .describe("first rate of the constant schedule and the powers"),
  c0: z.number().positive().max(1e6).describe("C₀ of C₀ / (C₁ + k)"),
  c1: z.number().positive().max(1e6).describe("C₁ of C₀ / (C₁ + k)"),
});
type Config = z.output<typeof config>;
type Record = RunRecord<Config>;

const problem = {
  dimensions: 8,
  distance: 10,
  noise: 1,
  rate: 0.5,
  c0: 1,
  c1: 2,
};

/** The schedules in the order in which they share the plan's replicas. */
const names = ["constant", "inverse", "slow", "fast"] as const;
type Name = typeof names[number];

const label = "dense1.weight";

export default defineStudy({
  id: "learning-rate-schedules",
  question: "Which α_k converge?",
  config,
  presets: {
    smoke: { ...problem, seeds: 64, steps: 1000 },
    quick: { ...problem, seeds: 256, steps: 10_000 },
    full: { ...problem, seeds: 400, steps: 100_000 },
  },
  // The seeds, once for every schedule, are the replicas.
  maxReplicas: 1,
  plans: ({ config: { seeds, dimensions }, target }) => ({
    descent: buildPlan({
      name: "descent",
      // On the input 1 the output is θ itself, and the gradient θ − ξ.
      model: sequential([1], [dense({ units: dimensions, bias: false })]),
      loss: halfSquaredError(),
      optimizer: sgd(),
      batch: 1,
      replicas: names.length * seeds,
      ownData: true,
      target,
    }),
  }),
  run: descend,
  expect: [
    ...names.map((name) => ({
      name: `theory, ${name}`,
      expected:
        "mean squared distance within 6 standard errors of the exact recursion at every point",
      check(run: Record) {
        const { dimensions, seeds } = run.config;
        const standardError = Math.sqrt(2 / (dimensions * seeds));
        const measured = Math.max(
          ...run.series(`ratio.${name}`).map(({ value }) =>
            Math.abs(value - 1) / standardError
          ),
        );
        return { holds: measured <= 6, measured };
      },
    })),
    goesOn("inverse", 0.3),
    goesOn("slow", 0.7),
    stalls("constant"),
    stalls("fast"),
    {
      name: "start kept",
      expected:
        "fast: the mean over seeds stays at Π(1 − α_k) of the way to the start, to 0.03",
      check({ results }) {
        const { keptByFast: kept, product } = results as {
          [name: string]: number;
        };
        return { holds: Math.abs(kept! - product!) <= 0.03, measured: kept! };
      },
    },
  ],
});

/** The mean distance at the end, as a part of that after √steps updates. */
function lateFall(run: Record, name: Name): number {
  const series = `distance.${name}`;
  const means = new Map<number, number>();
  for (let replica = 0; replica < run.config.seeds; replica++) {
    for (const { step, value } of run.series(series, replica)) {
      means.set(step, (means.get(step) ?? 0) + value);
    }
  }
  const early = [...means.keys()].findLast((step) =>
    step <= Math.sqrt(run.config.steps)
  );
  return means.get(run.config.steps)! / means.get(early!)!;
}

function goesOn(name: Name, most: number) {
  return {
    name: `${name} converges`,
    expected: `mean distance at the end at most ${most} of that after √steps`,
    check(run: Record) {
      const measured = lateFall(run, name);
      return { holds: measured <= most, measured };
    },
  };
}

function stalls(name: Name) {
  return {
    name: `${name} stalls`,
    expected: "mean distance at the end at least 0.9 of that after √steps",
    check(run: Record) {
      const measured = lateFall(run, name);
      return { holds: measured >= 0.9, measured };
    },
  };
}

function schedulesOf({ rate, c0, c1 }: Config): { [N in Name]: Schedule } {
  return {
    constant: constant(rate),
    inverse: inverse({ c0, c1 }),
    slow: power({ rate, exponent: 0.4 }),
    fast: power({ rate, exponent: 2 }),
  };
}

/** About nine steps a decade up to the last one, from 0 on. */
function marksUntil(steps: number): number[] {
  const marks = new Set([0]);
  for (let i = 0; 10 ** (i / 9) < steps; i++) {
    marks.add(Math.round(10 ** (i / 9)));
  }
  return [...marks.add(steps)];
}

async function descend(
  ctx: ExperimentContext<Config>,
  { descent }: { descent: Plan },
): Promise<void> {
  const { config, seed } = ctx;
  const { seeds, dimensions, distance, noise, steps } = config;
  const schedules = schedulesOf(config);
  const program = await ctx.gpu.compile(descent);
  const random = new TorchRandom(seed);
  const count = seeds * dimensions;
  const entry = distance / Math.sqrt(dimensions);
  const start = new Float32Array(names.length * count).fill(entry);
  let step = 0;
  const fill = (inputs: StepInputs, index: number) => {
    const samples = random.randn(count).map((value) => noise * value);
    inputs.x!.fill(1);
    inputs.examples!.fill(1);
    names.forEach((name, i) => {
      // The same samples for every schedule.
      inputs.target!.set(samples, i * count);
      const rate = schedules[name](step + index);
      inputs.learningRate!.fill(rate, i * seeds, (i + 1) * seeds);
    });
  };
  const pipeline = createPipeline({
    stepsPerSubmit: program.stepsPerSubmit,
    allocate: () => allocateInputs(program.plan.tensors),
    submit: (steps: StepInputs[]) => program.submit(steps),
  }, () => {});
  const exact = names.map((name) => follow(schedules[name], config));
  const record = (theta: Float32Array, step: number) =>
    names.forEach((name, i) => {
      const own = theta.subarray(i * count, (i + 1) * count);
      const squares = squaredNorms(own, seeds);
      const { meanSquare, sum, sumOfSquares } = exact[i]!(step);
      const mean = squares.reduce((a, b) => a + b) / seeds;
      ctx.record(`distance.${name}`, step, squares.map(Math.sqrt));
      ctx.record(`ratio.${name}`, step, mean / meanSquare);
      // Before the first step both sums are 0, which no log axis has.
      if (step === 0) return;
      ctx.record(`sum.${name}`, step, sum);
      ctx.record(`squares.${name}`, step, sumOfSquares);
    });
  const marks = marksUntil(steps);
  const { theta } = await rounds(ctx, "descent", {
    count: marks.length,
    start: { theta: [...start], generator: [...random.save()] },
    async round(from, done) {
      const mark = marks[done]!;
      step = marks[done - 1] ?? 0;
      program.write(label, Float32Array.from(from.theta));
      random.restore(Uint32Array.from(from.generator));
      while (step < mark) {
        if (ctx.stopping) throw new Interrupted();
        const many = Math.min(pipeline.size, mark - step);
        await pipeline.submit(many, fill);
        step += many;
        ctx.progress({ done: step, total: steps, unit: "step" });
      }
      await pipeline.drain();
      const theta = await program.read(label);
      record(theta, mark);
      return { theta: [...theta], generator: [...random.save()] };
    },
  });
  const fast = names.indexOf("fast");
  const end = theta.slice(fast * count, (fast + 1) * count);
  const kept = end.reduce((sum, value) => sum + value / entry, 0) / count;
  ctx.result("keptByFast", kept);
  ctx.result("product", exact[fast]!(steps).kept);
}

/** `‖θ‖²` of each of `parts` equal parts. */
function squaredNorms(theta: Float32Array, parts: number): number[] {
  const length = theta.length / parts;
  return Array.from(
    { length: parts },
    (_, part) =>
      theta.subarray(part * length, (part + 1) * length)
        .reduce((sum, value) => sum + value * value, 0),
  );
}

/**
 * Goes along a schedule in float64: `m ← (1 − α)² m + α² n σ²` is the mean of
 * the squared distance over all samples, `kept` the part of the start in the
 * mean of θ, and the sums are those of the two conditions.
 */
function follow(
  schedule: Schedule,
  { dimensions, distance, noise }: Config,
) {
  let [step, meanSquare, kept, sum, sumOfSquares] = [0, distance ** 2, 1, 0, 0];
  return (until: number) => {
    for (; step < until; step++) {
      const rate = schedule(step);
      meanSquare = (1 - rate) ** 2 * meanSquare +
        rate ** 2 * dimensions * noise ** 2;
      kept *= 1 - rate;
      sum += rate;
      sumOfSquares += rate ** 2;
    }
    return { meanSquare, kept, sum, sumOfSquares };
  };
}
