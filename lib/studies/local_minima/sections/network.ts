/** Networks with one hidden layer of tanh units, and what can be done to their units. */
import { assignment } from "../../../math/assignment.ts";
import type { Random } from "../../../math/random.ts";
import {
  type Algebra,
  column,
  exact,
  type Matrix,
  matrix,
  ones,
} from "../../../study/derivation/algebra.ts";
import { draw } from "../../../study/derivation/oracle.ts";

/** `f(x) = v tanh(Wx + b) + c`: W [H, d], b [H, 1], v [1, H], c [1, 1]. */
export interface Network {
  readonly W: Matrix;
  readonly b: Matrix;
  readonly v: Matrix;
  readonly c: Matrix;
}

/** A network of `units` units on two inputs. */
export function drawNetwork(random: Random, units: number): Network {
  return {
    W: draw(random, [units, 2]),
    b: draw(random, [units, 1]),
    v: draw(random, [1, units]),
    c: draw(random, [1, 1]),
  };
}

/** The output for every row of `inputs` [n, d], unit by unit from the definition: [n, 1]. */
export function outputs({ W, b, v, c }: Network, inputs: Matrix): Matrix {
  const d = W.columns;
  return column(Array.from({ length: inputs.rows }, (_, row) => {
    let output = c.data[0]!;
    for (let unit = 0; unit < W.rows; unit++) {
      let z = b.data[unit]!;
      for (let k = 0; k < d; k++) {
        z += W.data[unit * d + k]! * inputs.data[row * d + k]!;
      }
      output += v.data[unit]! * Math.tanh(z);
    }
    return output;
  }));
}

/** The same as products of matrices: `tanh(XWᵀ + 1bᵀ) vᵀ + 1c`. */
export function forward(
  algebra: Algebra,
  network: Network,
  inputs: Matrix,
): Matrix {
  const { plus, product, tanh, transpose } = algebra;
  const rows = ones(inputs.rows);
  const hidden = tanh(preActivation(algebra, network, inputs));
  return plus(
    product(hidden, transpose(network.v)),
    product(rows, network.c),
  );
}

/** `XWᵀ + 1bᵀ`, [n, H]. */
export function preActivation(
  { plus, product, transpose }: Algebra,
  { W, b }: Pick<Network, "W" | "b">,
  inputs: Matrix,
): Matrix {
  return plus(
    product(inputs, transpose(W)),
    product(ones(inputs.rows), transpose(b)),
  );
}

/** `(wᵢ, bᵢ, vᵢ)` as a column: what belongs to unit i. */
export function unitOf({ W, b, v }: Network, i: number): Matrix {
  const weights = W.data.subarray(i * W.columns, (i + 1) * W.columns);
  return column([...weights, b.data[i]!, v.data[i]!]);
}

/** A network of the given units. */
export function networkOf(units: readonly Matrix[], c: Matrix): Network {
  const d = units[0]!.rows - 2;
  const part = (from: number, to: number) =>
    units.flatMap(({ data }) => [...data.subarray(from, to)]);
  return {
    W: matrix(units.length, d, part(0, d)),
    b: column(part(d, d + 1)),
    v: matrix(1, units.length, part(d + 1, d + 2)),
    c,
  };
}

const unitsOf = (network: Network) =>
  Array.from({ length: network.b.rows }, (_, i) => unitOf(network, i));

/** Unit i of the result is unit `order[i]`, its sign turned where `signs[i]` is −1. */
export interface Rearrangement {
  readonly order: readonly number[];
  readonly signs: readonly number[];
}

/** The network with its hidden units in another order and with other signs: it computes the same. */
export function rearranged(
  network: Network,
  { order, signs }: Rearrangement,
): Network {
  const units = order.map((from, i) =>
    exact.scale(signs[i]!, unitOf(network, from))
  );
  return networkOf(units, network.c);
}

/** The rearrangement of `network` that brings its parameters nearest to those of `target`. */
export function alignment(network: Network, target: Network): Rearrangement {
  const [have, want] = [unitsOf(network), unitsOf(target)];
  const overlap = (a: Matrix, b: Matrix) =>
    a.data.reduce((sum, x, i) => sum + x * b.data[i]!, 0);
  // ‖a − sb‖² is least where s has the sign of ⟨a, b⟩, and the squares are always there.
  const order = assignment(
    want.map((a) => have.map((b) => -2 * Math.abs(overlap(a, b)))),
  );
  const signs = order.map((from, i) =>
    overlap(want[i]!, have[from]!) < 0 ? -1 : 1
  );
  return { order, signs };
}

/** `f(a, b)` for every array of two networks. */
function zip(
  a: Network,
  b: Network,
  f: (one: Matrix, other: Matrix) => Matrix,
): Network {
  return { W: f(a.W, b.W), b: f(a.b, b.b), v: f(a.v, b.v), c: f(a.c, b.c) };
}

/** `θ + t·d`. */
export function moved(theta: Network, d: Network, t: number): Network {
  return zip(theta, d, (one, other) => exact.plus(one, exact.scale(t, other)));
}

/** `(1 − t)·a + t·b`. */
export function between(a: Network, b: Network, t: number): Network {
  return moved(a, zip(b, a, exact.minus), t);
}

/** The mean of every parameter over some networks. */
export function meanOf(networks: readonly Network[]): Network {
  return networks.reduce((mean, network, i) =>
    between(mean, network, 1 / (i + 1))
  );
}

/** Every parameter in one column, W row by row, then b, v and c. */
export function flat({ W, b, v, c }: Network): Matrix {
  return column([...W.data, ...b.data, ...v.data, ...c.data]);
}

/** `‖θ_a − θ_b‖`. */
export function distance(a: Network, b: Network): number {
  return Math.hypot(...exact.minus(flat(a), flat(b)).data);
}
