/** The scalar operations an expression may use, each by its differentiable definition. */
import { operation, type Var } from "../autodiff.ts";
import {
  add,
  div,
  exp,
  log,
  mul,
  neg,
  power,
  relu,
  sigmoid,
  sub,
  tanh,
} from "../operations.ts";

/** Functions of one argument, by the name they are called with. */
export const FUNCTIONS: Readonly<Record<string, (a: Var) => Var>> = {
  exp,
  log,
  ln: log,
  sqrt: (a) => power(a, 0.5),
  sin: (a) => unary(a, Math.sin, Math.cos),
  cos: (a) => unary(a, Math.cos, (x) => -Math.sin(x)),
  tanh,
  sigmoid,
  relu,
};

/** Operators, by their sign; `neg` is the minus before a single operand. */
export const OPERATORS: Readonly<Record<string, (...operands: Var[]) => Var>> =
  {
    "+": (a, b) => add(a!, b!),
    "-": (a, b) => sub(a!, b!),
    "*": (a, b) => mul(a!, b!),
    "/": (a, b) => div(a!, b!),
    "^": (a, b) => raise(a!, b!),
    neg: (a) => neg(a!),
  };

/** Numbers with a name. */
export const CONSTANTS: Readonly<Record<string, number>> = {
  e: Math.E,
  pi: Math.PI,
};

function unary(
  a: Var,
  f: (x: number) => number,
  df: (x: number) => number,
): Var {
  const x = a.value[0]!;
  return operation(Float64Array.of(f(x)), [], [{
    to: a,
    pull: ([grad], into) => into[0]! += grad! * df(x),
  }]);
}

/** `aᵇ` of two scalars; `∂/∂a = b·aᵇ⁻¹`, `∂/∂b = aᵇ·ln a`. */
function raise(a: Var, b: Var): Var {
  const [x, y] = [a.value[0]!, b.value[0]!];
  const value = x ** y;
  return operation(Float64Array.of(value), [], [
    {
      to: a,
      // At y = 0 the power is constant, also where x⁻¹ has no value.
      pull: ([grad], into) =>
        into[0]! += y === 0 ? 0 : grad! * y * x ** (y - 1),
    },
    { to: b, pull: ([grad], into) => into[0]! += grad! * value * Math.log(x) },
  ]);
}
