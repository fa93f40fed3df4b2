/** Runs a graph on the GPU and in float64 at the same random point, and compares. */
import type { Plan, Target } from "../../lib/core/plan.ts";
import { sizeOf } from "../../lib/core/shape.ts";
import type { Gpu, StepValues } from "../../lib/gpu/mod.ts";
import { largest } from "../../lib/math/compare.ts";
import { Random } from "../../lib/math/random.ts";
import { gradientLabel } from "../../lib/nn/planner/differentiate.ts";
import type { Graph } from "../../lib/nn/graph.ts";
import type { Loss } from "../../lib/nn/op/loss.ts";
import { buildPlan } from "../../lib/nn/plan.ts";
import { givenGradient } from "../../lib/studies/support/given_gradient.ts";
import { assertClose } from "./compare.ts";
import { evaluate } from "./oracle.ts";

/** A graph, its loss, and how often and on what to run it. */
export interface Case {
  readonly model: Graph;
  readonly loss: Loss;
  readonly batch: number;
  readonly replicas?: number;
  readonly ownData?: boolean;
  /** Rows that count; the others are filled with garbage. Default: all. */
  readonly examples?: number;
  readonly seed?: number;
  /** Whether layers do what they do in training. Default: true. */
  readonly training?: boolean;
  readonly target?: Target;
  /** A last change of the plan, as another tile. */
  readonly change?: (plan: Plan) => Plan;
}

/** A model whose output is sent a random gradient, so that every number of it counts. */
export function underGradient(model: Graph, batch: number) {
  return { model, loss: givenGradient(), batch };
}

/** What a program needs for one step, and what came of it. */
export interface CaseRun {
  readonly plan: Plan;
  readonly parameters: Record<string, Float32Array>;
  /** States before the step. */
  readonly states: Record<string, Float32Array>;
  readonly streams: StepValues;
  readonly metrics: StepValues;
  /** Tensors that can be read after the step, by label. */
  readonly tensors: Record<string, Float32Array>;
}

const GARBAGE = 1e3;

/** Updates done before the step, and the first replica's seed: near their largest, to see all bits at work. */
const STEP = 2 ** 32 - 3;
const SEED = 2 ** 32 - 7;

/** The plan of a case: gradients of parameters and inputs, and the output, can be read. */
export function planOf(
  { model, loss, batch, replicas, ownData, training, target, change }: Case,
  fallback: Target,
): Plan {
  const plan = buildPlan({
    name: "case",
    model,
    loss,
    batch,
    replicas,
    ownData,
    training,
    gradients: true,
    inputGradients: true,
    outputs: [model.output.label],
    target: target ?? fallback,
  });
  return change?.(plan) ?? plan;
}

/** Random parameters, states and streams for a plan; rows from `examples` on are garbage. */
export function drawValues(
  plan: Plan,
  { seed = 1, batch, examples = batch }: Case,
): Pick<CaseRun, "parameters" | "states" | "streams"> {
  const random = new Random(seed);
  const parameters: Record<string, Float32Array> = {};
  const states: Record<string, Float32Array> = {};
  const streams: StepValues = {};
  for (const { label, role, type, shape, replicas } of plan.tensors) {
    const count = replicas * sizeOf(shape);
    if (role === "parameter") {
      // Keeps sums over any number of features near 1.
      const width = Math.sqrt(3 / (shape[1] ?? 3));
      parameters[label] = Float32Array.from(
        random.array(count, { low: -width, high: width }),
      );
    }
    if (role === "state") {
      states[label] = Float32Array.from(
        random.array(count, { low: 0.5, high: 2 }),
      );
    }
    if (role !== "stream") continue;
    if (label === "examples") streams[label] = Uint32Array.of(examples);
    else if (label === "step") streams[label] = Uint32Array.of(STEP);
    else if (label === "seed") {
      streams[label] = Uint32Array.from({ length: count }, (_, r) => SEED + r);
    } else if (type === "u32") {
      const classes = plan.tensors.find(({ label }) =>
        label.endsWith(".dOutput")
      )!.shape[1]!;
      streams[label] = Uint32Array.from(
        { length: count },
        (_, i) => i % batch < examples ? random.integer(0, classes) : 2 ** 31,
      );
    } else {
      const row = sizeOf(shape.slice(1));
      streams[label] = Float32Array.from(
        random.normals(count),
        (z, i) => Math.floor(i / row) % batch < examples ? z : GARBAGE,
      );
    }
  }
  return { parameters, states, streams };
}

