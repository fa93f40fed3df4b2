/** ReLU networks with one input as matrices, for the right sides of lines. */
import type { Random } from "../../../math/random.ts";
import {
  drawReluNetwork,
  outputAt,
  type ReluNetwork,
} from "../../../math/relu_network.ts";
import {
  type Algebra,
  column,
  type Matrix,
  matrix,
  ones,
} from "../../../study/derivation/algebra.ts";

/** A layer `Wx + b`: W [units, inputs], b [units, 1]. */
export interface Layer {
  readonly W: Matrix;
  readonly b: Matrix;
}

/** The layers of a network as matrices. */
export function layersOf(network: ReluNetwork): Layer[] {
  return network.map(({ weight, bias }) => ({
    W: matrix(weight.length, weight[0]!.length, weight.flat()),
    b: column(bias),
  }));
}

/** A network with normal weights and layers of these widths between its one input and its one output. */
export function drawNetwork(
  random: Random,
  ...hidden: number[]
): ReluNetwork {
  return drawReluNetwork(random, [1, ...hidden, 1]);
}

/** `count` inputs, uniform on [−3, 3), as a row. */
export function drawInputs(random: Random, count: number): Matrix {
  return matrix(1, count, random.array(count, { low: -3, high: 3 }));
}

/** The outputs for a row of inputs, unit by unit from the definition: [1, n]. */
export function outputs(network: ReluNetwork, x: Matrix): Matrix {
  return matrix(1, x.columns, x.data.map((at) => outputAt(network, at)));
}

/** `W_l ReLU(… ReLU(W₁x + b₁) …) + b_l` for a row of inputs, as products of matrices: [1, n]. */
export function forward(
  { plus, product, relu }: Algebra,
  layers: readonly Layer[],
  x: Matrix,
): Matrix {
  return layers.reduce(
    (y, { W, b }, i) =>
      plus(
        product(W, i === 0 ? y : relu(y)),
        product(b, ones(1, x.columns)),
      ),
    x,
  );
}

/** `|z| = ReLU(z) + ReLU(−z)`, entry by entry. */
export function absolute({ plus, relu, scale }: Algebra, z: Matrix): Matrix {
  return plus(relu(z), relu(scale(-1, z)));
}

/** `c^n` of a 1×1 matrix, n ≥ 1. */
export function power({ product }: Algebra, c: Matrix, n: number): Matrix {
  return Array<Matrix>(n).fill(c).reduce((all, factor) => product(all, factor));
}

/** A network of two layers, as vectors with one entry per unit: w and v are W₁ and W₂ᵀ. */
export interface Units {
  readonly w: Matrix;
  readonly b: Matrix;
  readonly v: Matrix;
}

/** A random network of two layers with its units in the order of their kinks. */
export function drawUnits(
  random: Random,
  count: number,
): { network: ReluNetwork; units: Units } {
  const [below, above] = drawNetwork(random, count) as [
    ReluNetwork[number],
    ReluNetwork[number],
  ];
  const units = below.bias.map((b, i) => ({
    b,
    w: below.weight[i]![0]!,
    v: above.weight[0]![i]!,
  })).sort((one, other) => other.b / other.w - one.b / one.w);
  const of = (name: "w" | "b" | "v") => units.map((unit) => unit[name]);
  return {
    network: [
      { weight: of("w").map((w) => [w]), bias: of("b") },
      { weight: [of("v")], bias: above.bias },
    ],
    units: { w: column(of("w")), b: column(of("b")), v: column(of("v")) },
  };
}
