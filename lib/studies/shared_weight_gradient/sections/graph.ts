import { equation } from "../../../study/derivation/check.ts";
import type { Line } from "../../../study/derivation/line.ts";
import type { Section } from "../../../study/page.ts";
import {
  denseInput,
  denseWeight,
  reluBackward,
} from "../../../study/derivation/kernels.ts";
import { drawPoint } from "./point.ts";

const tex = String.raw;

const lines: Line[] = [
  {
    id: "two-uses",
    tex:
      tex`\mathcal L(W) = F(W, W) \quad\Longrightarrow\quad \frac{\partial \mathcal L}{\partial W} = \frac{\partial F}{\partial W'}(W, W) + \frac{\partial F}{\partial W''}(W, W)`,
    reason:
      "Give the two uses their own names, $v = u + W''\\operatorname{ReLU}(W'x)$; the chain rule through $W \\mapsto (W, W)$ adds their gradients.",
    check: equation({
      against: "reverse mode",
      given: drawPoint,
      left: ({ dW }) => dW,
      right: ({ plus }, { dFirst, dSecond }) => plus(dFirst, dSecond),
    }),
  },
  {
    id: "down-to-u",
    tex:
      tex`\delta_v = v, \qquad \delta_u = \delta_v + W^\top \delta_v = (I + W^\top)\, v`,
    reason:
      "$u$ feeds two nodes, the sum and the second product, and what comes back from both adds up.",
    check: equation({
      against: "reverse mode",
      given: drawPoint,
      left: ({ dv, du }) => [dv, du],
      right: ({ plus, product, transpose }, { W, v }) => [
        v,
        plus(v, product(transpose(W), v)),
      ],
    }),
    kernels: [denseInput],
  },
  {
    id: "down-to-y",
    tex: tex`\delta_y = \Theta(y) \odot \delta_u`,
    reason: "ReLU lets the gradient through where its input is positive.",
    check: equation({
      against: "reverse mode",
      given: drawPoint,
      left: ({ dy }) => dy,
      right: ({ hadamard, step }, { y, du }) => hadamard(step(y), du),
    }),
    kernels: [reluBackward],
  },
  {
    id: "collected",
    tex:
      tex`\frac{\partial F}{\partial W''} = \delta_v\, u^\top, \qquad \frac{\partial F}{\partial W'} = \delta_y\, x^\top, \qquad \frac{\partial \mathcal L}{\partial W} = \delta_v\, u^\top + \delta_y\, x^\top`,
    reason:
      "Each use of a weight contributes upstream gradient times input; this is what a graph with a shared parameter accumulates.",
    check: equation({
      against: "reverse mode",
      given: drawPoint,
      left: ({ dSecond, dFirst, dW }) => [dSecond, dFirst, dW],
      right: ({ outer, plus }, { dv, u, dy, x }) => {
        const [second, first] = [outer(dv, u), outer(dy, x)];
        return [second, first, plus(second, first)];
      },
    }),
    kernels: [denseWeight],
  },
];

/** The same result as a sweep down the graph. */
export const graphSection: Section = {
  id: "graph",
  title: "As a graph",
  prose: [
    "A program never forms Jacobians. It walks the graph from $\\mathcal L$ to $x$ and adds a term to $\\partial\\mathcal L/\\partial W$ at every node that uses $W$.",
  ],
  lines,
};
