/** RMSprop against SGD on a ravine and on a plateau. About 5 s on a software adapter. */
import { z } from "zod";
import type { Plan, Target } from "../../core/plan.ts";
import {
  gradientAt,
  type Ground,
  plateau,
  ravine,
} from "./sections/landscapes.ts";
import { largest, relativeError } from "../../math/compare.ts";
import {
  type RmspropState,
  rmspropStep,
  sgdStep,
} from "../../math/optimizers.ts";
import { dense } from "../../nn/layers/dense.ts";
import { sequential } from "../../nn/graph.ts";
import { halfSquaredNorm } from "../../nn/losses/half_squared_norm.ts";
import { buildPlan } from "../../nn/plan.ts";
import { rmsprop } from "../../nn/optimizers/rmsprop.ts";
import { sgd } from "../../nn/optimizers/sgd.ts";
import { tanh } from "../../nn/layers/tanh.ts";
import { defineStudy, type ExperimentContext } from "../../train/experiment.ts";
import type { RunRecord } from "../../study/record.ts";
import { follow } from "../support/follow.ts";

const rate = z.number().positive().max(100);
const config = z.strictObject({
  steps: z.int().min(10).max(1_000_000).describe("updates"),
  sgdRate: rate.describe("step size of SGD on both"),
  ravineRate: rate.describe("a larger one on the ravine"),
  plateauRate: rate.describe("a larger one on the plateau"),
  rmspropRate: rate.describe("step size of RMSprop on both"),
  decay: z.number().min(0).max(0.9999)
    .describe("ρ, how much of the average of squares stays"),
  epsilon: z.number().positive().max(1).describe("ε, of both forms"),
});
type Config = z.output<typeof config>;
type Record = RunRecord<Config>;

const comparison = {
  sgdRate: 0.0019,
  ravineRate: 0.00201,
  plateauRate: 1,
  rmspropRate: 0.01,
  decay: 0.9,
  epsilon: 1e-5,
};

const grounds = { ravine, plateau };
/** SGD at two rates, RMSprop with ε outside and inside the root. */
const methods = ["sgd", "sgdFast", "outside", "inside"] as const;
type Method = typeof methods[number];
const label = "dense1.weight";

export default defineStudy({
  id: "rmsprop",
  question: "What does RMSprop do where it is steep and flat at once?",
  config,
  presets: {
    smoke: { ...comparison, steps: 600 },
    quick: { ...comparison, steps: 600 },
    full: { ...comparison, steps: 3000 },
  },
  maxReplicas: 1,
  plans: ({ config, target }) =>
    pathsOf(config).map((path) => planOf(path, config, target)),
  run: descend,
  expect: [
    {
      name: "ravine",
      expected:
        "when RMSprop is down to 1 % of the loss, SGD has 10 times as much and more",
      check(run) {
        const { at, loss } = arrival(run, "ravine.outside");
        const measured = lossesOf(run, "ravine.sgd")[at]! / loss;
        return { holds: measured >= 10, measured };
      },
    },
    {
      name: "overshoot",
      expected: "above 2/h SGD ends higher than it started",
      check(run) {
        const losses = lossesOf(run, "ravine.sgdFast");
        const measured = losses.at(-1)! / losses[0]!;
        return { holds: measured > 1, measured };
      },
    },
    {
      name: "plateau",
      expected:
        "when RMSprop is down to 1 % of the loss, SGD still has 90 % and more",
      check(run) {
        const { at } = arrival(run, "plateau.outside");
        const losses = lossesOf(run, "plateau.sgd");
        const measured = losses[at]! / losses[0]!;
        return { holds: measured >= 0.9, measured };
      },
    },
    {
      name: "ε inside",
      expected: "on the plateau at least 1.2 times as many steps to 1 %",
      check(run) {
        const [inside, outside] = ["inside", "outside"].map((method) =>
          arrival(run, `plateau.${method}`).at
        ) as [number, number];
        return {
          holds: inside >= 1.2 * outside,
          measured: `${inside} against ${outside}`,
        };
      },
    },
    {
      name: "same pace",
      expected: "both entries move equally far in 100 steps, to 5 %",
      check(run) {
        const [first, second] = ["theta1", "theta2"].map((entry) => {
          const path = run.series(`plateau.outside.${entry}`);
          return path[100]!.value - path[0]!.value;
        }) as [number, number];
        const measured = first / second;
        return { holds: Math.abs(measured - 1) <= 0.05, measured };
      },
    },
    {
      name: "GPU against float64",
      expected: "every point of every path to 1e-3 of its size",
      check({ results }) {
        const measured = results.error as number;
        return { holds: measured <= 1e-3, measured };
      },
    },
  ],
});

