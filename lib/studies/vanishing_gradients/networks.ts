/** Deep networks of four kinds, and the gradient of every one of their layers. */
import type { Plan } from "../../core/plan.ts";
import type { Program } from "../../gpu/mod.ts";
import { add } from "../../nn/layers/add.ts";
import { dense } from "../../nn/layers/dense.ts";
import { type Graph, graph } from "../../nn/graph.ts";
import { heNormal, xavierNormal, zeros } from "../../nn/initializers.ts";
import type { Layer } from "../../nn/op/layer.ts";
import { buildPlan } from "../../nn/plan.ts";
import { relu } from "../../nn/layers/relu.ts";
import { sigmoid } from "../../nn/layers/sigmoid.ts";
import { halfSquaredError } from "../../nn/losses/squared_error.ts";
import { tanh } from "../../nn/layers/tanh.ts";
import type { PlanSetting } from "../../train/experiment.ts";
import { normsOf } from "../support/norms.ts";

/** What stands between the affine maps; `residual` adds the input of a tanh layer to its output. */
export const kinds = ["sigmoid", "tanh", "relu", "residual"] as const;

/** One of them. */
export type Kind = typeof kinds[number];

const activations: Readonly<Record<Kind, () => Layer>> = {
  sigmoid,
  tanh,
  relu,
  residual: tanh,
};

/** Label of the activation behind layer `layer`, counted from 1. */
export function activationLabel(kind: Kind, layer: number): string {
  return `${activations[kind]().kind}${layer}`;
}

/** `depth` affine layers on `width` features, all but the last of `width` units and activated; the last has one. */
export function deepModel(
  { kind, depth, width }: { kind: Kind; depth: number; width: number },
): Graph {
  const initial = kind === "relu" ? heNormal : xavierNormal;
  return graph((g) => {
    let y = g.input("x", [width]);
    for (let layer = 1; layer < depth; layer++) {
      const options = { units: width, initial, initialBias: zeros };
      const z = g.apply(dense(options), y);
      const activated = g.apply(activations[kind](), z);
      y = kind === "residual" ? g.apply(add(), y, activated) : activated;
    }
    return g.apply(dense({ units: 1, initial, initialBias: zeros }), y);
  });
}

/** The plan that gives ∂y_L/∂A_i and ∂y_L/∂b_i of one example per network; see {@linkcode outputGradients}. */
export function gradientPlan(
  model: Graph,
  { name, replicas, target }:
    & Pick<PlanSetting, "replicas" | "target">
    & { name: string },
): Plan {
  const outputs = model.nodes
    .filter(({ layer }) => layer!.kind === "dense")
    .map(({ label }) => label);
  return buildPlan({
    name,
    model,
    loss: halfSquaredError(),
    gradients: true,
    batch: 1,
    replicas,
    ownData: true,
    outputs,
    target,
  });
}

/** Norms of a layer's gradients, one per network. */
export interface LayerGradient {
  /** ‖∂·/∂A_i‖. */
  readonly weight: readonly number[];
  /** ‖∂·/∂b_i‖. */
  readonly bias: readonly number[];
}

/** Norms of all gradients after a step, layer by layer from the input. */
export async function readNorms(
  program: Program,
  depth: number,
): Promise<LayerGradient[]> {
  const { replicas } = program.plan;
  const read = async (label: string) =>
    normsOf(await program.read(label), replicas);
  return await Promise.all(Array.from({ length: depth }, async (_, i) => ({
    weight: await read(`dense${i + 1}.dWeight`),
    bias: await read(`dense${i + 1}.dBias`),
  })));
}

/** Gradients of the output y_L itself: with the target y_L − 1 the loss ½(y_L − t)² has slope 1. */
export async function outputGradients(
  program: Program,
  { x, depth }: { x: Float32Array; depth: number },
): Promise<LayerGradient[]> {
  const examples = Uint32Array.of(1);
  const target = new Float32Array(program.plan.replicas);
  await program.submit([{ x, target, examples }]);
  const output = await program.read(`dense${depth}.output`);
  await program.submit([{ x, target: output.map((y) => y - 1), examples }]);
  return await readNorms(program, depth);
}