/** Runs one step of a case and reads everything that can be read. */
export async function runCase(gpu: Gpu, given: Case): Promise<CaseRun> {
  const plan = planOf(given, gpu.target);
  const values = drawValues(plan, given);
  const program = await gpu.compile(plan);
  try {
    const kept = { ...values.parameters, ...values.states };
    for (const [label, data] of Object.entries(kept)) {
      program.write(label, data);
    }
    const [metrics] = await program.submit([values.streams]);
    const tensors: Record<string, Float32Array> = {};
    for (const { label, role } of plan.tensors) {
      if (role === "gradient" || role === "output" || role === "state") {
        tensors[label] = await program.read(label);
      }
    }
    return { plan, ...values, metrics: metrics!, tensors };
  } finally {
    program.destroy();
  }
}

/** Part `index` of `count` equal ones; all of it where replicas share the array. */
function part<T extends Float32Array | Uint32Array>(
  data: T,
  index: number,
  count: number,
): T {
  const length = data.length / count;
  return data.subarray(index * length, (index + 1) * length) as T;
}

/**
 * Fails unless loss, output and every gradient of every replica agree with the
 * float64 oracle. Float32 sums cancel, so an error counts against the largest
 * element of its tensor.
 */
export async function assertMatchesOracle(
  gpu: Gpu,
  given: Case,
  { forward = 1e-5, gradients = 1e-4 } = {},
): Promise<CaseRun> {
  const run = await runCase(gpu, given);
  const { model, loss, batch, replicas = 1, ownData = false } = given;
  const rows = given.examples ?? batch;
  for (let replica = 0; replica < replicas; replica++) {
    const data = (label: string) => {
      const all = run.streams[label];
      if (!all) return undefined;
      const own = ownData ? part(all, replica, replicas) : all;
      return own.subarray(0, rows * own.length / batch);
    };
    const expected = evaluate(model, {
      rows,
      loss: loss.kind,
      inputs: Object.fromEntries(
        model.inputs.map(({ label }) => [label, data(label)!]),
      ),
      target: data("target"),
      training: given.training,
      step: STEP,
      seed: SEED + replica,
      states: Object.fromEntries(
        Object.entries(run.states).map((
          [label, all],
        ) => [label, part(all, replica, replicas)]),
      ),
      parameters: Object.fromEntries(
        model.parameters.map(({ label }) => [
          label,
          part(run.parameters[label]!, replica, replicas),
        ]),
      ),
    });
    const compare = (
      label: string,
      actual: ArrayLike<number>,
      [wanted, tolerance]: [Float64Array, number],
    ) =>
      assertClose(actual, wanted, {
        tolerance,
        floor: Math.max(largest(wanted), 1e-30),
        label: `replica ${replica}, ${label}`,
      });
    // A dot product may cancel where all other losses are sums of squares or logarithms.
    const terms = expected.output.reduce(
      (sum, y, i) => sum + Math.abs(y * (data("target")?.[i] ?? 0)),
      0,
    );
    assertClose([run.metrics.loss![replica]!], [expected.loss], {
      tolerance: forward,
      floor: loss.kind === "given gradient" ? terms : undefined,
      label: `replica ${replica}, loss`,
    });
    const name = `${model.output.label}.output`;
    const output = part(run.tensors[name]!, replica, replicas);
    compare(name, output.subarray(0, expected.output.length), [
      expected.output,
      forward,
    ]);
    for (const [label, before] of Object.entries(run.states)) {
      const wanted = expected.states[label] ??
        Float64Array.from(part(before, replica, replicas));
      const after = part(run.tensors[label]!, replica, replicas);
      compare(label, after, [wanted, forward]);
    }
    for (const [label, wanted] of Object.entries(expected.gradients)) {
      const size = model.inputs.some((x) => gradientLabel(x.label) === label)
        ? wanted.length / rows * batch
        : wanted.length;
      const padded = new Float64Array(size);
      padded.set(wanted);
      // A tensor that the loss does not depend on has no gradient in the plan.
      const actual = run.tensors[label] ?? new Float32Array(size * replicas);
      compare(label, part(actual, replica, replicas), [padded, gradients]);
    }
  }
  return run;
}

/** The output of a case at values of one's own. */
export async function outputAt(
  gpu: Gpu,
  given: Case,
  { parameters, states, streams }: ReturnType<typeof drawValues>,
): Promise<Float32Array> {
  const program = await gpu.compile(planOf(given, gpu.target));
  for (const [label, data] of Object.entries({ ...parameters, ...states })) {
    program.write(label, data);
  }
  await program.submit([streams]);
  const output = await program.read(`${given.model.output.label}.output`);
  program.destroy();
  return output;
}
