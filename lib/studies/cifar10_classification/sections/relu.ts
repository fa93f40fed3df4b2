import { halfSquaredNorm } from "../../../math/losses.ts";
import { relu, sub } from "../../../math/operations.ts";
import type { Random } from "../../../math/random.ts";
import { type Matrix, matrix } from "../../../study/derivation/algebra.ts";
import { equation } from "../../../study/derivation/check.ts";
import type { Line } from "../../../study/derivation/line.ts";
import type { Section } from "../../../study/page.ts";
import {
  reluBackward,
  reluForward,
} from "../../../study/derivation/kernels.ts";
import {
  draw,
  gradients,
  slopes,
  toVariable,
} from "../../../study/derivation/oracle.ts";

const tex = String.raw;

/** Pre-activations and a target, [3, 4]; no pre-activation is near the kink and both signs occur. */
function drawActivations(random: Random): { Z: Matrix; target: Matrix } {
  for (;;) {
    const [Z, target] = [draw(random, [3, 4]), draw(random, [3, 4])];
    const positive = Z.data.filter((z) => z > 0).length;
    if (positive === 0 || positive === 12) continue;
    if (Z.data.every((z) => Math.abs(z) > 1e-3)) return { Z, target };
  }
}

const lines: Line[] = [
  {
    id: "relu-forward",
    tex: tex`Y = \max(Z, 0) = Z \odot \Theta(Z), \qquad \Theta(z) = [z > 0]`,
    reason: "Entry by entry: a number passes or is replaced by 0.",
    check: equation({
      against: "definition",
      given: drawActivations,
      left: ({ Z }) =>
        matrix(Z.rows, Z.columns, Z.data.map((z) => Math.max(z, 0))),
      right: ({ hadamard, step }, { Z }) => hadamard(Z, step(Z)),
    }),
    kernels: [reluForward],
  },
  {
    id: "relu-backward",
    tex: tex`\frac{\partial L}{\partial Z} = D \odot \Theta(Z)`,
    reason:
      "The slope of an entry is 1 or 0, so a gradient passes where its number passed. At 0 there is no slope; the kernel takes 0 there, as PyTorch does.",
    check: equation({
      against: "central differences",
      given: (random) => {
        const { Z, target } = drawActivations(random);
        const output = matrix(
          Z.rows,
          Z.columns,
          Z.data.map((z) => Math.max(z, 0)),
        );
        const [D] = gradients(
          [output],
          ([Y]) => halfSquaredNorm(sub(Y, toVariable(target))),
        );
        return { Z, target, D };
      },
      left: ({ Z, target }) =>
        slopes(Z, (Z) => {
          const residual = sub(relu(toVariable(Z)), toVariable(target));
          return halfSquaredNorm(residual).value[0]!;
        }),
      right: ({ hadamard, step }, { Z, D }) => hadamard(D, step(Z)),
    }),
    kernels: [reluBackward],
  },
];

/** The activation forward and backward. */
export const reluSection: Section = {
  id: "relu",
  title: "ReLU, forward and backward",
  answers: "003, question 10 (c)",
  lines,
};
