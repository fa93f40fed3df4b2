/**
 * Perceptrons of different widths in one plan. A hidden unit whose weights, in
 * and out, and bias are zero has the output 0 and only zero gradients, if its
 * activation is 0 at 0: no optimizer moves it, and the network is one without it.
 */
import type { Widths } from "../../core/plan.ts";
import type { TorchRandom } from "../../core/random.ts";
import { sizeOf } from "../../core/shape.ts";
import type { Graph, Node } from "../graph.ts";

/** Layers that are 0 at 0, besides dense ones without bias there. */
const KEEPS_ZERO = ["dense", "relu", "tanh"];

/** Dense layers of a graph: the hidden ones in order, and the last one. */
function denseNodes({ nodes }: Graph): Node[] {
  return nodes.filter(({ layer }) => layer!.kind === "dense");
}

/**
 * Refuses widths that a model cannot have.
 *
 * @throws {RangeError} If it is no chain of dense layers with relu, tanh or no activation, shares parameters, or a width is no integer from 1 to the layer's units
 */
export function checkWidths(
  model: Graph,
  widths: Widths,
  { action, replicas }: {
    /** For messages, as in `plan training`. */
    action: string;
    replicas: number;
  },
): void {
  const refuse = (reason: string) => {
    throw new RangeError(`Cannot ${action} with widths: ${reason}`);
  };
  const dense = denseNodes(model);
  const [first, last] = [dense[0], dense.at(-1)].map((node) =>
    model.nodes.indexOf(node!)
  );
  model.nodes.forEach(({ label, layer, inputs }, index) => {
    const before = model.nodes[index - 1] ?? model.inputs[0];
    if (inputs.length !== 1 || inputs[0] !== before) {
      refuse(`the model is no chain of layers, see ${label}`);
    }
    const { kind, parameters = {} } = layer!;
    if (index > first! && index < last! && !KEEPS_ZERO.includes(kind)) {
      refuse(
        `${label} may give a missing unit an output other than 0; use relu or tanh`,
      );
    }
    if (Object.keys(parameters).length > 0) {
      refuse(`${label} has a parameter that other layers may use`);
    }
  });
  const hidden = dense.slice(0, -1);
  if (widths.length !== replicas) {
    refuse(`got those of ${widths.length} replicas, need ${replicas}`);
  }
  widths.forEach((units, replica) => {
    if (units.length !== hidden.length) {
      refuse(
        `replica ${replica} has ${units.length}, the model has ${hidden.length} hidden layers`,
      );
    }
    units.forEach((count, i) => {
      const { label, shape: [all] } = hidden[i]!;
      if (!Number.isInteger(count) || count < 1 || count > all!) {
        refuse(
          `replica ${replica} has ${count} units of ${label}, it must be an integer from 1 to ${all}`,
        );
      }
    });
  });
}

/**
 * First values of a replica with these units in its hidden layers: what a model of
 * that width draws, in the memory of the wide one, by label. See
 * {@linkcode checkWidths} for what models may have widths.
 */
export function initialNarrowParameters(
  model: Graph,
  random: TorchRandom,
  units: readonly number[],
): Record<string, Float32Array> {
  const initial: Record<string, Float32Array> = {};
  const dense = denseNodes(model);
  let features = sizeOf(dense[0]!.inputs[0]!.shape);
  dense.forEach((node, index) => {
    const rows = units[index] ?? node.shape[0]!;
    const { parameters } = node.layer!.build([[1, features]]);
    for (const [name, { initial: draw }] of Object.entries(parameters)) {
      const { label, shape: [, columns = 1] } = node.parameters[name]!;
      const narrow = name === "bias" ? [rows] : [rows, features];
      const all = new Float32Array(sizeOf(node.parameters[name]!.shape));
      const [, length = 1] = narrow;
      const drawn = draw(random, narrow);
      for (let row = 0; row < rows; row++) {
        const values = drawn.subarray(row * length, (row + 1) * length);
        all.set(values, row * columns);
      }
      initial[label] = all;
    }
    features = rows;
  });
  return initial;
}
