/**
 * Graph → ops: the forward pass, the loss, and the backward pass by reverse-mode
 * differentiation over the graph. Where a node feeds several others, or a
 * parameter is used several times, later contributions add to the first.
 */
import type { Shape } from "../../core/shape.ts";
import type { Graph, Node, Parameter } from "../graph.ts";
import type { BuiltLayer, ForwardValues, StepStreams } from "../op/layer.ts";
import type { Loss } from "../op/loss.ts";
import type { Op } from "../op/ops.ts";
import { type Gradient, type Value, value } from "../op/value.ts";

/** What to compute with a graph. */
export interface StepOptions {
  readonly model: Graph;
  readonly batch: number;
  /** Whether layers that differ in evaluation do what they do in training. */
  readonly training: boolean;
  readonly loss?: Loss;
  /** Whether to differentiate the loss by the parameters. */
  readonly gradients: boolean;
  /** Whether the gradients of parameters stay readable after the step. */
  readonly keepGradients: boolean;
  /** Whether the gradients of parameters add to those of earlier steps, and are kept as state. */
  readonly accumulateGradients: boolean;
  /** Whether to differentiate it by the inputs as well. */
  readonly inputGradients: boolean;
  /** Whether each replica gets its own inputs and targets, or only a target. */
  readonly ownData: boolean | "target";
  /** Labels of nodes whose output stays readable after the step. */
  readonly outputs: readonly string[];
}

/** The ops of one step and the values they work on. */
export interface Step {
  readonly ops: Op[];
  readonly parameters: ReadonlyMap<Parameter, Value>;
  /** ∂loss/∂parameter. */
  readonly gradients: ReadonlyMap<Parameter, Value>;
  /** What layers keep between steps besides parameters. */
  readonly states: readonly Value[];
  /** What the host gives every step anew, whatever the model. */
  readonly streams: StepStreams;
}

/** A node's part in a step. */
interface Use {
  readonly layer: BuiltLayer;
  readonly values: ForwardValues;
  /** Whether its output is its input, in the same memory. */
  readonly inPlace: boolean;
}

const capitalized = (name: string) => name[0]!.toUpperCase() + name.slice(1);

/** `dense1.weight` → `dense1.dWeight`, `x` → `dX`. */
export function gradientLabel(label: string): string {
  const dot = label.lastIndexOf(".");
  return `${label.slice(0, dot + 1)}d${capitalized(label.slice(dot + 1))}`;
}