function lossesOf(run: Record, path: string): number[] {
  return run.series(`${path}.loss`).map(({ value }) => value);
}

/** The first step at which a path has 1 % of its first loss, the number of steps if it never has, and the loss there. */
function arrival(run: Record, path: string): { at: number; loss: number } {
  const losses = lossesOf(run, path);
  const found = losses.findIndex((loss) => loss <= 0.01 * losses[0]!);
  const at = found < 0 ? losses.length - 1 : found;
  return { at, loss: losses[at]! };
}

/** A way down: where, by which method, at what rate. */
interface Path {
  /** Name of its series. */
  readonly name: string;
  readonly ground: Ground;
  readonly method: Method;
  readonly rate: number;
}

/** Every method on every ground. */
function pathsOf(config: Config): Path[] {
  return Object.entries(grounds).flatMap(([name, ground]) => {
    const rates: { [M in Method]: number } = {
      sgd: config.sgdRate,
      sgdFast: ground === ravine ? config.ravineRate : config.plateauRate,
      outside: config.rmspropRate,
      inside: config.rmspropRate,
    };
    return methods.map((method): Path => ({
      name: `${name}.${method}`,
      ground,
      method,
      rate: rates[method],
    }));
  });
}

/** Half the squared norm of Xθ, or of tanh(Xθ), with X a diagonal matrix of two rows. */
function planOf(
  { name, ground, method }: Path,
  { decay, epsilon }: Config,
  target: Target,
): Plan {
  const epsilonInside = method === "inside";
  const theta = dense({ units: 1, bias: false });
  return buildPlan({
    name,
    model: sequential([2], ground.flattened ? [theta, tanh()] : [theta]),
    loss: halfSquaredNorm(),
    optimizer: isSgd(method)
      ? sgd()
      : rmsprop({ decay, epsilon, epsilonInside }),
    batch: 2,
    target,
  });
}

const isSgd = (method: Method) => method === "sgd" || method === "sgdFast";

/** Goes down every path, step by step, and compares each point with float64. */
async function descend(
  ctx: ExperimentContext<Config>,
  plans: readonly Plan[],
): Promise<void> {
  const { config, gpu } = ctx;
  const paths = pathsOf(config);
  const programs = await Promise.all(plans.map((plan) => gpu.compile(plan)));
  const given = paths.map(({ ground: { curvatures, start }, rate }, i) => {
    const [first, second] = curvatures.map(Math.sqrt) as [number, number];
    programs[i]!.write(label, Float32Array.from(start));
    return {
      x: Float32Array.of(first, 0, 0, second),
      examples: Uint32Array.of(2),
      learningRate: Float32Array.of(rate),
    };
  });
  const exact = paths.map((path) => createDescent(path, config));
  let places: Float32Array[] = paths.map(({ ground }) =>
    Float32Array.from(ground.start)
  );
  let step = 0;
  let error = 0;
  // One step more than is shown, as a step tells the loss that it starts from.
  const steps = config.steps + 1;
  const followed = follow(ctx, programs, { steps, label, inputs: () => given });
  for await (const shown of followed) {
    paths.forEach(({ name }, i) => {
      const [theta1, theta2] = places[i]!;
      ctx.record(`${name}.loss`, step, shown[i]!.metrics.loss!);
      ctx.record(`${name}.theta1`, step, theta1!);
      ctx.record(`${name}.theta2`, step, theta2!);
      const expected = exact[i]!.theta;
      const floor = largest(expected);
      const found = relativeError(places[i]!, expected, { floor });
      error = Math.max(error, found.error);
      exact[i]!.step();
    });
    places = shown.map(({ values }) => values);
    ctx.progress({ done: step++, total: config.steps, unit: "step" });
  }
  ctx.result("error", error);
}

/** A path in float64. */
function createDescent(
  { ground, method, rate }: Path,
  { decay, epsilon }: Config,
): { readonly theta: Float64Array; step(): void } {
  const zeros = new Float64Array(2);
  let state: RmspropState = {
    parameters: Float64Array.from(Float32Array.from(ground.start)),
    squareAverage: zeros,
    velocity: zeros,
  };
  return {
    get theta() {
      return state.parameters;
    },
    step() {
      const gradient = gradientAt(ground, state.parameters);
      const options = { learningRate: rate, decay, epsilon };
      state = isSgd(method)
        ? { ...state, ...sgdStep(state, gradient, options) }
        : rmspropStep(state, gradient, {
          ...options,
          epsilonInside: method === "inside",
        });
    },
  };
}
