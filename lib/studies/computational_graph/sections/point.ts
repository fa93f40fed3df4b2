/** A random point of z(a, b) = log b / (1 + e^{a²+b²}), all that lies between, and what reverse mode says of it. */
import {
  backward,
  constant,
  type Var,
  variable,
} from "../../../math/autodiff.ts";
import { add, div, exp, log, square } from "../../../math/operations.ts";
import type { Random } from "../../../math/random.ts";
import { type Matrix, scalar } from "../../../study/derivation/algebra.ts";

/** Values of the nodes, and `d…`, the derivative of z by each; all 1×1. */
export interface Point {
  readonly a: Matrix;
  readonly b: Matrix;
  readonly v1: Matrix;
  readonly v2: Matrix;
  readonly v3: Matrix;
  readonly v4: Matrix;
  readonly v5: Matrix;
  readonly v6: Matrix;
  readonly z: Matrix;
  readonly da: Matrix;
  readonly db: Matrix;
  readonly dv1: Matrix;
  readonly dv2: Matrix;
  readonly dv3: Matrix;
  readonly dv4: Matrix;
  readonly dv5: Matrix;
  readonly dv6: Matrix;
}

/** z as it is written, in one expression. */
export function direct(a: number, b: number): number {
  return Math.log(b) / (1 + Math.exp(a ** 2 + b ** 2));
}

/** The point at given a and b. */
export function pointAt(valueA: number, valueB: number): Point {
  const [a, b] = [variable([valueA], []), variable([valueB], [])];
  const v1 = log(b);
  const v2 = square(a);
  const v3 = square(b);
  const v4 = add(v2, v3);
  const v5 = exp(v4);
  const v6 = add(constant([1], []), v5);
  const z = div(v1, v6);
  backward(z);
  const value = ({ value }: Var) => scalar(value[0]!);
  const gradient = ({ grad }: Var) => scalar(grad[0]!);
  return {
    a: value(a),
    b: value(b),
    v1: value(v1),
    v2: value(v2),
    v3: value(v3),
    v4: value(v4),
    v5: value(v5),
    v6: value(v6),
    z: value(z),
    da: gradient(a),
    db: gradient(b),
    dv1: gradient(v1),
    dv2: gradient(v2),
    dv3: gradient(v3),
    dv4: gradient(v4),
    dv5: gradient(v5),
    dv6: gradient(v6),
  };
}

/** A point where no term hides the others: b away from 1, where log b is 0, and a²+b² below 4. */
export function drawPoint(random: Random): Point {
  const sign = random.uniform() < 0.5 ? -1 : 1;
  return pointAt(sign * random.uniform(0.4, 1.2), random.uniform(1.2, 1.6));
}
