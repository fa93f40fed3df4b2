/** The two forms of momentum SGD on the same gradients, in float32 on the GPU and in float64. About 15 s on a software adapter. */
import type { Plan } from "../../core/plan.ts";
import { TorchRandom } from "../../core/random.ts";
import { largest } from "../../math/compare.ts";
import { dense } from "../../nn/layers/dense.ts";
import { sequential } from "../../nn/graph.ts";
import type { Optimizer } from "../../nn/op/optimizer.ts";
import { buildPlan } from "../../nn/plan.ts";
import { sgd, sgdHeavyBall } from "../../nn/optimizers/sgd.ts";
import { type ContextOf, defineStudy } from "../../train/experiment.ts";
import { type FloatType, type setting, variants } from "./config.ts";
import { momentumForms } from "./study.ts";
import { createForms, distances, shiftAfter } from "./forms.ts";
import { givenGradient } from "../support/given_gradient.ts";
import { follow } from "../support/follow.ts";

const label = "dense1.weight";

export default defineStudy({
  ...momentumForms,
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
});

/** Hands both forms the same gradients, step by step, and records how far they are from each other. */
async function compareForms(
  ctx: ContextOf<typeof setting>,
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
      const record = (series: FloatType | "size", values: number[]) =>
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
      ctx.record("predicted.changed", step + 1, sizes(shift, seeds));
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

type Floats = ArrayLike<number>;

/** `max |a − b|`. */
const farthest = (a: Floats, b: Floats) => distances(a, b, 1)[0]!;

/** `max |a|` over each of `parts` equal parts. */
const sizes = (a: Float64Array, parts: number) =>
  distances(a, new Float64Array(a.length), parts);
