/** The operations that networks are written with; each knows its derivative. */
import { sizeOf } from "../core/shape.ts";
import { operation, type Var } from "./autodiff.ts";
import { broadcastShape } from "./indexing.ts";
import { broadcastTo } from "./layout.ts";

export * from "./layout.ts";

/** `a + b`, broadcast as numpy does. */
export function add(a: Var, b: Var): Var {
  return binary(a, b, { f: (x, y) => x + y, da: () => 1, db: () => 1 });
}

/** `a − b`, broadcast as numpy does. */
export function sub(a: Var, b: Var): Var {
  return binary(a, b, { f: (x, y) => x - y, da: () => 1, db: () => -1 });
}

/** `a ⊙ b`, broadcast as numpy does. */
export function mul(a: Var, b: Var): Var {
  return binary(a, b, { f: (x, y) => x * y, da: (_, y) => y, db: (x) => x });
}

/** `a / b`, broadcast as numpy does. */
export function div(a: Var, b: Var): Var {
  return binary(a, b, {
    f: (x, y) => x / y,
    da: (_, y) => 1 / y,
    db: (x, y) => -x / (y * y),
  });
}

/** `c · a` for a number `c`. */
export function scale(a: Var, c: number): Var {
  return unary(a, (x) => c * x, () => c);
}

/** `−a`. */
export function neg(a: Var): Var {
  return scale(a, -1);
}

/** `σ(a) = 1 / (1 + e⁻ᵃ)`, `σ′ = σ(1 − σ)`. */
export function sigmoid(a: Var): Var {
  return unary(a, (x) => 1 / (1 + Math.exp(-x)), (_, y) => y * (1 - y));
}

/** `tanh a`, `tanh′ = 1 − tanh²`. */
export function tanh(a: Var): Var {
  return unary(a, Math.tanh, (_, y) => 1 - y * y);
}

/** `max(a, 0)`; its derivative at 0 is taken as 0, as PyTorch does. */
export function relu(a: Var): Var {
  return unary(a, (x) => Math.max(x, 0), (x) => x > 0 ? 1 : 0);
}

/** `eᵃ`. */
export function exp(a: Var): Var {
  return unary(a, Math.exp, (_, y) => y);
}

/** `ln a`. */
export function log(a: Var): Var {
  return unary(a, Math.log, (x) => 1 / x);
}

/** `a²`. */
export function square(a: Var): Var {
  return unary(a, (x) => x * x, (x) => 2 * x);
}

/** `aᵖ` for a number `p`; `p = ½` is the square root. */
export function power(a: Var, p: number): Var {
  return unary(a, (x) => x ** p, (x) => p * x ** (p - 1));
}

/** `Σ a` as a scalar, or the sum over one axis, which stays with size 1. */
export function sum(a: Var, axis?: number): Var {
  const size = axis === undefined ? a.value.length : axisSize(a, axis);
  const inner = axis === undefined ? 1 : sizeOf(a.shape.slice(axis + 1));
  const target = (i: number) =>
    Math.floor(i / (inner * size)) * inner + i % inner;
  const shape = axis === undefined ? [] : a.shape.with(axis, 1);
  const value = new Float64Array(sizeOf(shape));
  a.value.forEach((x, i) => value[target(i)]! += x);
  return operation(value, shape, [{
    to: a,
    pull: (grad, into) => into.forEach((_, i) => into[i]! += grad[target(i)]!),
  }]);
}

/** Mean of all elements as a scalar, or over one axis, which stays with size 1. */
export function mean(a: Var, axis?: number): Var {
  const size = axis === undefined ? a.value.length : axisSize(a, axis);
  return scale(sum(a, axis), 1 / size);
}

/**
 * Matrix product, [rows, inner] × [inner, columns] → [rows, columns].
 *
 * `∂A = ∂Y Bᵀ`, `∂B = Aᵀ ∂Y`.
 *
 * @throws {TypeError} If the shapes do not fit
 */
export function matmul(a: Var, b: Var): Var {
  const [rows, inner] = a.shape;
  const [shared, columns] = b.shape;
  if (
    a.shape.length !== 2 || b.shape.length !== 2 || inner !== shared
  ) {
    throw new TypeError(
      `Cannot multiply [${a.shape}] by [${b.shape}]: need [rows, inner] and [inner, columns]`,
    );
  }
  const sizes = [rows!, inner!, columns!] as const;
  const value = new Float64Array(rows! * columns!);
  eachProduct(sizes, (y, i, j) => value[y]! += a.value[i]! * b.value[j]!);
  return operation(value, [rows!, columns!], [
    {
      to: a,
      pull: (grad, into) =>
        eachProduct(sizes, (y, i, j) => into[i]! += grad[y]! * b.value[j]!),
    },
    {
      to: b,
      pull: (grad, into) =>
        eachProduct(sizes, (y, i, j) => into[j]! += grad[y]! * a.value[i]!),
    },
  ]);
}

/** Calls `visit` with flat indices into Y, A and B for every product of `Y = AB`. */
function eachProduct(
  [rows, inner, columns]: readonly [number, number, number],
  visit: (y: number, a: number, b: number) => void,
): void {
  for (let r = 0; r < rows; r++) {
    for (let k = 0; k < inner; k++) {
      for (let c = 0; c < columns; c++) {
        visit(r * columns + c, r * inner + k, k * columns + c);
      }
    }
  }
}

/** Applies `f`; `df` is given input and output of an element. */
function unary(
  a: Var,
  f: (x: number) => number,
  df: (x: number, y: number) => number,
): Var {
  const value = a.value.map((x) => f(x));
  return operation(value, a.shape, [{
    to: a,
    pull: (grad, into) =>
      grad.forEach((g, i) => into[i]! += g * df(a.value[i]!, value[i]!)),
  }]);
}

type Pair = (x: number, y: number) => number;

function binary(
  left: Var,
  right: Var,
  { f, da, db }: Record<"f" | "da" | "db", Pair>,
): Var {
  const shape = broadcastShape(left.shape, right.shape);
  const a = broadcastTo(left, shape);
  const b = broadcastTo(right, shape);
  const pull = (d: Pair) => (grad: Float64Array, into: Float64Array) =>
    grad.forEach((g, i) => into[i]! += g * d(a.value[i]!, b.value[i]!));
  const value = a.value.map((x, i) => f(x, b.value[i]!));
  return operation(value, shape, [
    { to: a, pull: pull(da) },
    { to: b, pull: pull(db) },
  ]);
}

function axisSize(a: Var, axis: number): number {
  const size = a.shape[axis];
  if (size === undefined) {
    throw new TypeError(`Cannot reduce axis ${axis} of [${a.shape}]`);
  }
  return size;
}
