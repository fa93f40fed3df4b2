/** Random graphs for properties: chains, fan-out, residual connections, branches, shared weights. */
import * as fc from "fast-check";
import { add } from "../../lib/nn/layers/add.ts";
import { batchNorm } from "../../lib/nn/layers/batch_norm.ts";
import { concatenate } from "../../lib/nn/layers/concatenate.ts";
import { dense } from "../../lib/nn/layers/dense.ts";
import { dropout } from "../../lib/nn/layers/dropout.ts";
import { flatten } from "../../lib/nn/layers/flatten.ts";
import {
  type Graph,
  graph,
  type Node,
  type Parameter,
} from "../../lib/nn/graph.ts";
import { torchDefault } from "../../lib/nn/initializers.ts";
import { layerNorm } from "../../lib/nn/layers/layer_norm.ts";
import { relu } from "../../lib/nn/layers/relu.ts";
import { sigmoid } from "../../lib/nn/layers/sigmoid.ts";
import { softmax } from "../../lib/nn/layers/softmax.ts";
import { tanh } from "../../lib/nn/layers/tanh.ts";

/** Layers on one input that keep its shape. */
const PLAIN = {
  relu,
  sigmoid,
  tanh,
  softmax,
  flatten,
  dropout: () => dropout({ probability: 0.4 }),
};

/** Features that concatenation makes at most, so that chains of it stay small. */
const WIDEST = 8;

const NORMS = { batchNorm, layerNorm };

/** One node: a layer on an earlier node, chosen by number. */
interface Step {
  readonly kind:
    | "dense"
    | "shared"
    | "add"
    | "concatenate"
    | keyof typeof PLAIN
    | keyof typeof NORMS;
  readonly source: number;
  readonly other: number;
  readonly units: number;
}

/** A graph by its steps, so that a failing one can be read. */
export interface GraphRecipe {
  readonly features: number;
  readonly steps: readonly Step[];
}

/**
 * Recipes of up to `maxLength` nodes with layers of the given widths; with
 * normalizations only if `norms`, as where they divide by almost nothing no digit
 * of a gradient is left to compare.
 */
export function recipes(
  { widths, maxLength, norms = false }: {
    widths: readonly number[];
    maxLength: number;
    norms?: boolean;
  },
): fc.Arbitrary<GraphRecipe> {
  const width = fc.constantFrom(...widths);
  const step = fc.record<Step>({
    kind: fc.constantFrom(
      "dense",
      "shared",
      "add",
      "concatenate",
      ...Object.keys(PLAIN) as (keyof typeof PLAIN)[],
      ...norms ? Object.keys(NORMS) as (keyof typeof NORMS)[] : [],
    ),
    source: fc.nat(maxLength),
    other: fc.nat(maxLength),
    units: width,
  });
  return fc.record({
    features: width,
    steps: fc.array(step, { minLength: 1, maxLength }),
  });
}

/** Builds a recipe's graph; `shared` layers of one width use one square weight. */
export function build({ features, steps }: GraphRecipe): Graph {
  return graph((g) => {
    const nodes: Node[] = [g.input("x", [features])];
    const weights = new Map<number, Parameter>();
    const weightOf = (width: number) => {
      const known = weights.get(width);
      if (known) return known;
      const label = `W${width}`;
      const made = g.parameter(label, [width, width], torchDefault(width));
      weights.set(width, made);
      return made;
    };
    for (const { kind, source, other, units } of steps) {
      const x = nodes.at(-1 - source % Math.min(nodes.length, 3))!;
      const width = x.shape[0]!;
      const alike = nodes.filter(({ shape }) => shape[0] === width);
      nodes.push(
        kind === "dense"
          ? g.apply(dense({ units }), x)
          : kind === "shared"
          ? g.apply(dense({ weight: weightOf(width), bias: false }), x)
          : kind === "add"
          ? g.apply(add(), x, alike[other % alike.length]!)
          : kind === "concatenate"
          ? g.apply(
            width <= WIDEST / 2 ? concatenate() : add(),
            x,
            alike[other % alike.length]!,
          )
          : g.apply({ ...PLAIN, ...NORMS }[kind](), x),
      );
    }
    return nodes.at(-1)!;
  });
}
