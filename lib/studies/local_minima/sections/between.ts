import type { Random } from "../../../math/random.ts";
import {
  type Algebra,
  exact,
  type Matrix,
  scalar,
} from "../../../study/derivation/algebra.ts";
import { equation } from "../../../study/derivation/check.ts";
import type { Line } from "../../../study/derivation/line.ts";
import type { Section } from "../../../study/page.ts";
import { draw } from "../../../study/derivation/oracle.ts";
import {
  alignment,
  between,
  distance,
  drawNetwork,
  forward,
  type Network,
  networkOf,
  outputs,
  preActivation,
  rearranged,
  unitOf,
} from "./network.ts";

const tex = String.raw;

const UNITS = 4;
const KEPT = { order: [0, 1, 2, 3], signs: [1, 1, 1, 1] };
/** Exchanges the first two units. */
const SWAP = { ...KEPT, order: [1, 0, 2, 3] };
/** Turns the sign of the first unit. */
const FLIP = { ...KEPT, signs: [-1, 1, 1, 1] };

function drawPoint(random: Random) {
  return {
    network: drawNetwork(random, UNITS),
    inputs: draw(random, [5, 2]),
  };
}

/** `vᵢ tanh(wᵢᵀx + bᵢ)` of one unit (w, b, v) for every input, [n, 1]. */
function response(
  algebra: Algebra,
  unit: Matrix,
  inputs: Matrix,
): Matrix {
  const { product, tanh } = algebra;
  const { W, b, v } = networkOf([unit], scalar(0));
  return product(tanh(preActivation(algebra, { W, b }, inputs)), v);
}

/** The network of the units from the third on. */
function rest(network: Network): Network {
  const units = [2, 3].map((i) => unitOf(network, i));
  return networkOf(units, network.c);
}

/** Every way to order and sign `units` units. */
function rearrangements(units: number) {
  const permutations = (n: number): number[][] =>
    n === 0
      ? [[]]
      : permutations(n - 1).flatMap((rest) =>
        Array.from({ length: n }, (_, at) => rest.toSpliced(at, 0, n - 1))
      );
  return permutations(units).flatMap((order) =>
    Array.from({ length: 2 ** units }, (_, bits) => ({
      order,
      signs: order.map((_, i) => bits >> i & 1 ? -1 : 1),
    }))
  );
}

