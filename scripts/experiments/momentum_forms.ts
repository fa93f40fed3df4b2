/** The two forms of momentum SGD on the same gradients, in float32 on the GPU and in float64. About 15 s on a software adapter. */
import { z } from "zod";
import type { Plan } from "../../lib/core/plan.ts";
import { TorchRandom } from "../../lib/core/random.ts";
import { largest } from "../../lib/math/compare.ts";
import { dense } from "../../lib/nn/dense.ts";
import { sequential } from "../../lib/nn/graph.ts";
import type { Optimizer } from "../../lib/nn/optimizer.ts";
import { buildPlan } from "../../lib/nn/plan.ts";
import { sgd, sgdHeavyBall } from "../../lib/nn/sgd.ts";
import {
  defineExperiment,
  type ExperimentContext,
  type RunRecord,
} from "../../lib/train/experiment.ts";
import { createForms, distances, shiftAfter } from "./momentum_forms/forms.ts";
import { givenGradient } from "./support/given_gradient.ts";
import { follow } from "./support/follow.ts";

const config = z.strictObject({
  seeds: z.int().min(1).max(1024)
    .describe("sequences of gradients, each with a start of its own"),
  parameters: z.int().min(1).max(1_000_000).describe("numbers in θ"),
  steps: z.int().min(2).max(1_000_000).describe("updates, one gradient each"),
  learningRate: z.number().positive().max(100).describe("step size α"),
  momentum: z.number().min(0.01).max(0.999).describe("β"),
  changeAt: z.int().min(1).max(1_000_000)
    .describe("updates before α changes, where it does"),
  changedRate: z.number().positive().max(100).describe("α from then on"),
});
type Config = z.output<typeof config>;

const sequences = {
  steps: 1000,
  learningRate: 0.01,
  momentum: 0.9,
  changeAt: 500,
  changedRate: 0.005,
};

/** In the first half of the plan's replicas α stays what it is, in the second it changes. */
const variants = ["constant", "changed"] as const;
const label = "dense1.weight";

export default defineExperiment({
  id: "momentum-forms",
  question: "Are the two momentum SGDs the same?",
  config,
  presets: {
    smoke: { ...sequences, seeds: 2, parameters: 16 },
    quick: { ...sequences, seeds: 8, parameters: 256 },
    full: {
      ...sequences,
      seeds: 8,
      parameters: 16_384,
      steps: 10_000,
      changeAt: 5000,
    },
  },
  // The seeds are the replicas.
  maxReplicas: 1,
  plans({ config: { seeds, parameters, momentum }, target }) {
    const plan = (name: string, optimizer: Optimizer): Plan =>
      buildPlan({
        name,
        // On the input 1 the output is θ itself.
        model: sequential([1], [dense({ units: parameters, bias: false })]),
        loss: givenGradient(),
        optimizer,
        batch: 1,
        replicas: variants.length * seeds,
        ownData: true,
        target,
      });
    return {
      first: plan("form I", sgdHeavyBall({ momentum })),
      second: plan("form II", sgd({ momentum })),
    };
  },
  run: compareForms,
  expect: [
    atRounding("float32"),
    atRounding("float64"),
    {
      name: "α changes",
      expected: "the forms part by 100 times the rounding and more",
      check(run) {
        const [constant, changed] = variants.map((variant) =>
          run.series(`float32.${variant}`).at(-1)!.value
        ) as [number, number];
        const measured = changed / constant;
        return { holds: measured > 100, measured };
      },
    },
    derived("float32"),
    derived("float64"),
    {
      name: "GPU against float64",
      expected: "both forms within 1e-4 of float64, of the size of θ",
      check({ results }) {
        const measured = results.error as number;
        return { holds: measured <= 1e-4, measured };
      },
    },
  ],
});

