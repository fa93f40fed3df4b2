/** Backpropagation on the GPU against float64 and PyTorch, then an SGD loop. About 3 s on a software adapter. */
import { z } from "zod";
import type { Plan } from "../../core/plan.ts";
import { TorchRandom } from "../../core/random.ts";
import { constant, type Var } from "../../math/autodiff.ts";
import { halfSquaredNorm } from "../../math/losses.ts";
import {
  add,
  matmul,
  sigmoid as sigmoid64,
  sub,
  transpose,
} from "../../math/operations.ts";
import { dense } from "../../nn/layers/dense.ts";
import { type Graph, sequential } from "../../nn/graph.ts";
import { uniform } from "../../nn/initializers.ts";
import type { Layer } from "../../nn/op/layer.ts";
import { buildPlan, initialParameters } from "../../nn/plan.ts";
import { sgd } from "../../nn/optimizers/sgd.ts";
import { sigmoid } from "../../nn/layers/sigmoid.ts";
import {
  halfSquaredError,
  meanSquaredError,
} from "../../nn/losses/squared_error.ts";
import { tanh } from "../../nn/layers/tanh.ts";
import { arrayBatches } from "../../train/batches.ts";
import { drawn } from "../../train/epochs.ts";
import { defineStudy, type ExperimentContext } from "../../train/experiment.ts";
import { fit } from "../../train/fit.ts";
import {
  checkGradients,
  type GradientErrors,
  readGradients,
} from "../../train/gradient_check.ts";
import { initialize } from "../../train/initialize.ts";

/** ∂ℓ/∂A₁ and ∂ℓ/∂b₁ as PyTorch prints them for seed 0. */
const printed = [
  ["2.3943e-05", "3.7064e-05", "4.2687e-06", "6.3700e-06"],
  ["3.4104e-05", "5.2794e-05", "6.0804e-06", "9.0735e-06"],
  ["2.4438e-05", "3.7831e-05", "4.3571e-06", "6.5019e-06"],
  ["2.0187e-05", "3.1250e-05", "3.5991e-06", "5.3707e-06"],
  ["4.8247e-05", "6.8722e-05", "4.9245e-05", "4.0678e-05"],
];
const layers = 6;
const width = 4;

const config = z.strictObject({
  examples: z.int().min(2).max(10_000).describe("points of the regression"),
  hidden: z.int().min(1).max(1024).describe("width of its two hidden layers"),
  learningRate: z.number().positive().max(10).describe("step size of SGD"),
  steps: z.int().min(1).max(1_000_000)
    .describe("updates, one drawn example each"),
});
type Config = z.output<typeof config>;
type Context = ExperimentContext<Config>;

const sizes = { examples: 64, hidden: 32, learningRate: 0.03 };

export default defineStudy({
  id: "backprop-mlp",
  question: "Is the hand-written backward pass right?",
  config,
  presets: {
    smoke: { ...sizes, steps: 2048 },
    quick: { ...sizes, steps: 8192 },
    full: { ...sizes, steps: 65_536 },
  },
  plans({ config, replicas, target }) {
    const common = {
      model: regression(config),
      loss: meanSquaredError(),
      replicas,
      target,
    };
    return {
      gradients: buildPlan({
        name: "gradients",
        model: exercise(),
        loss: halfSquaredError(),
        gradients: true,
        batch: 1,
        target,
      }),
      descent: buildPlan({
        name: "descent",
        ...common,
        optimizer: sgd(),
        batch: 1,
      }),
      whole: buildPlan({
        name: "whole set",
        ...common,
        gradients: false,
        batch: config.examples,
      }),
    };
  },
  steps: ({ config }) => ({ descent: config.steps, whole: 16 }),
  async run(ctx, { gradients, descent, whole }) {
    await differentiate(ctx, gradients);
    await regress(ctx, { descent, whole });
  },
  expect: [
    {
      name: "printed gradients",
      expected: "16 + 4 numbers equal to PyTorch's to every printed digit",
      applies: ({ seed }) => seed === 0,
      check({ results }) {
        const ours = [...results.dA1 as number[][], results.db1 as number[]];
        const equal = ours.flatMap((row, i) =>
          row.filter((value, j) => print(value) === printed[i]![j])
        );
        return {
          holds: equal.length === 20,
          measured: `${equal.length} of 20`,
        };
      },
    },
    {
      name: "all layers",
      expected: "within 1e-5 of reverse mode in float64, relative",
      check: ({ results }) => worst(results.layers, "reverse"),
    },
    {
      name: "all layers, differences",
      expected: "within 1e-5 of central differences in float64, relative",
      check: ({ results }) => worst(results.layers, "central"),
    },
    {
      name: "regression",
      expected: "mean squared error at most a fifth of what it was",
      check(run) {
        const losses = run.series("regression.loss");
        const measured = losses.at(-1)!.value / losses[0]!.value;
        return { holds: measured <= 0.2, measured };
      },
    },
  ],
});

