/** The kernels in a small network against float64, and alone against PyTorch. */
import type { Plan } from "../../core/plan.ts";
import { TorchRandom } from "../../core/random.ts";
import type { Program } from "../../gpu/mod.ts";
import { constant, type Var } from "../../math/autodiff.ts";
import { largest, relativeError } from "../../math/compare.ts";
import { halfSquaredNorm } from "../../math/losses.ts";
import {
  batchNorm as batchNorm64,
  layerNorm as layerNorm64,
} from "../../math/normalization.ts";
import {
  add,
  matmul,
  sigmoid as sigmoid64,
  sub,
  transpose,
} from "../../math/operations.ts";
import { batchNorm } from "../../nn/layers/batch_norm.ts";
import { type Graph, sequential } from "../../nn/graph.ts";
import { layerNorm } from "../../nn/layers/layer_norm.ts";
import { buildPlan, initialParameters, initialStates } from "../../nn/plan.ts";
import { halfSquaredError } from "../../nn/losses/squared_error.ts";
import type { ExperimentContext, PlanSetting } from "../../train/experiment.ts";
import { checkGradients, readGradients } from "../../train/gradient_check.ts";
import { deepModel, type Kind, kinds, type Sizes } from "./networks.ts";
import vectors from "./torch_vectors.json" with { type: "json" };

/** Small and odd, so that differences of every parameter take no time. */
const SMALL: Sizes = { features: 6, depth: 3, width: 7, classes: 3 };
const EXAMPLES = 9;
const EPSILON = 1e-5;

/** The layers that PyTorch gave numbers of. */
const LAYERS = {
  batchnorm1d: batchNorm(),
  layernorm: layerNorm(),
};
type Vector = keyof typeof LAYERS;
const vectorNames = Object.keys(LAYERS) as Vector[];

/** Plans of the checks, by name. */
export function checkPlans(
  { target }: Pick<PlanSetting, "target">,
): Record<string, Plan> {
  const loss = halfSquaredError();
  const plans: Record<string, Plan> = {};
  for (const kind of kinds) {
    const name = `${kind}, gradient check`;
    const model = deepModel(kind, SMALL);
    plans[name] = buildPlan({
      ...{ name, model, loss, batch: EXAMPLES, target },
      gradients: true,
    });
  }
  for (const vector of vectorNames) {
    const { examples } = vectors[vector];
    const model = modelOf(vector);
    for (const training of vector === "layernorm" ? [true] : [true, false]) {
      const name = nameOf(vector, training);
      const outputs = [model.output.label];
      plans[name] = buildPlan({
        ...{ name, model, loss, batch: examples, outputs, training, target },
        gradients: true,
        inputGradients: true,
      });
    }
  }
  return plans;
}

function modelOf(vector: Vector): Graph {
  return sequential([vectors[vector].features], [LAYERS[vector]]);
}

function nameOf(vector: Vector, training: boolean): string {
  return `PyTorch's ${vector}, ${training ? "training" : "evaluation"}`;
}

/** A tensor of a normalization and how far it is from PyTorch's, relative to the largest entry. */
export interface TorchError {
  readonly layer: Vector;
  readonly tensor: string;
  readonly error: number;
}

/** Runs all checks and records their errors. */
export async function checkKernels(
  ctx: ExperimentContext,
  plans: Readonly<Record<string, Plan>>,
): Promise<void> {
  const gradients = [];
  for (const kind of kinds) {
    const program = await ctx.gpu.compile(plans[`${kind}, gradient check`]!);
    const errors = await gradientErrors(program, kind, ctx.seed);
    gradients.push(...errors.map((error) => ({ network: kind, ...error })));
    program.destroy();
  }
  ctx.result("gradients", gradients);
  const compared: TorchError[] = [];
  for (const vector of vectorNames) {
    compared.push(...await compareWithTorch(ctx, vector, plans));
  }
  ctx.result("PyTorch", compared);
}

