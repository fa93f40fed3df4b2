/** A random point of y = Wx, u = ReLU(y), v = u + Wu, and what reverse mode says of it. */
import { backward, type Var } from "../../../math/autodiff.ts";
import { halfSquaredNorm } from "../../../math/losses.ts";
import { add, matmul, mul, relu, sum } from "../../../math/operations.ts";
import type { Random } from "../../../math/random.ts";
import {
  column,
  type Matrix,
  matrix,
} from "../../../study/derivation/algebra.ts";
import {
  draw,
  gradientOf,
  toVariable,
  valueOf,
} from "../../../study/derivation/oracle.ts";

/** Values, and `d…`, the gradients of `½‖v‖²`; `dFirst` and `dSecond` are those of the two uses of W taken apart. */
export interface Point {
  readonly x: Matrix;
  readonly W: Matrix;
  readonly y: Matrix;
  readonly u: Matrix;
  readonly v: Matrix;
  readonly dW: Matrix;
  readonly dy: Matrix;
  readonly du: Matrix;
  readonly dv: Matrix;
  readonly dFirst: Matrix;
  readonly dSecond: Matrix;
}

function forward(x: Var, { first, second }: { first: Var; second: Var }) {
  const y = matmul(first, x);
  const u = relu(y);
  return { y, u, v: add(u, matmul(second, u)) };
}

/** Draws x and W until no entry of y is near ReLU's kink and both signs occur; d is 3 to 6. */
export function drawPoint(random: Random): Point {
  const size = random.integer(3, 7);
  for (;;) {
    const [x, W] = [draw(random, [size, 1]), draw(random, [size, size])];
    const shared = toVariable(W);
    const { y, u, v } = forward(toVariable(x), {
      first: shared,
      second: shared,
    });
    const smallest = Math.min(...y.value.map(Math.abs));
    const positive = y.value.filter((entry) => entry > 0).length;
    if (smallest < 1e-3 || positive === 0 || positive === size) continue;
    backward(halfSquaredNorm(v));
    const apart = { first: toVariable(W), second: toVariable(W) };
    backward(halfSquaredNorm(forward(toVariable(x), apart).v));
    return {
      x,
      W,
      y: valueOf(y),
      u: valueOf(u),
      v: valueOf(v),
      dW: gradientOf(shared),
      dy: gradientOf(y),
      du: gradientOf(u),
      dv: gradientOf(v),
      dFirst: gradientOf(apart.first),
      dSecond: gradientOf(apart.second),
    };
  }
}

/** The loss as a function of W. */
export function lossOf({ x }: Point, W: Matrix): number {
  const shared = toVariable(W);
  const { v } = forward(toVariable(x), { first: shared, second: shared });
  return halfSquaredNorm(v).value[0]!;
}

/** `∂q/∂W` for q = y, u or v: row m, column (i, j), by reverse mode; [d, d²]. */
export function jacobian({ x, W }: Point, quantity: "y" | "u" | "v"): Matrix {
  const rows = Array.from(x.data, (_, m) => {
    const shared = toVariable(W);
    const value = forward(toVariable(x), { first: shared, second: shared });
    const unit = toVariable(column(x.data.map((_, i) => i === m ? 1 : 0)));
    backward(sum(mul(unit, value[quantity])));
    return [...shared.grad];
  });
  return matrix(rows.length, W.data.length, rows.flat());
}
