import {
  type Algebra,
  type Matrix,
  matrix,
  ones,
  scalar,
} from "../../../study/derivation/algebra.ts";
import { equation } from "../../../study/derivation/check.ts";
import type { Line } from "../../../study/derivation/line.ts";
import type { Section } from "../../../study/page.ts";
import { slopes } from "../../../study/derivation/oracle.ts";
import { direct, drawPoint, type Point, pointAt } from "./point.ts";

const tex = String.raw;
const one = ones(1);

/** z, ∂z/∂a and ∂z/∂b at (2, 3) as 50-digit arithmetic gives them, to double precision. */
export const DIGITS = {
  z: 2.483220050051984e-6,
  da: -9.932857748677472e-6,
  db: -1.4145845190381682e-5,
};

/** ∂z/∂a and ∂z/∂b in closed form. */
function closed(
  { exp, hadamard, log, minus, plus, quotient, scale }: Algebra,
  { a, b }: Point,
): [Matrix, Matrix] {
  const growth = exp(plus(hadamard(a, a), hadamard(b, b)));
  const below = plus(one, growth);
  const factor = quotient(
    hadamard(growth, log(b)),
    hadamard(below, below),
  );
  return [
    scale(-2, hadamard(a, factor)),
    minus(
      quotient(one, hadamard(b, below)),
      scale(2, hadamard(b, factor)),
    ),
  ];
}

/** Both derivatives by central differences. */
function differences({ a, b }: Point): [Matrix, Matrix] {
  const at = matrix(2, 1, [a.data[0]!, b.data[0]!]);
  const { data: [da, db] } = slopes(at, ({ data: [a, b] }) => direct(a!, b!));
  return [scalar(da!), scalar(db!)];
}

const lines: Line[] = [
  {
    id: "closed-form",
    tex:
      tex`\frac{\partial z}{\partial a} = -\frac{2a\, e^{a^2+b^2} \log b}{\left(1 + e^{a^2+b^2}\right)^2}, \qquad \frac{\partial z}{\partial b} = \frac{1}{b\left(1 + e^{a^2+b^2}\right)} - \frac{2b\, e^{a^2+b^2} \log b}{\left(1 + e^{a^2+b^2}\right)^2}`,
    reason: "Put the backward pass together and write out the nodes.",
    check: equation({
      against: "central differences",
      given: drawPoint,
      left: differences,
      right: closed,
    }),
  },
  {
    id: "stable-form",
    tex:
      tex`z = \sigma(-v_4) \log b, \qquad \frac{\partial z}{\partial a} = -2a\, \sigma(v_4)\, z, \qquad \sigma(v) = \frac{1}{1 + e^{-v}}`,
    reason:
      "The same with the sigmoid. This form stays finite where $e^{v_4}$ overflows, above $v_4 \\approx 709.8$ in double precision; there the graph gives $0 \\cdot \\infty$, which is NaN, for $\\partial z / \\partial a$.",
    check: equation({
      against: "reverse mode",
      given: drawPoint,
      left: ({ z, da }) => [z, da],
      right: ({ hadamard, log, scale, sigmoid }, { a, b, v4, z }) => [
        hadamard(sigmoid(scale(-1, v4)), log(b)),
        scale(-2, hadamard(a, hadamard(sigmoid(v4), z))),
      ],
    }),
  },
  {
    id: "at-the-point",
    tex:
      tex`a = 2,\ b = 3: \quad \frac{\partial z}{\partial a} = -9.932857748677 \cdot 10^{-6}, \qquad \frac{\partial z}{\partial b} = -1.414584519038 \cdot 10^{-5}`,
    reason:
      "The numbers of 50-digit arithmetic, from differences of $z$ alone with a step of $10^{-20}$; the closed form in double precision agrees to rounding.",
    check: equation({
      against: "50-digit arithmetic",
      given: () => pointAt(2, 3),
      left: () => [scalar(DIGITS.da), scalar(DIGITS.db)],
      right: closed,
    }),
  },
  {
    id: "differences-at-the-point",
    tex:
      tex`\frac{\partial z}{\partial a}(2, 3) \approx \frac{z(2 + h, 3) - z(2 - h, 3)}{2h}, \qquad \frac{\partial z}{\partial b}(2, 3) \approx \frac{z(2, 3 + h) - z(2, 3 - h)}{2h}`,
    reason:
      "Central differences in double precision, for two steps $h$ and extrapolated to $h = 0$, agree with the backward pass to the digits that differences keep.",
    check: equation({
      against: "central differences",
      given: () => pointAt(2, 3),
      left: differences,
      right: ({ hadamard, plus, quotient, scale }, { a, b, dv1, dv2, dv3 }) => {
        return [
          scale(2, hadamard(a, dv2)),
          plus(quotient(dv1, b), scale(2, hadamard(b, dv3))),
        ];
      },
    }),
  },
];

/** Part (d): the derivatives in closed form and at a = 2, b = 3. */
export const closedSection: Section = {
  id: "closed",
  title: "The derivatives at (2, 3)",
  answers: "004, exercise 1, (d)",
  lines,
};
