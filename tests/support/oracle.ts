/** Any graph of `lib/nn` in float64, by the definitions of `lib/math`. */
import {
  backward,
  constant,
  type Var,
  variable,
} from "../../lib/math/autodiff.ts";
import {
  halfSquaredNorm,
  meanSquaredError,
  softmaxCrossEntropy,
} from "../../lib/math/losses.ts";
import * as op from "../../lib/math/operations.ts";
import { gradientLabel } from "../../lib/nn/planner/differentiate.ts";
import type { Graph, Node } from "../../lib/nn/graph.ts";
import { applyLayer, type Surroundings } from "./oracle_layers.ts";

type Numbers = ArrayLike<number>;

/** One evaluation of a graph and its loss. */
export interface Evaluation {
  readonly loss: number;
  readonly output: Float64Array;
  /** States after the step, by label, if it moves them. */
  readonly states: Readonly<Record<string, Float64Array>>;
  /** By the plan's labels: `dense1.dWeight`, `dX`. */
  readonly gradients: Readonly<Record<string, Float64Array>>;
}

/** What to evaluate a graph at; inputs and target hold `rows` examples. */
export interface Point extends Surroundings {
  readonly rows: number;
  readonly inputs: Readonly<Record<string, Numbers>>;
  readonly parameters: Readonly<Record<string, Numbers>>;
  /** `kind` of the loss in `lib/nn`. */
  readonly loss: string;
  readonly target?: Numbers;
}

/** Loss, output and every gradient of a graph at a point. */
export function evaluate(model: Graph, point: Point): Evaluation {
  const { rows, inputs, parameters } = point;
  const leaves = new Map<string, Var>();
  const values = new Map<Node, Var>();
  const moved: Record<string, Float64Array> = {};
  for (const input of model.inputs) {
    const x = variable(inputs[input.label]!, [rows, ...input.shape]);
    leaves.set(input.label, x);
    values.set(input, x);
  }
  for (const { label, shape } of model.parameters) {
    leaves.set(label, variable(parameters[label]!, shape));
  }
  for (const node of model.nodes) {
    const used = Object.fromEntries(
      Object.entries(node.parameters).map((
        [name, { label }],
      ) => [name, leaves.get(label)!]),
    );
    const sources = node.inputs.map((input) => values.get(input)!);
    const { output, states } = applyLayer(node, sources, {
      parameters: used,
      surroundings: point,
    });
    values.set(node, output);
    Object.assign(moved, states);
  }
  const output = values.get(model.output)!;
  const loss = measure(output, point);
  backward(loss);
  return {
    loss: loss.value[0]!,
    output: output.value,
    states: moved,
    gradients: Object.fromEntries(
      [...leaves].map(([label, { grad }]) => [gradientLabel(label), grad]),
    ),
  };
}

function measure(output: Var, { loss, target }: Point): Var {
  const wanted = () => constant(target!, output.shape);
  switch (loss) {
    case "softmax cross-entropy":
      return softmaxCrossEntropy(output, target!);
    case "mean squared error":
      return meanSquaredError(output, wanted());
    case "half squared error":
      return halfSquaredNorm(op.sub(output, wanted()));
    case "half squared norm":
      return halfSquaredNorm(output);
    case "given gradient":
      return op.sum(op.mul(output, wanted()));
    default:
      throw new Error(`Cannot evaluate ${loss}: the oracle has no such loss`);
  }
}
