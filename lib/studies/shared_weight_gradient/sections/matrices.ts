import { identity } from "../../../study/derivation/algebra.ts";
import { equation } from "../../../study/derivation/check.ts";
import type { Line } from "../../../study/derivation/line.ts";
import type { Section } from "../../../study/page.ts";
import { slopes } from "../../../study/derivation/oracle.ts";
import { drawPoint, lossOf } from "./point.ts";

const tex = String.raw;

const lines: Line[] = [
  {
    id: "inserted",
    tex:
      tex`\frac{\partial \mathcal L}{\partial W_{ij}} = v_i u_j + \Theta(y_i)\, x_j \Bigl(v_i + \sum_{m=1}^d W_{mi} v_m\Bigr)`,
    reason:
      "Insert the relations into part (a): $\\delta_{im}$ leaves $m = i$, and $\\delta_{li}$ leaves $l = i$.",
    check: equation({
      against: "reverse mode",
      given: drawPoint,
      left: ({ dW }) => dW,
      right: (algebra, { W, u, v, x, y }) => {
        const { hadamard, outer, plus, product, step, transpose } = algebra;
        const inner = plus(v, product(transpose(W), v));
        return plus(outer(v, u), outer(hadamard(step(y), inner), x));
      },
    }),
  },
  {
    id: "part-b",
    tex:
      tex`\frac{\partial \mathcal L}{\partial W} = v \otimes u + \bigl[\operatorname{diag}(\Theta(y))\,(I + W^\top)\, v\bigr] \otimes x`,
    reason:
      "Part (b): $\\sum_m W_{mi} v_m = (W^\\top v)_i$, and $a_i b_j$ is the entry of $a \\otimes b = ab^\\top$; the outer product binds last.",
    check: equation({
      against: "reverse mode",
      given: drawPoint,
      left: ({ dW }) => dW,
      right: (algebra, { W, u, v, x, y }) => {
        const { diagonal, outer, plus, product, step, transpose } = algebra;
        const factor = product(
          diagonal(step(y)),
          plus(identity(v.rows), transpose(W)),
        );
        return plus(outer(v, u), outer(product(factor, v), x));
      },
    }),
  },
  {
    id: "part-b-differences",
    tex:
      tex`\frac{\mathcal L(W + hE_{ij}) - \mathcal L(W - hE_{ij})}{2h} = \bigl(v \otimes u + \bigl[\Theta(y) \odot (v + W^\top v)\bigr] \otimes x\bigr)_{ij} + O(h^2)`,
    reason:
      "The same matrix with the diagonal factor written entry by entry, against the loss alone.",
    check: equation({
      against: "central differences",
      given: drawPoint,
      left: (point) => slopes(point.W, (W) => lossOf(point, W)),
      right: (algebra, { W, u, v, x, y }) => {
        const { hadamard, outer, plus, product, step, transpose } = algebra;
        const inner = plus(v, product(transpose(W), v));
        return plus(outer(v, u), outer(hadamard(step(y), inner), x));
      },
    }),
  },
];

/** Part (b): the gradient as two outer products. */
export const matrixSection: Section = {
  id: "matrices",
  title: "As matrices",
  answers: "003, question 8 (b)",
  lines,
};
