/** Deep networks with one output, and the gradients of that output by reverse mode. */
import { backward } from "../../../math/autodiff.ts";
import { add, matmul, relu, sigmoid } from "../../../math/operations.ts";
import type { Random } from "../../../math/random.ts";
import type { Matrix } from "../../../study/derivation/algebra.ts";
import {
  draw,
  gradientOf,
  toVariable,
  valueOf,
} from "../../../study/derivation/oracle.ts";

/** A layer with weight A, bias b, pre-activation z and input `below`; `dA` and `db` are derivatives of the output y_L. */
export interface Layer {
  readonly A: Matrix;
  readonly b: Matrix;
  readonly z: Matrix;
  readonly below: Matrix;
  /** ∂y_L/∂A_i, shaped as A. */
  readonly dA: Matrix;
  /** ∂y_L/∂b_i, a column. */
  readonly db: Matrix;
}

/** Input and parameters of a network; the last layer has one unit. */
export interface Parameters {
  readonly x: Matrix;
  readonly layers: readonly { readonly A: Matrix; readonly b: Matrix }[];
}

/** What stands between the affine maps; `residual` is `y + σ(Ay + b)`. */
export type Kind = "sigmoid" | "relu" | "residual";

const WIDTH = 3;

/** Parameters of 3 to 5 layers of three units under one output. */
export function drawDeep(random: Random): Parameters {
  const depth = random.integer(3, 6);
  return {
    x: draw(random, [WIDTH, 1]),
    layers: Array.from({ length: depth }, (_, i) => {
      const units = i < depth - 1 ? WIDTH : 1;
      return { A: draw(random, [units, WIDTH]), b: draw(random, [units, 1]) };
    }),
  };
}

/** Runs a network and differentiates its output, not a loss, by every parameter. */
export function differentiate(
  { x, layers }: Parameters,
  kind: Kind = "sigmoid",
): Layer[] {
  let y = toVariable(x);
  const tapes = layers.map((layer, i) => {
    const below = y;
    const [A, b] = [toVariable(layer.A), toVariable(layer.b)];
    const z = add(matmul(A, below), b);
    if (i === layers.length - 1) y = z;
    else if (kind === "relu") y = relu(z);
    else y = kind === "sigmoid" ? sigmoid(z) : add(below, sigmoid(z));
    return { A, b, z, below };
  });
  backward(y);
  return tapes.map(({ A, b, z, below }) => ({
    A: valueOf(A),
    b: valueOf(b),
    z: valueOf(z),
    below: valueOf(below),
    dA: gradientOf(A),
    db: gradientOf(b),
  }));
}

/** A differentiated network and the index of one of its hidden layers. */
export function drawAt(
  random: Random,
  kind: Kind = "sigmoid",
): { layers: Layer[]; i: number } {
  const layers = differentiate(drawDeep(random), kind);
  return { layers, i: random.integer(0, layers.length - 1) };
}