/** Gradients of every parameter after one step against float64. */
async function gradientErrors(program: Program, kind: Kind, seed: number) {
  const model = deepModel(kind, SMALL);
  const random = new TorchRandom(seed);
  const values = initialParameters(model, random);
  for (const [label, { length }] of Object.entries(values)) {
    // Not 1 and 0, as they start, where mistakes cancel.
    if (/Norm/.test(label)) values[label] = random.randn(length);
    program.write(label, values[label]!);
  }
  const x = random.randn(EXAMPLES * SMALL.features);
  const target = random.randn(EXAMPLES * SMALL.classes);
  await program.submit([{ x, target, examples: Uint32Array.of(EXAMPLES) }]);
  const gradients = await readGradients(program, model);
  const loss = (variables: Record<string, Var>) =>
    halfSquaredNorm(
      sub(
        outputOf(kind, constant(x, [EXAMPLES, SMALL.features]), variables),
        constant(target, [EXAMPLES, SMALL.classes]),
      ),
    );
  return checkGradients(model, loss, { values, gradients });
}

/** The network in float64. */
function outputOf(
  kind: Kind,
  x: Var,
  variables: Readonly<Record<string, Var>>,
): Var {
  const dense = (y: Var, layer: number) => {
    const product = matmul(y, transpose(variables[`dense${layer}.weight`]!));
    const bias = variables[`dense${layer}.bias`];
    return bias ? add(product, bias) : product;
  };
  const normal = (z: Var, layer: number) => {
    if (kind === "none") return z;
    const label = `${kind}Norm${layer}`;
    const weight = variables[`${label}.weight`]!;
    const bias = variables[`${label}.bias`]!;
    const definition = kind === "batch" ? batchNorm64 : layerNorm64;
    return definition(z, { weight, bias }, EPSILON);
  };
  let y = x;
  for (let layer = 1; layer <= SMALL.depth; layer++) {
    y = sigmoid64(normal(dense(y, layer), layer));
  }
  return dense(y, SMALL.depth + 1);
}

/** One layer at PyTorch's numbers, in training and, of batch normalization, in evaluation. */
async function compareWithTorch(
  ctx: ExperimentContext,
  layer: Vector,
  plans: Readonly<Record<string, Plan>>,
): Promise<TorchError[]> {
  const label = `${LAYERS[layer].kind}1`;
  const { examples, w, b, x, y, dy, d_x, d_w, d_b } = vectors[layer];
  const program = await ctx.gpu.compile(plans[nameOf(layer, true)]!);
  const kept = {
    ...initialStates(modelOf(layer)),
    [`${label}.weight`]: Float32Array.from(w),
    [`${label}.bias`]: Float32Array.from(b),
  };
  for (const [name, data] of Object.entries(kept)) program.write(name, data);
  const submit = (program: Program, x: number[]) =>
    program.submit([{
      x: Float32Array.from(x),
      // With ½‖y − t‖² the gradient dy arrives at the output.
      target: Float32Array.from(y, (value, i) => value - dy[i]!),
      examples: Uint32Array.of(examples),
    }]);
  await submit(program, x);
  const found: TorchError[] = [];
  const compare = async (from: Program, tensor: string, expected: number[]) => {
    const { error } = relativeError(await from.read(tensor), expected, {
      floor: largest(expected),
    });
    found.push({ layer, tensor, error });
  };
  await compare(program, `${label}.output`, y);
  await compare(program, "dX", d_x);
  await compare(program, `${label}.dWeight`, d_w);
  await compare(program, `${label}.dBias`, d_b);
  if (layer === "batchnorm1d") {
    const running = vectors[layer];
    await compare(program, `${label}.runningMean`, running.running_mean);
    await compare(program, `${label}.runningVariance`, running.running_var);
    const evaluating = await ctx.gpu.compile(plans[nameOf(layer, false)]!, {
      share: program,
    });
    await submit(evaluating, running.eval_x);
    await compare(evaluating, `${label}.output`, running.eval_y);
    found.push({ ...found.pop()!, tensor: `${label}.output, evaluation` });
    evaluating.destroy();
  }
  program.destroy();
  return found;
}