const lines: Line[] = [
  {
    id: "distance",
    tex:
      tex`\lVert \theta - \pi_{ij}\theta \rVert^2 = 2\, \lVert u_i - u_j \rVert^2, \qquad \lVert \theta - \sigma_i\theta \rVert^2 = 4\, \lVert u_i \rVert^2`,
    reason:
      "$\\pi_{ij}$ exchanges two units, $\\sigma_i$ turns the sign of one: copies of a function are as far from each other as its units differ.",
    check: equation({
      against: "definition",
      given: drawPoint,
      left: ({ network }) =>
        [SWAP, FLIP].map((by) =>
          scalar(distance(network, rearranged(network, by)) ** 2)
        ),
      right: ({ product, scale, transpose }, { network }) => {
        const [first, second] = [unitOf(network, 0), unitOf(network, 1)];
        const apart = exact.minus(first, second);
        return [
          scale(2, product(transpose(apart), apart)),
          scale(4, product(transpose(first), first)),
        ];
      },
    }),
  },
  {
    id: "midpoint-swap",
    tex:
      tex`f\bigl(x;\, \tfrac12(\theta + \pi_{ij}\theta)\bigr) = c + \sum_{k \ne i, j} v_k \tanh(w_k^\top x + b_k) + (v_i + v_j) \tanh \frac{(w_i + w_j)^\top x + b_i + b_j}{2}`,
    reason:
      "Half-way between the two copies both units are the same: the network there has one unit less to work with, which is why the loss rises.",
    check: equation({
      against: "definition",
      given: drawPoint,
      left: ({ network, inputs }) =>
        outputs(between(network, rearranged(network, SWAP), 0.5), inputs),
      right: (algebra, { network, inputs }) => {
        const { plus, scale } = algebra;
        // Not in the algebra: the negative of a unit responds alike.
        const sum = exact.plus(unitOf(network, 0), unitOf(network, 1));
        const half = exact.scale(0.5, sum);
        return plus(
          forward(algebra, rest(network), inputs),
          scale(2, response(algebra, half, inputs)),
        );
      },
    }),
  },
  {
    id: "midpoint-flip",
    tex:
      tex`f\bigl(x;\, \tfrac12(\theta + \sigma_i\theta)\bigr) = f(x; \theta) - v_i \tanh(w_i^\top x + b_i)`,
    reason: "Half-way between a unit and its negative there is no unit at all.",
    check: equation({
      against: "definition",
      given: drawPoint,
      left: ({ network, inputs }) =>
        outputs(between(network, rearranged(network, FLIP), 0.5), inputs),
      right: (algebra, { network, inputs }) =>
        algebra.minus(
          forward(algebra, network, inputs),
          response(algebra, unitOf(network, 0), inputs),
        ),
    }),
  },
  {
    id: "alignment",
    tex:
      tex`\min_{\pi, s} \lVert \theta_A - \pi s\, \theta_B \rVert^2 = (c_A - c_B)^2 + \min_\pi \sum_{i=1}^{H} \Bigl(\lVert u_i^A \rVert^2 + \lVert u_{\pi(i)}^B \rVert^2 - 2\, \bigl|\langle u_i^A, u_{\pi(i)}^B \rangle\bigr|\Bigr)`,
    reason:
      "Each sign can be chosen on its own, and what is left is an assignment problem, solved in $O(H^3)$ instead of by trying $H!\\, 2^H$ copies; the check tries all 48 at $H = 3$.",
    check: equation({
      against: "definition",
      given: (random) => ({
        one: drawNetwork(random, 3),
        other: drawNetwork(random, 3),
      }),
      left: ({ one, other }) => {
        const distances = rearrangements(3).map((by) =>
          distance(one, rearranged(other, by))
        );
        return scalar(Math.min(...distances) ** 2);
      },
      right: (algebra, { one, other }) => {
        const { hadamard, minus, plus, product, root, scale, transpose } =
          algebra;
        const top = exact.minus(one.c, other.c);
        const { order } = alignment(other, one);
        const terms = order.map((from, i) => {
          const [a, b] = [unitOf(one, i), unitOf(other, from)];
          const overlap = product(transpose(a), b);
          const squares = plus(
            product(transpose(a), a),
            product(transpose(b), b),
          );
          return minus(squares, scale(2, root(hadamard(overlap, overlap))));
        });
        return plus(hadamard(top, top), terms.reduce(plus));
      },
    }),
  },
  {
    id: "aligned",
    tex:
      tex`\pi s\,\theta_B = \theta_A \quad\Longrightarrow\quad f\bigl(x;\, (1-t)\,\theta_A + t\, \pi s\,\theta_B\bigr) = f(x;\, \theta_A) \quad \text{for all } t`,
    reason:
      "If two runs found the same function by the same units, aligning them brings them to one point, and there is no barrier left to cross.",
    check: equation({
      against: "definition",
      given: (random) => {
        const { network, inputs } = drawPoint(random);
        const shuffled = rearranged(network, {
          order: [2, 0, 3, 1],
          signs: [1, -1, -1, 1],
        });
        return { network, inputs, shuffled, t: random.uniform(0.2, 0.8) };
      },
      left: ({ network, shuffled, inputs, t }) => {
        const back = rearranged(shuffled, alignment(shuffled, network));
        return outputs(between(network, back, t), inputs);
      },
      right: (algebra, { network, inputs }) =>
        forward(algebra, network, inputs),
    }),
  },
];

/** What lies between two copies, and how to bring them together. */
export const betweenSection: Section = {
  id: "between",
  title: "Between two runs",
  lines,
};
