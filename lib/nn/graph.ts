import { checkShape, type Shape } from "../core/shape.ts";
import type { Initializer } from "./initializers.ts";
import type { Layer, StateSpec } from "./op/layer.ts";

/** A trainable array of a graph; several nodes may use the same one. */
export interface Parameter {
  /** As in `dense1.weight`. */
  readonly label: string;
  readonly shape: Shape;
  readonly initial: Initializer;
}

/** An array that one node keeps between steps without training it. */
export interface State extends StateSpec {
  /** As in `batchNorm1.runningMean`. */
  readonly label: string;
}

/** An array that flows through a graph: an input, or the output of a layer. */
export interface Node {
  /** As in `x` or `dense1`. */
  readonly label: string;
  /** Shape of one example, without the batch. */
  readonly shape: Shape;
  /** The layer that computes it; absent for an input. */
  readonly layer?: Layer;
  readonly inputs: readonly Node[];
  /** Parameters by the layer's names for them. */
  readonly parameters: Readonly<Record<string, Parameter>>;
  /** States by the layer's names for them. */
  readonly states: Readonly<Record<string, State>>;
}

/** Layers and how they feed each other, without memory and without a batch. */
export interface Graph {
  readonly inputs: readonly Node[];
  /** All nodes in the order in which they were applied. */
  readonly nodes: readonly Node[];
  /** Parameters in the order in which their first values are drawn. */
  readonly parameters: readonly Parameter[];
  readonly output: Node;
}

/** What a model function has to build a graph with. */
export interface GraphBuilder {
  /** An input whose examples have this shape. */
  input(label: string, shape: Shape): Node;
  /** A parameter that several layers may share. */
  parameter(label: string, shape: Shape, initial: Initializer): Parameter;
  /** Applies a layer; nodes are named by kind and number, as in `dense1`. */
  apply(layer: Layer, ...inputs: Node[]): Node;
}

/**
 * Builds a graph. A node may feed several layers, and a parameter may be used by
 * several: their gradients add up.
 *
 * ```ts
 * const model = graph((g) => {
 *   const x = g.input("x", [8]);
 *   const weight = g.parameter("W", [8, 8], torchDefault(8));
 *   const u = g.apply(relu(), g.apply(dense({ weight, bias: false }), x));
 *   return g.apply(add(), u, g.apply(dense({ weight, bias: false }), u));
 * });
 * ```
 *
 * @throws {RangeError} If a layer cannot take its inputs, there is no layer, two
 *   arrays have one name, or a node or parameter comes from another graph
 */
export function graph(model: (builder: GraphBuilder) => Node): Graph {
  const inputs: Node[] = [];
  const nodes: Node[] = [];
  const parameters: Parameter[] = [];
  const counts = new Map<string, number>();

  const output = model({
    input(label, shape) {
      checkShape(`input ${label}`, shape);
      const node = { label, shape, inputs: [], parameters: {}, states: {} };
      inputs.push(node);
      return node;
    },
    parameter(label, shape, initial) {
      const parameter = { label, shape: checkShape(label, shape), initial };
      parameters.push(parameter);
      return parameter;
    },
    apply(layer, ...sources) {
      for (const source of sources) {
        if (!inputs.includes(source) && !nodes.includes(source)) {
          throw new RangeError(
            `Cannot apply ${layer.kind} to ${source.label}: it belongs to another graph; apply it in the function that made it`,
          );
        }
      }
      const count = (counts.get(layer.kind) ?? 0) + 1;
      counts.set(layer.kind, count);
      const label = `${layer.kind}${count}`;
      const built = layer.build(sources.map(({ shape }) => [1, ...shape]));
      const used: Record<string, Parameter> = {};
      for (const [name, spec] of Object.entries(built.parameters)) {
        const given = layer.parameters?.[name];
        if (given && !parameters.includes(given)) {
          throw new RangeError(
            `Cannot use parameter ${given.label} in ${label}: it belongs to another graph; make it with parameter() of this one`,
          );
        }
        used[name] = given ?? { label: `${label}.${name}`, ...spec };
        if (!given) parameters.push(used[name]);
      }
      const node = {
        label,
        shape: built.output.slice(1),
        layer,
        inputs: sources,
        parameters: used,
        states: Object.fromEntries(
          Object.entries(built.states ?? {}).map(([name, spec]) => [
            name,
            { label: `${label}.${name}`, ...spec },
          ]),
        ),
      };
      nodes.push(node);
      return node;
    },
  });
  if (!output.layer) {
    throw new RangeError(
      `Cannot make a graph with no layers: its output is the input ${output.label}`,
    );
  }
  const twice = repeated([...inputs, ...parameters].map(({ label }) => label));
  if (twice !== undefined) {
    throw new RangeError(
      `Cannot make a graph with two arrays named ${twice}: rename one`,
    );
  }
  return { inputs, nodes, parameters, output };
}

/** The first label that two arrays have. */
function repeated(labels: readonly string[]): string | undefined {
  return labels.find((label, index) => labels.indexOf(label) !== index);
}

/** A chain of layers on one input `x` whose examples have `shape`. */
export function sequential(shape: Shape, layers: readonly Layer[]): Graph {
  return graph((g) =>
    layers.reduce((node, layer) => g.apply(layer, node), g.input("x", shape))
  );
}
