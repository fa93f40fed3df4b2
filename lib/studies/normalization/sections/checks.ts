/** The checks that batch and layer normalization share: their formulas differ in what means are taken over. */
import type { Var } from "../../../math/autodiff.ts";
import { type Matrix, ones } from "../../../study/derivation/algebra.ts";
import { equation } from "../../../study/derivation/check.ts";
import type { Check } from "../../../study/derivation/line.ts";
import {
  everyRow,
  normalized,
  normalizedBackward,
  type Over,
  scaleAndShift,
} from "../../../study/derivation/normalize.ts";
import {
  gradients,
  slopes,
  toVariable,
} from "../../../study/derivation/oracle.ts";
import { type Batch, drawBatch, lossOf, normalize, outputOf } from "./draws.ts";

/** `X̂ ⊙ 1γᵀ + 1βᵀ` against the layer by its definition. */
export function outputCheck(over: Over): Check {
  return equation({
    against: "definition",
    given: drawBatch,
    left: (batch) => outputOf(over, batch),
    right: (algebra, { x, weight, bias, epsilon }) => {
      const xHat = normalized(algebra, x, { over, epsilon });
      return scaleAndShift(algebra, xHat, { weight, bias });
    },
  });
}

/** ∂ℓ/∂γ and ∂ℓ/∂β as sums over the examples, against differences of the loss. */
export function parameterCheck(over: Over): Check {
  return equation({
    against: "central differences",
    given: drawBatch,
    left: ({ x, weight, bias, dY, epsilon }) => {
      const loss = (weight: Matrix, bias: Matrix) => {
        const all = [x, weight, bias].map(toVariable) as [Var, Var, Var];
        return lossOf(normalize(over, all, epsilon), dY).value[0]!;
      };
      return [
        slopes(weight, (moved) => loss(moved, bias)),
        slopes(bias, (moved) => loss(weight, moved)),
      ];
    },
    right: (algebra, { x, dY, epsilon }) => {
      const { hadamard, product, transpose } = algebra;
      const xHat = normalized(algebra, x, { over, epsilon });
      const sum = (a: Matrix) => product(transpose(a), ones(a.rows));
      return [sum(hadamard(dY, xHat)), sum(dY)];
    },
  });
}

/** ∂ℓ/∂X through mean and variance, against reverse mode. */
export function inputCheck(over: Over): Check {
  return equation({
    against: "reverse mode",
    given: drawBatch,
    left: (batch) => inputGradient(over, batch),
    right: (algebra, { x, weight, dY, epsilon }) => {
      const gradient = algebra.hadamard(dY, everyRow(algebra, weight, dY.rows));
      return normalizedBackward(algebra, { x, gradient }, { over, epsilon });
    },
  });
}

/** The gradient at the input by reverse mode. */
export function inputGradient(
  over: Over,
  { x, weight, bias, dY, epsilon }: Batch,
): Matrix {
  const [dX] = gradients(
    [x, weight, bias],
    (all) => lossOf(normalize(over, all, epsilon), dY),
  );
  return dX;
}