/** Lists the ops of one step. */
export function differentiate(options: StepOptions): Step {
  const { model, batch, loss } = options;
  const ops: Op[] = [];
  const values = new Map<Node, Value>();
  const uses = new Map<Node, Use>();
  const states: Value[] = [];
  const batched = (shape: Shape) => [batch, ...shape];

  const parameters = new Map(
    model.parameters.map((p) => [p, value(p.label, "parameter", p.shape)]),
  );
  const parametersOf = (node: Node) =>
    Object.fromEntries(
      Object.entries(node.parameters).map((
        [name, p],
      ) => [name, parameters.get(p)!]),
    );

  const u32 = { type: "u32" } as const;
  const streams: StepStreams = {
    examples: value("examples", "stream", [1], { ...u32, shared: true }),
    step: value("step", "stream", [1], { ...u32, shared: true }),
    seed: value("seed", "stream", [1], u32),
  };
  for (const input of model.inputs) {
    const shared = options.ownData !== true;
    const given = value(input.label, "stream", batched(input.shape), {
      shared,
    });
    values.set(input, given);
  }
  for (const node of model.nodes) {
    const layer = node.layer!.build(
      node.inputs.map(({ shape }) => batched(shape)),
    );
    const kept = node === model.output && !loss ||
      options.outputs.includes(node.label);
    const inPlace = !kept && (layer.identity === "always" ||
      layer.identity === "evaluation" && !options.training);
    const inputs = node.inputs.map((input) => values.get(input)!);
    const output = inPlace ? inputs[0]! : value(
      `${node.label}.output`,
      kept ? "output" : "scratch",
      layer.output,
    );
    const use = {
      layer,
      inPlace,
      values: {
        label: node.label,
        inputs,
        output,
        parameters: parametersOf(node),
        states: statesOf(node),
        streams,
        training: options.training,
        scratch: scratchOf(node),
      },
    };
    states.push(...Object.values(use.values.states));
    uses.set(node, use);
    values.set(node, output);
    if (!inPlace) {
      ops.push(...partsOf(node.label, "forward", layer.forward(use.values)));
    }
  }

  const gradients = new Map<Parameter, Value>();
  const step = { ops, parameters, gradients, states, streams };
  if (!loss) return step;

  const output = values.get(model.output)!;
  const builtLoss = loss.build(batched(model.output.shape));
  const lossValues = {
    output,
    target: builtLoss.target
      ? value("target", "stream", builtLoss.target.shape, {
        type: builtLoss.target.type,
        classes: builtLoss.target.classes,
        shared: options.ownData === false,
      })
      : undefined,
    examples: streams.examples,
    metrics: Object.fromEntries(
      Object.entries(builtLoss.metrics).map(([name, type]) => [
        name,
        value(name, "metric", [1], { type }),
      ]),
    ),
  };
  ops.push(...partsOf("loss", "forward", builtLoss.forward(lossValues)));
  if (!options.gradients && !options.inputGradients) {
    return step;
  }

  const dValues = new Map<Node, Value>();
  const dValueOf = (node: Node) =>
    value(
      gradientLabel(node.layer ? `${node.label}.output` : node.label),
      node.layer ? "scratch" : "gradient",
      batched(node.shape),
    );
  const dOutput = dValueOf(model.output);
  dValues.set(model.output, dOutput);
  ops.push(
    ...partsOf("loss", "backward", builtLoss.backward(lossValues, dOutput)),
  );

  const differentiable = nodesToDifferentiate(model, options);
  const contribute = <K>(
    map: Map<K, Value>,
    key: K,
    make: () => Value,
  ): Gradient => {
    const known = map.get(key);
    if (known) return { value: known, accumulate: true };
    map.set(key, make());
    return { value: map.get(key)!, accumulate: false };
  };
  const role = options.accumulateGradients
    ? "state"
    : options.keepGradients
    ? "gradient"
    : "scratch";
  const contributeTo = (p: Parameter): Gradient => {
    const make = () => value(gradientLabel(p.label), role, p.shape);
    const { value: gradient, accumulate } = contribute(gradients, p, make);
    return { value: gradient, accumulate: accumulate || role === "state" };
  };
  for (const node of [...model.nodes].reverse()) {
    const dNode = dValues.get(node);
    if (!dNode) continue;
    const { layer, inPlace, values } = uses.get(node)!;
    const [source] = node.inputs;
    if (
      inPlace && source!.layer && differentiable.has(source!) &&
      !dValues.has(source!)
    ) {
      dValues.set(source!, dNode);
      continue;
    }
    const dInputs = node.inputs.map((input) =>
      differentiable.has(input)
        ? contribute(dValues, input, () => dValueOf(input))
        : null
    );
    const dParameters = options.gradients
      ? Object.fromEntries(
        Object.entries(node.parameters).map(([name, p]) => [
          name,
          contributeTo(p),
        ]),
      )
      : {};
    const backward = layer.backward({
      ...values,
      dOutput: dNode,
      dInputs,
      dParameters,
    });
    ops.push(...partsOf(node.label, "backward", backward));
  }
  return step;
}

/** The ops with a note of whose they are. */
function partsOf(
  layer: string,
  pass: "forward" | "backward",
  ops: readonly Op[],
): Op[] {
  return ops.map((op) => ({ ...op, layer, pass }));
}

function statesOf(node: Node): Record<string, Value> {
  return Object.fromEntries(
    Object.entries(node.states).map(([name, { label, shape }]) => [
      name,
      value(label, "state", shape),
    ]),
  );
}

/** Makes the scratch values of a node, each name once. */
function scratchOf(node: Node): ForwardValues["scratch"] {
  const known = new Map<string, Value>();
  return (name, shape, type = "f32") => {
    const found = known.get(name) ??
      value(`${node.label}.${name}`, "scratch", shape, { type });
    known.set(name, found);
    return found;
  };
}

/** Nodes whose gradient somebody needs: those with a parameter at or before them, and inputs if asked for. */
function nodesToDifferentiate(
  { inputs, nodes }: Graph,
  { gradients, inputGradients }: StepOptions,
): Set<Node> {
  const needed = new Set<Node>(inputGradients ? inputs : []);
  for (const node of nodes) {
    const trained = gradients && Object.keys(node.parameters).length > 0;
    if (trained || node.inputs.some((input) => needed.has(input))) {
      needed.add(node);
    }
  }
  return needed;
}
