import { backward, type Var } from "../../../math/autodiff.ts";
import { meanSquaredError } from "../../../math/losses.ts";
import { add, matmul, tanh, transpose } from "../../../math/operations.ts";
import type { Random } from "../../../math/random.ts";
import {
  column,
  type Matrix,
  matrix,
  ones,
} from "../../../study/derivation/algebra.ts";
import { equation } from "../../../study/derivation/check.ts";
import type { Line } from "../../../study/derivation/line.ts";
import type { Section } from "../../../study/page.ts";
import {
  denseForward,
  tanhForward,
} from "../../../study/derivation/kernels.ts";
import {
  draw,
  gradientOf,
  toVariable,
} from "../../../study/derivation/oracle.ts";
import { drawNetwork, forward, type Network, outputs } from "./network.ts";

const tex = String.raw;

const UNITS = 5;

/** A network, inputs and targets, a permutation that is not its own inverse, and signs of both kinds. */
function drawSymmetry(random: Random) {
  const shift = random.integer(1, UNITS);
  const P = matrix(
    UNITS,
    UNITS,
    Array.from(
      { length: UNITS ** 2 },
      (_, at) =>
        (Math.floor(at / UNITS) + shift) % UNITS === at % UNITS ? 1 : 0,
    ),
  );
  const signs = Array.from({ length: UNITS }, (_, i) => i % 2 ? -1 : 1);
  return {
    network: drawNetwork(random, UNITS),
    inputs: draw(random, [6, 2]),
    target: draw(random, [6, 1]),
    P,
    signs: column(signs),
  };
}
type Symmetry = ReturnType<typeof drawSymmetry>;

/** Gradients of the mean squared error by W, b and v, by reverse mode. */
function gradients(
  { W, b, v, c }: Network,
  { inputs, target }: Pick<Symmetry, "inputs" | "target">,
): Matrix[] {
  const [w, bias, top, offset] = [W, b, v, c].map(toVariable) as [
    Var,
    Var,
    Var,
    Var,
  ];
  const rows = toVariable(ones(inputs.rows));
  const z = add(
    matmul(toVariable(inputs), transpose(w)),
    matmul(rows, transpose(bias)),
  );
  const y = add(matmul(tanh(z), transpose(top)), matmul(rows, offset));
  backward(meanSquaredError(y, toVariable(target)));
  return [w, bias, top].map(gradientOf);
}

/** The network with its units permuted, by the definition. */
function permuted({ W, b, v, c }: Network, P: Matrix): Network {
  const from = Array.from(
    { length: UNITS },
    (_, i) => P.data.subarray(i * UNITS, (i + 1) * UNITS).indexOf(1),
  );
  const pick = (a: Matrix, width: number) =>
    from.flatMap((i) => [...a.data.subarray(i * width, (i + 1) * width)]);
  return {
    W: matrix(UNITS, W.columns, pick(W, W.columns)),
    b: column(pick(b, 1)),
    v: matrix(1, UNITS, pick(v, 1)),
    c,
  };
}

const lines: Line[] = [
  {
    id: "network",
    tex:
      tex`f(x; \theta) = v \tanh(Wx + b) + c = c + \sum_{i=1}^{H} v_i \tanh(w_i^\top x + b_i), \qquad \theta = (W, b, v, c)`,
    reason:
      "One hidden layer of $H$ units; $w_i^\\top$ is row $i$ of $W$, and $u_i = (w_i, b_i, v_i)$ is what belongs to unit $i$. The sum does not know the order of its terms.",
    check: equation({
      against: "definition",
      given: drawSymmetry,
      left: ({ network, inputs }) => outputs(network, inputs),
      right: (algebra, { network, inputs }) =>
        forward(algebra, network, inputs),
    }),
    kernels: [denseForward, tanhForward],
  },
  {
    id: "permutation",
    tex:
      tex`f(x;\, PW,\, Pb,\, vP^\top,\, c) = f(x;\, W, b, v, c) \qquad \text{for every permutation matrix } P`,
    reason:
      "$\\tanh$ acts entry by entry, so $\\tanh(P z) = P \\tanh z$, and $P^\\top P = I$: another $\\theta$, the same function.",
    check: equation({
      against: "definition",
      given: drawSymmetry,
      left: ({ network, inputs }) => outputs(network, inputs),
      right: (algebra, { network: { W, b, v, c }, inputs, P }) => {
        const { product, transpose } = algebra;
        const moved = {
          W: product(P, W),
          b: product(P, b),
          v: product(v, transpose(P)),
          c,
        };
        return forward(algebra, moved, inputs);
      },
    }),
  },
  {
    id: "signs",
    tex:
      tex`f(x;\, DW,\, Db,\, vD,\, c) = f(x;\, W, b, v, c) \qquad \text{for } D = \operatorname{diag}(\pm 1, \dots, \pm 1)`,
    reason:
      "$\\tanh$ is odd: a unit whose weights and bias change their sign changes its own, and $v$ changes it back. Together with the permutations each $\\theta$ has $H!\\, 2^H$ such copies, 384 at $H = 4$.",
    check: equation({
      against: "definition",
      given: drawSymmetry,
      left: ({ network, inputs }) => outputs(network, inputs),
      right: (algebra, { network: { W, b, v, c }, inputs, signs }) => {
        const { diagonal, product } = algebra;
        const moved = {
          W: product(diagonal(signs), W),
          b: product(diagonal(signs), b),
          v: product(v, diagonal(signs)),
          c,
        };
        return forward(algebra, moved, inputs);
      },
    }),
  },
  {
    id: "gradient",
    tex:
      tex`\nabla_W L(PW, Pb, vP^\top, c) = P\, \nabla_W L(W, b, v, c), \qquad \text{and so for } b \text{ and } v`,
    reason:
      "Differentiate $L(\\theta) = L(\\pi\\theta)$. A descent that starts from a permuted $\\theta$ stays the permuted descent for ever: every minimum, valley and saddle is there $H!\\, 2^H$ times.",
    check: equation({
      against: "reverse mode",
      given: drawSymmetry,
      left: (at) => gradients(permuted(at.network, at.P), at),
      right: ({ product, transpose }, at) => {
        const [dW, db, dv] = gradients(at.network, at) as [
          Matrix,
          Matrix,
          Matrix,
        ];
        return [
          product(at.P, dW),
          product(at.P, db),
          product(dv, transpose(at.P)),
        ];
      },
    }),
  },
];

/** Why one function has many parameters. */
export const symmetrySection: Section = {
  id: "symmetry",
  title: "One function, many parameters",
  answers: "002, section 2 (a)",
  lines,
};
