/** Random networks for checks, with every derivative reverse mode knows of them. */
import { backward, type Var } from "../../math/autodiff.ts";
import {
  add,
  matmul,
  scale,
  sigmoid,
  square,
  sub,
  sum,
  transpose,
} from "../../math/operations.ts";
import type { Random } from "../../math/random.ts";
import { type Matrix, ones } from "./algebra.ts";
import { draw, gradientOf, toVariable, valueOf } from "./oracle.ts";

/** What the chain rule needs to know of a layer with weight A, bias b, pre-activation z, output y and input `below`; `d…` are derivatives of the loss by reverse mode. */
export interface Layer {
  readonly A: Matrix;
  readonly b: Matrix;
  readonly z: Matrix;
  readonly y: Matrix;
  readonly below: Matrix;
  readonly dA: Matrix;
  readonly db: Matrix;
  readonly dz: Matrix;
  readonly dy: Matrix;
  readonly dBelow: Matrix;
}

/** An evaluated network. */
export interface Network {
  readonly layers: readonly Layer[];
  readonly output: Matrix;
  readonly target: Matrix;
}

/** Input, target and every layer's weight and bias. */
export interface Parameters {
  readonly x: Matrix;
  readonly target: Matrix;
  readonly layers: readonly { readonly A: Matrix; readonly b: Matrix }[];
}

/** Draws parameters of a network of the given widths, input first, for columns x and y. */
export function drawParameters(random: Random, widths: number[]): Parameters {
  return {
    x: draw(random, [widths[0]!, 1]),
    target: draw(random, [widths.at(-1)!, 1]),
    layers: widths.slice(1).map((units, i) => ({
      A: draw(random, [units, widths[i]!]),
      b: draw(random, [units, 1]),
    })),
  };
}

type Tape = Record<"A" | "b" | "z" | "y" | "below", Var>;

/**
 * Runs a network, sigmoid except in the last layer, forward and backward. The
 * loss is `weight · ‖output − target‖²`; x and target are columns, or, with
 * `rows`, one example per row.
 */
export function evaluate(
  { x, target, layers }: Parameters,
  { weight = 0.5, rows = false }: { weight?: number; rows?: boolean } = {},
): Network {
  let y = toVariable(x);
  const tapes = layers.map((layer, i): Tape => {
    const below = y;
    const [A, b] = [toVariable(layer.A), toVariable(layer.b)];
    const z = rows
      ? add(
        matmul(below, transpose(A)),
        matmul(toVariable(ones(x.rows)), transpose(b)),
      )
      : add(matmul(A, below), b);
    y = i < layers.length - 1 ? sigmoid(z) : z;
    return { A, b, z, y, below };
  });
  const residual = sub(y, toVariable(target));
  backward(scale(sum(square(residual)), weight));
  return { layers: tapes.map(readTape), output: valueOf(y), target };
}

function readTape({ A, b, z, y, below }: Tape): Layer {
  return {
    A: valueOf(A),
    b: valueOf(b),
    z: valueOf(z),
    y: valueOf(y),
    below: valueOf(below),
    dA: gradientOf(A),
    db: gradientOf(b),
    dz: gradientOf(z),
    dy: gradientOf(y),
    dBelow: gradientOf(below),
  };
}

/** A random network of 2 to 6 layers, widths 3 or 4, one output, loss `½(y − Y)²`. */
export function drawMlp(random: Random): Network {
  const widths = Array.from(
    { length: random.integer(2, 7) },
    () => random.integer(3, 5),
  );
  return evaluate(drawParameters(random, [...widths, 1]));
}

/** A hidden layer of a random MLP and the layer above it. */
export function drawHidden(random: Random): { at: Layer; above: Layer } {
  const { layers } = drawMlp(random);
  const i = random.integer(0, layers.length - 1);
  return { at: layers[i]!, above: layers[i + 1]! };
}

/** A network with one hidden layer on five examples, one per row, with the loss `‖Y − T‖² / (2·batch)`. */
export function drawBatch(
  random: Random,
): { hidden: Layer; top: Layer; target: Matrix; batch: number } {
  const batch = 5;
  const { layers } = drawParameters(random, [4, 4, 3]);
  const x = draw(random, [batch, 4]);
  const target = draw(random, [batch, 3]);
  const network = evaluate({ x, target, layers }, {
    weight: 0.5 / batch,
    rows: true,
  });
  const [hidden, top] = network.layers;
  return { hidden: hidden!, top: top!, target, batch };
}
