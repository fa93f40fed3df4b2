/** SGD with weight decay 2λ on the GPU beside SGD on ρ + λ‖θ‖² in float64. */
import type { Plan } from "../../core/plan.ts";
import { TorchRandom } from "../../core/random.ts";
import { backward, constant, type Var, variable } from "../../math/autodiff.ts";
import { largest, relativeError } from "../../math/compare.ts";
import { meanSquaredError as mse64 } from "../../math/losses.ts";
import {
  add,
  matmul,
  scale,
  square,
  sum,
  tanh as tanh64,
  transpose,
} from "../../math/operations.ts";
import { dense } from "../../nn/layers/dense.ts";
import { sequential } from "../../nn/graph.ts";
import { buildPlan, initialParameters } from "../../nn/plan.ts";
import { sgd } from "../../nn/optimizers/sgd.ts";
import { meanSquaredError } from "../../nn/losses/squared_error.ts";
import { tanh } from "../../nn/layers/tanh.ts";
import type { ExperimentContext, PlanSetting } from "../../train/experiment.ts";
import type { Config } from "./experiment.ts";

const [EXAMPLES, FEATURES, UNITS] = [16, 5, 8];
const STEPS = 50;
const RATE = 0.1;
/** λ; large, so that leaving it out shows at once. */
const PENALTY = 0.05;

const model = sequential([FEATURES], [
  dense({ units: UNITS }),
  tanh(),
  dense({ units: 1 }),
]);

/** The plan of the steps on the GPU. */
export function penaltyPlan(
  { target }: Pick<PlanSetting<Config>, "target">,
): Plan {
  return buildPlan({
    name: "weight decay",
    model,
    loss: meanSquaredError(),
    optimizer: sgd({ weightDecay: 2 * PENALTY }),
    batch: EXAMPLES,
    target,
  });
}

/** Takes the same steps both ways and records how far the parameters are apart. */
export async function comparePenalty(
  ctx: ExperimentContext<Config>,
  plan: Plan,
): Promise<void> {
  const random = new TorchRandom(ctx.seed);
  const first = initialParameters(model, random);
  const x = random.randn(EXAMPLES * FEATURES);
  const target = random.randn(EXAMPLES);
  const program = await ctx.gpu.compile(plan);
  for (const [label, data] of Object.entries(first)) program.write(label, data);
  const inputs = {
    ...{ x, target, examples: Uint32Array.of(EXAMPLES) },
    learningRate: Float32Array.of(RATE),
  };
  for (let step = 0; step < STEPS; step++) await program.submit([inputs]);
  const expected = descend(first, { x, target });
  let error = 0;
  for (const [label, values] of Object.entries(expected)) {
    const found = await program.read(label);
    const floor = largest(values);
    error = Math.max(error, relativeError(found, values, { floor }).error);
  }
  program.destroy();
  ctx.result("weightDecayError", error);
}

/** Gradient descent on ρ + λ‖θ‖² by reverse mode. */
function descend(
  first: Readonly<Record<string, ArrayLike<number>>>,
  { x, target }: { x: Float32Array; target: Float32Array },
): Record<string, Float64Array> {
  const inputs = constant(x, [EXAMPLES, FEATURES]);
  const wanted = constant(target, [EXAMPLES, 1]);
  let values = Object.fromEntries(
    model.parameters.map(({ label }) => [
      label,
      Float64Array.from(first[label]!),
    ]),
  );
  for (let step = 0; step < STEPS; step++) {
    const theta: Record<string, Var> = Object.fromEntries(
      model.parameters.map(({ label, shape }) => [
        label,
        variable(values[label]!, shape),
      ]),
    );
    const affine = (y: Var, layer: number) =>
      add(
        matmul(y, transpose(theta[`dense${layer}.weight`]!)),
        theta[`dense${layer}.bias`]!,
      );
    const output = affine(tanh64(affine(inputs, 1)), 2);
    const norm = Object.values(theta).map((one) => sum(square(one)))
      .reduce((a, b) => add(a, b));
    backward(add(mse64(output, wanted), scale(norm, PENALTY)));
    values = Object.fromEntries(
      Object.entries(theta).map(([label, { value, grad }]) => [
        label,
        value.map((number, i) => number - RATE * grad[i]!),
      ]),
    );
  }
  return values;
}
