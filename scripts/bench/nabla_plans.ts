/** Nabla's side of the workloads as plans: nothing here touches a GPU. */
import type { Plan, Target } from "../../lib/core/plan.ts";
import { crossEntropy } from "../../lib/nn/cross_entropy.ts";
import { dense } from "../../lib/nn/dense.ts";
import { sequential } from "../../lib/nn/graph.ts";
import { halfSquaredNorm } from "../../lib/nn/half_squared_norm.ts";
import { buildPlan } from "../../lib/nn/plan.ts";
import { relu } from "../../lib/nn/relu.ts";
import { sgd } from "../../lib/nn/sgd.ts";
import { isolate } from "./isolate.ts";
import type { Gemm, Layout, Training } from "./workloads.ts";

/** Where a product comes from in a network of two dense layers, and its tensors there. */
const products: Record<
  Layout,
  { dispatch: string; left: string; right: string; product: string }
> = {
  NT: {
    dispatch: "dense2 forward",
    left: "dense1.output",
    right: "dense2.weight",
    product: "dense2.output",
  },
  NN: {
    dispatch: "dense2 backward input",
    left: "dense2.dOutput",
    right: "dense2.weight",
    product: "dense1.dOutput",
  },
  TN: {
    dispatch: "dense2 backward weight",
    left: "dense2.dOutput",
    right: "dense1.output",
    product: "dense2.dWeight",
  },
};

/** A plan of one product alone, and the labels of its operands and result. */
export interface GemmPlan {
  readonly plan: Plan;
  readonly left: string;
  readonly right: string;
  readonly product: string;
}

/** The dispatches of one product, cut out of a training step of two square dense layers. */
export function gemmPlan({ layout, size }: Gemm, target: Target): GemmPlan {
  const layer = () => dense({ units: size, bias: false });
  const step = buildPlan({
    name: `two layers of ${size}`,
    model: sequential([size], [layer(), layer()]),
    loss: halfSquaredNorm(),
    batch: size,
    target,
  });
  const { dispatch, ...labels } = products[layout];
  return { plan: isolate(step, dispatch), ...labels };
}

/** The whole training step, as experiments build it. */
export function trainingPlan(
  { name, widths, batch }: Training,
  target: Target,
): Plan {
  const [inputs, ...units] = widths;
  const layers = units.flatMap((width, i) =>
    i === 0 ? [dense({ units: width })] : [relu(), dense({ units: width })]
  );
  return buildPlan({
    name,
    model: sequential([inputs!], layers),
    loss: crossEntropy(),
    optimizer: sgd(),
    batch,
    target,
  });
}
