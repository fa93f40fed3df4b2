/** Training from all zeros: which parameters move. */
import type { Plan } from "../../core/plan.ts";
import { TorchRandom } from "../../core/random.ts";
import { dense } from "../../nn/layers/dense.ts";
import { type Graph, sequential } from "../../nn/graph.ts";
import { zeros } from "../../nn/initializers.ts";
import { buildPlan } from "../../nn/plan.ts";
import { relu } from "../../nn/layers/relu.ts";
import { sgd } from "../../nn/optimizers/sgd.ts";
import { meanSquaredError } from "../../nn/losses/squared_error.ts";
import { initialize } from "../../train/initialize.ts";
import type { ExperimentContext, PlanSetting } from "../../train/experiment.ts";

/** Config of the training. */
export interface ZeroConfig {
  readonly zeroUpdates: number;
}

const FEATURES = 8;
const HIDDEN = 32;
const EXAMPLES = 64;
const LEARNING_RATE = 0.05;

/** Parameters of the model by the names of the source. */
export const tensors = {
  W: "dense1.weight",
  b1: "dense1.bias",
  C: "dense2.weight",
  b2: "dense2.bias",
} as const;
export type TensorName = keyof typeof tensors;
const names = Object.keys(tensors) as TensorName[];

/** `f(x) = Cᵀ ReLU(Wx + b¹) + b²`, all zeros. */
const model: Graph = sequential([FEATURES], [
  dense({ units: HIDDEN, initial: zeros }),
  relu(),
  dense({ units: 1, initial: zeros }),
]);

/** The plan of one update on the whole set. */
export function zeroPlan(
  { target }: Pick<PlanSetting, "target">,
): Plan {
  return buildPlan({
    name: "from all zeros",
    model,
    loss: meanSquaredError(),
    optimizer: sgd(),
    batch: EXAMPLES,
    keepGradients: true,
    outputs: ["dense2"],
    target,
  });
}

/** What became of one tensor. */
export interface Moved {
  readonly tensor: TensorName;
  readonly parameter: string;
  readonly numbers: number;
  /** Largest size of the gradient in the first step. */
  readonly firstGradient: number;
  /** Numbers that are no longer 0 after the last update. */
  readonly moved: number;
  /** Largest size of a number after the last update. */
  readonly largest: number;
}

/** Trains, and records the largest number of every tensor after every update. */
export async function trainFromZeros(
  ctx: ExperimentContext<ZeroConfig>,
  plan: Plan,
): Promise<void> {
  const { zeroUpdates } = ctx.config;
  const random = new TorchRandom(ctx.seed);
  const x = random.randn(EXAMPLES * FEATURES);
  // A target that depends on x, with a mean that is not 0.
  const target = Float32Array.from(
    random.randn(EXAMPLES),
    (noise, i) => 1 + Math.sin(2 * x[i * FEATURES]!) + 0.1 * noise,
  );
  const inputs = {
    x,
    target,
    examples: Uint32Array.of(EXAMPLES),
    learningRate: Float32Array.of(LEARNING_RATE),
  };
  const program = await ctx.gpu.compile(plan);
  initialize(program, model, { random, seed: ctx.seed });
  const first: Partial<Record<TensorName, number>> = {};
  const values: Partial<Record<TensorName, Float32Array>> = {};
  for (let update = 0; update <= zeroUpdates; update++) {
    for (const name of names) {
      values[name] = await program.read(tensors[name]);
      ctx.record(`zero.${name}`, update, largestOf(values[name]));
    }
    if (update === zeroUpdates) break;
    const [metrics] = await program.submit([inputs]);
    ctx.record("zero.loss", update, metrics!.loss![0]!);
    if (update > 0) continue;
    for (const name of names) {
      const [node, kind] = tensors[name].split(".") as [string, string];
      const label = `${node}.d${kind[0]!.toUpperCase()}${kind.slice(1)}`;
      first[name] = largestOf(await program.read(label));
    }
  }
  const moved = names.map((tensor): Moved => ({
    tensor,
    parameter: tensors[tensor],
    numbers: values[tensor]!.length,
    firstGradient: first[tensor]!,
    moved: values[tensor]!.filter((value) => value !== 0).length,
    largest: largestOf(values[tensor]!),
  }));
  const outputs = await program.read("dense2.output");
  program.destroy();
  ctx.result("zero", moved);
  const predictor: ConstantPredictor = {
    output: values.b2![0]!,
    meanOfTargets: target.reduce((sum, y) => sum + y / EXAMPLES, 0),
    spreadOfOutputs: Math.max(...outputs) - Math.min(...outputs),
    updates: zeroUpdates,
    learningRate: LEARNING_RATE,
  };
  ctx.result("constantPredictor", predictor);
}

/** What the trained network computes. */
export interface ConstantPredictor {
  /** b² after the last update. */
  readonly output: number;
  readonly meanOfTargets: number;
  /** Largest output less the smallest one over the examples, in the last step. */
  readonly spreadOfOutputs: number;
  readonly updates: number;
  readonly learningRate: number;
}

function largestOf(values: Float32Array): number {
  return values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}