/** Hands both forms the same gradients, step by step, and records how far they are from each other. */
async function compareForms(
  ctx: ExperimentContext<Config>,
  plans: { first: Plan; second: Plan },
): Promise<void> {
  const { config, gpu, seed } = ctx;
  const { seeds, parameters, steps, learningRate, momentum } = config;
  const { changeAt, changedRate } = config;
  const programs = [
    await gpu.compile(plans.first),
    await gpu.compile(plans.second),
  ];
  const random = new TorchRandom(seed);
  const count = seeds * parameters;
  const start = random.randn(count);
  for (const program of programs) program.write(label, twice(start));
  const exact = { constant: createForms(start), changed: createForms(start) };
  const rates = (step: number) => ({
    constant: learningRate,
    changed: step < changeAt ? learningRate : changedRate,
  });
  const perReplica = new Float32Array(variants.length * seeds);
  const gradients: Float32Array[] = [];
  const inputs = (step: number) => {
    const gradient = random.randn(count);
    gradients.push(gradient);
    const { constant, changed } = rates(step);
    const given = {
      x: perReplica.slice().fill(1),
      target: twice(gradient),
      learningRate: perReplica.slice().fill(constant).fill(changed, seeds),
      examples: Uint32Array.of(1),
      step: Uint32Array.of(step),
    };
    return [given, given];
  };

  let step = 0;
  let error = 0;
  const shiftError = { float32: 0, float64: 0 };
  let velocity: Float64Array = new Float64Array(count);
  const followed = follow(ctx, programs, { steps, label, inputs });
  for await (const [first, second] of followed) {
    if (step === changeAt) velocity = exact.changed.velocity;
    const gradient = gradients.shift()!;
    for (const [v, variant] of variants.entries()) {
      const forms = exact[variant];
      const options = { learningRate: rates(step)[variant], momentum };
      forms.step(gradient, options);
      const [one, two] = [first!, second!].map(({ values }) =>
        values.subarray(v * count, (v + 1) * count)
      ) as [Float32Array, Float32Array];
      const record = (series: string, values: number[]) =>
        ctx.record(`${series}.${variant}`, step + 1, values);
      record("float32", distances(one, two, seeds));
      record("float64", distances(forms.first, forms.second, seeds));
      record("size", sizes(forms.first, seeds));
      error = Math.max(
        error,
        farthest(one, forms.first) / largest(forms.first),
        farthest(two, forms.second) / largest(forms.second),
      );
      if (variant === "constant" || step < changeAt) continue;
      const shift = shiftAfter(velocity, {
        before: learningRate,
        after: changedRate,
        momentum,
        updates: step + 1 - changeAt,
      });
      record("predicted", sizes(shift, seeds));
      const missed = (first: Floats, second: Floats) =>
        farthest(shift.map((_, i) => first[i]! - second[i]!), shift);
      shiftError.float32 = Math.max(shiftError.float32, missed(one, two));
      shiftError.float64 = Math.max(
        shiftError.float64,
        missed(forms.first, forms.second),
      );
    }
    step++;
    ctx.progress({ done: step, total: steps, unit: "step" });
  }
  ctx.result("error", error);
  ctx.result("shiftError.float32", shiftError.float32);
  ctx.result("shiftError.float64", shiftError.float64);
}

/** For both variants. */
function twice(values: Float32Array): Float32Array {
  return Float32Array.from([...values, ...values]);
}

type FloatType = "float32" | "float64";
type Record = RunRecord<Config>;
type Floats = ArrayLike<number>;

/** `max |a − b|`. */
const farthest = (a: Floats, b: Floats) => distances(a, b, 1)[0]!;

/** `max |a|` over each of `parts` equal parts. */
const sizes = (a: Float64Array, parts: number) =>
  distances(a, new Float64Array(a.length), parts);

/** Largest relative error of one rounding. */
const unit = { float32: 2 ** -24, float64: 2 ** -53 };

/** The values of a series at every step, one of each replica. */
function allOf(run: Record, series: string): number[] {
  return Array.from(
    { length: run.config.seeds },
    (_, replica) => run.series(series, replica).map(({ value }) => value),
  ).flat();
}

/**
 * Every step rounds numbers of the size of θ up or down, and form I moves θ
 * 1/(1 − β) times as far by each: k steps make a random walk, of which four
 * standard deviations are granted.
 */
function roundings(run: Record, type: FloatType): number {
  const { steps, momentum } = run.config;
  const size = Math.max(
    ...variants.flatMap((variant) => allOf(run, `size.${variant}`)),
  );
  return 4 * Math.sqrt(steps) / (1 - momentum) * unit[type] * size;
}

/** Whether the forms differ by rounding as long as α stays. */
function atRounding(type: FloatType) {
  return {
    name: `${type}, α constant`,
    expected:
      "|θ_I − θ_II| at most 4 √k / (1 − β) roundings of the size of θ in every step",
    check(run: Record) {
      const measured = Math.max(...allOf(run, `${type}.constant`));
      return { holds: measured <= roundings(run, type), measured };
    },
  };
}

/** Whether they differ by the derived shift after α changed, in every entry. */
function derived(type: FloatType) {
  return {
    name: `derived shift, ${type}`,
    expected: "|θ_I − θ_II − derived shift| at most as many roundings",
    check(run: Record) {
      const measured = run.results[`shiftError.${type}`] as number;
      return { holds: measured <= roundings(run, type), measured };
    },
  };
}