/** The exercise's network. */
function exercise(): Graph {
  return sequential([width], [
    ...Array.from({ length: layers - 1 }, () => [layer(width), sigmoid()])
      .flat(),
    layer(1),
  ]);
}

/** The gradients of the exercise's network, on the GPU and in float64. */
async function differentiate(ctx: Context, plan: Plan): Promise<void> {
  const random = new TorchRandom(ctx.seed);
  const x = random.rand(width);
  const target = random.rand(1);
  const model = exercise();
  const program = await ctx.gpu.compile(plan);
  const values = initialParameters(model, random);
  for (const [label, data] of Object.entries(values)) {
    program.write(label, data);
  }
  await program.submit([{ x, target, examples: Uint32Array.of(1) }]);
  const gradients = await readGradients(program, model);
  program.destroy();

  const loss = (variables: Record<string, Var>) => {
    let y = constant(x, [1, width]);
    for (let i = 1; i <= layers; i++) {
      const weight = transpose(variables[`dense${i}.weight`]!);
      y = add(matmul(y, weight), variables[`dense${i}.bias`]!);
      if (i < layers) y = sigmoid64(y);
    }
    return halfSquaredNorm(sub(y, constant(target, [1, 1])));
  };
  const dA1 = rows(gradients["dense1.weight"]!);
  const db1 = [...gradients["dense1.bias"]!];
  ctx.result("dA1", dA1);
  ctx.result("db1", db1);
  ctx.result("layers", checkGradients(model, loss, { values, gradients }));
  ctx.log(["dA1", ...dA1.map(line), "db1", line(db1)].join("\n"));
}

/** A dense layer whose parameters are drawn by `torch.rand`. */
function layer(units: number): Layer {
  const initial = uniform(0, 1);
  return dense({ units, initial, initialBias: initial });
}

/** A scalar function with two hidden layers. */
function regression({ hidden }: Pick<Config, "hidden">): Graph {
  return sequential([1], [
    dense({ units: hidden }),
    tanh(),
    dense({ units: hidden }),
    tanh(),
    dense({ units: 1 }),
  ]);
}

/** Fits sin(πx) on [−1, 1] with two hidden layers, one drawn example per update. */
async function regress(
  ctx: Context,
  plans: { descent: Plan; whole: Plan },
): Promise<void> {
  const { examples, learningRate, steps } = ctx.config;
  const { gpu, seed } = ctx;
  const x = Float32Array.from(
    { length: examples },
    (_, i) => 2 * i / (examples - 1) - 1,
  );
  const source = arrayBatches({
    x: { shape: [examples, 1], data: x },
    target: { shape: [examples, 1], data: x.map((v) => Math.sin(Math.PI * v)) },
  });
  const program = await gpu.compile(plans.descent);
  const whole = await gpu.compile(plans.whole, { share: program });
  const random = new TorchRandom(seed);
  initialize(program, regression(ctx.config), { random, seed });
  const every = Math.ceil(steps / 16);
  await fit(ctx, {
    program,
    source,
    random,
    order: drawn,
    steps,
    learningRate,
    checkpointEvery: every,
    evaluations: [{ name: "regression", program: whole, source, every }],
  });
}

/** Four numbers a row. */
function rows(values: Float32Array): number[][] {
  return Array.from(
    { length: width },
    (_, i) => [...values.subarray(width * i, width * (i + 1))],
  );
}

/** As PyTorch prints it, `2.3943e-05`. */
function print(value: number): string {
  const [digits, exponent] = value.toExponential(4).split("e") as [
    string,
    string,
  ];
  return `${digits}e${exponent[0]}${exponent.slice(1).padStart(2, "0")}`;
}

const line = (values: number[]) => `  ${values.map(print).join("  ")}`;

/** The largest error of a kind over all parameters. */
function worst(errors: unknown, kind: "reverse" | "central") {
  const measured = Math.max(
    ...(errors as GradientErrors[]).map((one) => one[kind]),
  );
  return { holds: measured <= 1e-5, measured };
}
