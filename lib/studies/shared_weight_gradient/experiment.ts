/** One matrix used twice: ∂L/∂W from the GPU against the formula. About 1 s on a software adapter. */
import { z } from "zod";
import type { Plan } from "../../core/plan.ts";
import { TorchRandom } from "../../core/random.ts";
import { constant, type Var } from "../../math/autodiff.ts";
import { largest, relativeError } from "../../math/compare.ts";
import { halfSquaredNorm as halfSquaredNorm64 } from "../../math/losses.ts";
import {
  add as add64,
  matmul,
  relu as relu64,
  transpose,
} from "../../math/operations.ts";
import { add } from "../../nn/layers/add.ts";
import { dense } from "../../nn/layers/dense.ts";
import { type Graph, graph } from "../../nn/graph.ts";
import { halfSquaredNorm } from "../../nn/losses/half_squared_norm.ts";
import { normal } from "../../nn/initializers.ts";
import { buildPlan, initialParameters } from "../../nn/plan.ts";
import { relu } from "../../nn/layers/relu.ts";
import { defineStudy, type ExperimentContext } from "../../train/experiment.ts";
import { checkGradients, readGradients } from "../../train/gradient_check.ts";

const config = z.strictObject({
  dimensions: z.array(z.int().min(1).max(256)).min(1)
    .describe("sizes d of the d × d matrix W"),
});
const preset = { dimensions: [2, 8, 64] };

/** Distance that every yᵢ keeps from the kink of ReLU, above the step of the differences. */
const margin = 1e-3;

export default defineStudy({
  id: "shared-weight-gradient",
  question: "What if one matrix is used twice?",
  config,
  presets: { smoke: preset, quick: preset, full: preset },
  maxReplicas: 1,
  plans: ({ config, target }) =>
    config.dimensions.map((d) =>
      buildPlan({
        name: `shared weight, d = ${d}`,
        model: modelOf(d),
        loss: halfSquaredNorm(),
        gradients: true,
        batch: 1,
        target,
      })
    ),
  async run(ctx, plans) {
    const random = new TorchRandom(ctx.seed);
    const errors = [];
    for (const [i, d] of ctx.config.dimensions.entries()) {
      const found = await compare(ctx, { d, plan: plans[i]!, random });
      errors.push(found);
      for (const kind of ["formula", "reverse", "central"] as const) {
        ctx.record(`error.${kind}`, d, found[kind]);
      }
    }
    ctx.result("errors", errors);
  },
  expect: (["formula", "reverse", "central"] as const).map((kind) => ({
    name: {
      formula: "formula",
      reverse: "reverse mode",
      central: "central differences",
    }[kind],
    expected:
      "within 1e-5, relative to the gradient's largest entry, at every d",
    check(run) {
      const errors = run.series(`error.${kind}`).map(({ value }) => value);
      const measured = Math.max(...errors);
      return { holds: measured <= 1e-5, measured };
    },
  })),
});

/** `u + W u` with `u = ReLU(W x)`. */
function modelOf(d: number): Graph {
  return graph((g) => {
    const x = g.input("x", [d]);
    const weight = g.parameter("W", [d, d], normal(1 / Math.sqrt(d)));
    const u = g.apply(relu(), g.apply(dense({ weight, bias: false }), x));
    return g.apply(add(), u, g.apply(dense({ weight, bias: false }), u));
  });
}

/** The errors of ∂L/∂W at one random W and x. */
async function compare(
  { gpu }: Pick<ExperimentContext, "gpu">,
  { d, plan, random }: { d: number; plan: Plan; random: TorchRandom },
) {
  const model = modelOf(d);
  const program = await gpu.compile(plan);
  let values, x;
  do {
    values = initialParameters(model, random);
    x = random.randn(d);
  } while (product(values.W!, x).some((y) => Math.abs(y) < margin));
  program.write("W", values.W!);
  await program.submit([{ x, examples: Uint32Array.of(1) }]);
  const gradients = await readGradients(program, model);
  program.destroy();

  const loss = ({ W }: Record<string, Var>) => {
    const transposed = transpose(W!);
    const u = relu64(matmul(constant(x, [1, d]), transposed));
    return halfSquaredNorm64(add64(u, matmul(u, transposed)));
  };
  const [errors] = checkGradients(model, loss, { values, gradients });
  const expected = formula(values.W!, x);
  const floor = largest(expected);
  const { error } = relativeError(gradients.W!, expected, { floor });
  return {
    d,
    formula: error,
    reverse: errors!.reverse,
    central: errors!.central,
  };
}

/** ∂L/∂W = v ⊗ u + diag(Θ(y)) (I + Wᵀ) v ⊗ x in float64. */
function formula(W: Float32Array, x: Float32Array): Float64Array {
  const d = x.length;
  const y = product(W, x);
  const u = y.map((value) => Math.max(value, 0));
  const v = product(W, u).map((value, i) => value + u[i]!);
  const gradient = new Float64Array(d * d);
  for (let i = 0; i < d; i++) {
    let pulled = v[i]!;
    for (let k = 0; k < d; k++) pulled += W[k * d + i]! * v[k]!;
    if (y[i]! <= 0) pulled = 0;
    for (let j = 0; j < d; j++) {
      gradient[i * d + j] = v[i]! * u[j]! + pulled * x[j]!;
    }
  }
  return gradient;
}

/** W x in float64. */
function product(W: ArrayLike<number>, x: ArrayLike<number>): Float64Array {
  return Float64Array.from({ length: x.length }, (_, i) => {
    let sum = 0;
    for (let j = 0; j < x.length; j++) sum += W[i * x.length + j]! * x[j]!;
    return sum;
  });
}
