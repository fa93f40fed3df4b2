/** Multilayer perceptrons trained from a random start: on the GPU by either executor, and in float64. */
import type { Plan } from "../../lib/core/plan.ts";
import { sizeOf } from "../../lib/core/shape.ts";
import type { Gpu, Program, StepValues } from "../../lib/gpu/mod.ts";
import { Random } from "../../lib/math/random.ts";
import { dense } from "../../lib/nn/layers/dense.ts";
import { gradientLabel } from "../../lib/nn/planner/differentiate.ts";
import { type Graph, sequential } from "../../lib/nn/graph.ts";
import type { Layer } from "../../lib/nn/op/layer.ts";
import { buildPlan, type PlanOptions } from "../../lib/nn/plan.ts";
import { sgd } from "../../lib/nn/optimizers/sgd.ts";
import { meanSquaredError } from "../../lib/nn/losses/squared_error.ts";
import { evaluate } from "./oracle.ts";

/** Units of every layer, the input's features first, and the layers between. */
export function perceptron(
  widths: readonly number[],
  activations: readonly (() => Layer | null)[],
): Graph {
  const layers = widths.slice(1).flatMap((units, i) => {
    const after = activations[i]?.() ?? null;
    return after ? [dense({ units }), after] : [dense({ units })];
  });
  return sequential([widths[0]!], layers);
}

/** Random first parameters of a plan by label, small enough that no activation is flat. */
export function drawParameters(
  plan: Plan,
  seed: number,
): Record<string, Float32Array> {
  const random = new Random(seed);
  return Object.fromEntries(
    plan.tensors.filter(({ role }) => role === "parameter").map(
      ({ label, shape, replicas }) => {
        const high = 1 / Math.sqrt(shape[1] ?? 1);
        const count = replicas * sizeOf(shape);
        const drawn = random.array(count, { low: -high, high });
        return [label, Float32Array.from(drawn)];
      },
    ),
  );
}

/** Random streams of `count` steps of a plan, whatever they are, each step's own; rows from `examples` on are NaN. */
export function drawSteps(
  plan: Plan,
  { count, seed, examples = plan.batch, rate = 0.1 }: {
    count: number;
    seed: number;
    examples?: number;
    rate?: number;
  },
): StepValues[] {
  const random = new Random(seed);
  const streams = plan.tensors.filter(({ role }) => role === "stream");
  const classes = plan.layers!.at(-1)!.shape[0]!;
  return Array.from(
    { length: count },
    (_, step) =>
      Object.fromEntries(streams.map(({ label, type, shape, replicas }) => {
        const length = replicas * sizeOf(shape);
        if (label === "examples") return [label, Uint32Array.of(examples)];
        if (label === "step") return [label, Uint32Array.of(step)];
        if (label === "learningRate" || label === "weightDecay") {
          const scale = label === "learningRate" ? rate : 0.01;
          const rates = Float32Array.from(
            { length },
            (_, r) => scale * (1 + r) / length,
          );
          return [label, rates];
        }
        const row = sizeOf(shape.slice(1));
        const counts = (i: number) =>
          Math.floor(i / row) % plan.batch < examples;
        const values = type === "u32"
          ? Uint32Array.from(
            { length },
            (_, i) => counts(i) ? random.integer(0, classes) : 2 ** 31,
          )
          : Float32Array.from(
            { length },
            (_, i) => counts(i) ? random.normal() : NaN,
          );
        return [label, values];
      })),
  );
}

/** What became of a program: metrics of every step, and all that it keeps. */
export interface Trained {
  readonly metrics: StepValues[];
  readonly kept: Record<string, Float32Array>;
}

/** Compiles a plan, takes the steps, `size` at a time, and gives the memory back. */
export async function train(
  gpu: Gpu,
  plan: Plan,
  { parameters, steps, size }: {
    parameters: Readonly<Record<string, Float32Array>>;
    steps: readonly StepValues[];
    size?: number;
  },
): Promise<Trained> {
  const program = await gpu.compile(plan);
  for (const [label, values] of Object.entries(parameters)) {
    program.write(label, values);
  }
  try {
    return await trainProgram(program, { steps, size });
  } finally {
    program.destroy();
  }
}

/** Takes steps with a program that has its parameters. */
export async function trainProgram(
  program: Program,
  { steps, size = program.stepsPerSubmit }: {
    steps: readonly StepValues[];
    size?: number;
  },
): Promise<Trained> {
  const metrics: StepValues[] = [];
  for (let from = 0; from < steps.length; from += size) {
    metrics.push(...await program.submit(steps.slice(from, from + size)));
  }
  const kept: Record<string, Float32Array> = {};
  for (const label of program.persistent) {
    kept[label] = await program.read(label);
  }
  return { metrics, kept };
}

/** The same with plain SGD in float64: losses of every step of one replica, and its parameters at the end. */
export function trainInFloat64(
  model: Graph,
  { loss, parameters, steps, replica, replicas }: {
    /** `kind` of the loss. */
    loss: string;
    parameters: Readonly<Record<string, Float32Array>>;
    steps: readonly StepValues[];
    replica: number;
    replicas: number;
  },
): { losses: number[]; parameters: Record<string, Float64Array> } {
  const own = (data: ArrayLike<number>, count: number) =>
    Float64Array.from(data).subarray(
      replica * data.length / count,
      (replica + 1) * data.length / count,
    );
  const theta = Object.fromEntries(
    Object.entries(parameters).map((
      [label, data],
    ) => [label, own(data, replicas)]),
  );
  const losses = steps.map(({ x, target, examples, learningRate }) => {
    const rows = examples![0]!;
    const first = (data: ArrayLike<number> | undefined, width: number) =>
      data && Array.from(data).slice(0, rows * width);
    const found = evaluate(model, {
      rows,
      loss,
      inputs: { x: first(x, sizeOf(model.inputs[0]!.shape))! },
      parameters: theta,
      target: first(
        target,
        target instanceof Uint32Array ? 1 : sizeOf(model.output.shape),
      ),
    });
    for (const [label, values] of Object.entries(theta)) {
      const gradient = found.gradients[gradientLabel(label)]!;
      const rate = learningRate![replica]!;
      theta[label] = values.map((value, i) => value - rate * gradient[i]!);
    }
    return found.loss;
  });
  return { losses, parameters: theta };
}

/** The target as if it were a GPU, so that the other kernel runs, with many more invocations. */
export const asGpu = ({ target }: Gpu) => ({
  ...target,
  subgroupSize: null,
  software: false,
});

/** A plan of many steps in one dispatch. */
export function stepsPlan(
  gpu: Gpu,
  model: Graph,
  options: Partial<PlanOptions> = {},
) {
  return buildPlan({
    name: "steps",
    model,
    loss: meanSquaredError(),
    optimizer: sgd(),
    batch: 5,
    executor: "steps",
    target: gpu.target,
    ...options,
  });
}
