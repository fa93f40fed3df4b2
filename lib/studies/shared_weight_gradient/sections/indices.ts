import {
  identity,
  type Matrix,
  matrix,
} from "../../../study/derivation/algebra.ts";
import { equation } from "../../../study/derivation/check.ts";
import type { Line } from "../../../study/derivation/line.ts";
import type { Section } from "../../../study/page.ts";
import { slopes } from "../../../study/derivation/oracle.ts";
import { drawPoint, jacobian, lossOf } from "./point.ts";

const tex = String.raw;

/** A d×d matrix as a row [1, d²], in the order (i, j) of a Jacobian's columns. */
function flat({ data }: Matrix): Matrix {
  return matrix(1, data.length, data);
}

const lines: Line[] = [
  {
    id: "system",
    tex:
      tex`y = Wx, \qquad u = \operatorname{ReLU}(y), \qquad v = u + Wu, \qquad \mathcal L = \tfrac12 \lVert v \rVert_2^2 = \tfrac12 \sum_{m=1}^d v_m^2`,
    reason: "This is the system; all vectors are in $\\mathbb R^d$.",
  },
  {
    id: "part-a",
    tex:
      tex`\frac{\partial \mathcal L}{\partial W_{ij}} = \sum_{m=1}^d v_m \frac{\partial v_m}{\partial W_{ij}}`,
    reason:
      "Part (a): the chain rule on $\\tfrac12 v_m^2$, whose derivative with respect to $v_m$ is $v_m$.",
    check: equation({
      against: "central differences",
      given: drawPoint,
      left: (point) => flat(slopes(point.W, (W) => lossOf(point, W))),
      right: ({ product, transpose }, point) =>
        product(transpose(point.v), jacobian(point, "v")),
    }),
  },
  {
    id: "affine",
    tex: tex`\frac{\partial y_k}{\partial W_{ij}} = \delta_{ik}\, x_j`,
    reason: "$y_k = \\sum_j W_{kj} x_j$ contains row $k$ of $W$ only.",
    check: equation({
      against: "reverse mode",
      given: drawPoint,
      left: (point) => jacobian(point, "y"),
      right: ({ kronecker, transpose }, { x }) =>
        kronecker(identity(x.rows), transpose(x)),
    }),
  },
  {
    id: "heaviside",
    tex: tex`\frac{\partial u_l}{\partial y_k} = \delta_{lk}\, \Theta(y_k)`,
    reason:
      "ReLU acts entry by entry with slope 1 above zero and 0 below; at $y_k = 0$, where it has no slope, PyTorch and the kernel take 0.",
    check: equation({
      against: "central differences",
      given: drawPoint,
      left: ({ y }) => {
        const rows = Array.from(
          y.data,
          (_, l) => [...slopes(y, ({ data }) => Math.max(data[l]!, 0)).data],
        );
        return matrix(y.rows, y.rows, rows.flat());
      },
      right: ({ diagonal, step }, { y }) => diagonal(step(y)),
    }),
  },
  {
    id: "hidden",
    tex:
      tex`\frac{\partial u_l}{\partial W_{ij}} = \sum_{k=1}^d \frac{\partial u_l}{\partial y_k} \frac{\partial y_k}{\partial W_{ij}} = \delta_{li}\, \Theta(y_i)\, x_j`,
    reason: "The chain rule through $y$; both Kronecker deltas collapse.",
    check: equation({
      against: "reverse mode",
      given: drawPoint,
      left: (point) => jacobian(point, "u"),
      right: ({ diagonal, kronecker, step, transpose }, { x, y }) =>
        kronecker(diagonal(step(y)), transpose(x)),
    }),
  },
  {
    id: "output",
    tex:
      tex`\frac{\partial v_m}{\partial W_{ij}} = \frac{\partial u_m}{\partial W_{ij}} + \delta_{im}\, u_j + \sum_{l=1}^d W_{ml} \frac{\partial u_l}{\partial W_{ij}}`,
    reason:
      "The product rule on $v_m = u_m + \\sum_l W_{ml} u_l$: the second use of $W$ multiplies $u$, so its term is $\\delta_{im} u_j$.",
    check: equation({
      against: "reverse mode",
      given: drawPoint,
      left: (point) => jacobian(point, "v"),
      right: ({ kronecker, plus, product, transpose }, point) => {
        const du = jacobian(point, "u");
        const second = kronecker(identity(point.u.rows), transpose(point.u));
        return plus(plus(du, second), product(point.W, du));
      },
    }),
  },
];

/** Part (a) and the relations between partial derivatives. */
export const indexSection: Section = {
  id: "indices",
  title: "Entry by entry",
  answers: "003, question 8 (a)",
  lines,
};
