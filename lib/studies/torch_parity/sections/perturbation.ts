/** What a small difference of the parameters does to a loss, a gradient and a step. */
import { matmul, transpose } from "../../../math/operations.ts";
import type { Random } from "../../../math/random.ts";
import {
  column,
  exact,
  type Matrix,
  matrix,
  ones,
  scalar,
} from "../../../study/derivation/algebra.ts";
import { equation } from "../../../study/derivation/check.ts";
import type { Line } from "../../../study/derivation/line.ts";
import { softmax } from "../../../study/derivation/kernels.ts";
import {
  draw,
  gradients,
  toVariable,
} from "../../../study/derivation/oracle.ts";
import { drawLogits, negativeLogLikelihood } from "./loss.ts";

const tex = String.raw;

const STEP = 1e-3;

/** Softmax regression Z = XWᵀ, whose Hessian can be written down, and a direction d in parameter space. */
function drawRegression(random: Random) {
  return {
    x: draw(random, [5, 4]),
    target: drawLogits(random, [5, 3]).target,
    W: draw(random, [3, 4]),
    d: draw(random, [3, 4]),
    rate: random.uniform(0.1, 1),
  };
}
type Regression = ReturnType<typeof drawRegression>;

/** `W + t·d`. */
function along({ W, d }: Regression, t: number): Matrix {
  return matrix(W.rows, W.columns, W.data.map((w, i) => w + t * d.data[i]!));
}

function gradientAt({ x, target }: Regression, W: Matrix): Matrix {
  const [g] = gradients(
    [W],
    ([w]) => negativeLogLikelihood(matmul(toVariable(x), transpose(w)), target),
  );
  return g;
}

function lossAt({ x, target }: Regression, W: Matrix): number {
  const logits = matmul(toVariable(x), transpose(toVariable(W)));
  return negativeLogLikelihood(logits, target).value[0]!;
}

/** The derivative at 0, entry by entry, by differences of fourth order: `(8[f(h) − f(−h)] − [f(2h) − f(−2h)]) / 12h`. */
function derivative(f: (t: number) => Matrix): Matrix {
  const [near, far] = [STEP, 2 * STEP].map((t) => exact.minus(f(t), f(-t)));
  return exact.scale(
    1 / (12 * STEP),
    exact.minus(exact.scale(8, near!), far!),
  );
}

/** Row `b` as a column. */
function row(a: Matrix, b: number): Matrix {
  return column(a.data.subarray(b * a.columns, (b + 1) * a.columns));
}

/** The first row alone, 1×n. */
function row1(a: Matrix): Matrix {
  return matrix(1, a.columns, a.data.subarray(0, a.columns));
}

/** First order in the difference d of two programs' parameters. */
export const perturbationLines: readonly Line[] = [
  {
    id: "loss-shift",
    tex:
      tex`J(\theta + d) - J(\theta) = \langle \nabla J(\theta), d \rangle + O(\lVert d \rVert^2)`,
    reason:
      "Two programs whose parameters differ by $d$ print losses that differ by the slope along $d$.",
    check: equation({
      against: "central differences",
      given: drawRegression,
      left: (at) => derivative((t) => scalar(lossAt(at, along(at, t)))),
      right: ({ hadamard, product }, at) => {
        const products = hadamard(gradientAt(at, at.W), at.d);
        return product(product(ones(1, 3), products), ones(4));
      },
    }),
  },
  {
    id: "curvature",
    tex:
      tex`\nabla^2 J\, [d] = \frac1B \sum_{b=1}^B \bigl(\operatorname{diag}(p_b) - p_b\, p_b^\top\bigr)\, d\, x_b\, x_b^\top \qquad (Z = X W^\top)`,
    reason:
      "For one linear layer the logits move by $d\\,x_b$, the softmax by its Jacobian, and $\\partial J / \\partial W$ by the outer product with $x_b$.",
    check: equation({
      against: "central differences",
      given: drawRegression,
      left: (at) => derivative((t) => gradientAt(at, along(at, t))),
      right: (algebra, at) => {
        const { diagonal, minus, outer, plus, product, scale, transpose } =
          algebra;
        const p = softmax(algebra, product(at.x, transpose(at.W)));
        const terms = Array.from({ length: 5 }, (_, b) => {
          const [pb, xb] = [row(p, b), row(at.x, b)];
          const jacobian = minus(diagonal(pb), outer(pb, pb));
          return outer(product(product(jacobian, at.d), xb), xb);
        });
        return scale(1 / 5, terms.reduce(plus));
      },
    }),
  },
  {
    id: "one-step",
    tex:
      tex`d_{k+1} = (I - \alpha H_k)\, d_k - \alpha\, r_k + O(\lVert d_k \rVert^2), \qquad H_k = \nabla^2 J_k(\theta_k)`,
    reason:
      "Subtract the two programs' updates $\\theta - \\alpha g$: the gradients differ by $H_k d_k$ and by the difference $r_k$ of their roundings. The check sets $r_k = 0$ and takes $H_k$ from the line above, at batch size 1.",
    check: equation({
      against: "central differences",
      given: (random) => {
        const at = drawRegression(random);
        return { ...at, x: row1(at.x), target: row1(at.target) };
      },
      left: (at) =>
        derivative((t) => {
          const W = along(at, t);
          const g = gradientAt(at, W);
          return matrix(3, 4, W.data.map((w, i) => w - at.rate * g.data[i]!));
        }),
      right: (algebra, at) => {
        const { diagonal, minus, outer, product, scale, transpose } = algebra;
        const p = transpose(softmax(algebra, product(at.x, transpose(at.W))));
        const jacobian = minus(diagonal(p), outer(p, p));
        const moved = product(product(jacobian, at.d), transpose(at.x));
        return minus(at.d, scale(at.rate, product(moved, at.x)));
      },
    }),
  },
];
