import { backward } from "../../../math/autodiff.ts";
import {
  add,
  matmul,
  relu,
  square,
  sub,
  sum,
  transpose,
} from "../../../math/operations.ts";
import type { Random } from "../../../math/random.ts";
import {
  type Matrix,
  matrix,
  ones,
  scalar,
} from "../../../study/derivation/algebra.ts";
import { equation } from "../../../study/derivation/check.ts";
import type { Line } from "../../../study/derivation/line.ts";
import type { Section } from "../../../study/page.ts";
import {
  draw,
  gradientOf,
  toVariable,
  valueOf,
} from "../../../study/derivation/oracle.ts";

const tex = String.raw;

const FEATURES = 3;
const HIDDEN = 4;

/** Parameters of `f(x) = Cᵀ ReLU(Wx + b¹) + b²`; b¹ is a row, C a column. */
export interface Parameters {
  readonly W: Matrix;
  readonly b1: Matrix;
  readonly C: Matrix;
  readonly b2: Matrix;
}

function zeros(rows: number, columns: number): Matrix {
  return matrix(rows, columns, new Float64Array(rows * columns));
}

const allZero: Parameters = {
  W: zeros(HIDDEN, FEATURES),
  b1: zeros(1, HIDDEN),
  C: zeros(HIDDEN, 1),
  b2: zeros(1, 1),
};

/** One example per row. */
export function drawExamples(random: Random): { x: Matrix; y: Matrix } {
  const x = draw(random, [5, FEATURES]);
  return { x, y: matrix(5, 1, random.array(5, { low: 0.5, high: 2 })) };
}

type Examples = ReturnType<typeof drawExamples>;

/** Output, and gradients of `(1/B) Σ (y − f)²` by reverse mode. */
function differentiate({ W, b1, C, b2 }: Parameters, { x, y }: Examples) {
  const [w, hiddenBias, c, outputBias] = [W, b1, C, b2].map(toVariable);
  const column = toVariable(ones(x.rows));
  const z = add(
    matmul(toVariable(x), transpose(w!)),
    matmul(column, hiddenBias!),
  );
  const f = add(matmul(relu(z), c!), matmul(column, outputBias!));
  const scaled = sum(square(sub(toVariable(y), f)));
  backward(scaled);
  const mean = (a: Matrix) =>
    matrix(a.rows, a.columns, a.data.map((d) => d / x.rows));
  const [dW, db1, dC, db2] = [w!, hiddenBias!, c!, outputBias!]
    .map((variable) => mean(gradientOf(variable)));
  return { f: valueOf(f), W: dW!, b1: db1!, C: dC!, b2: db2! };
}

/** `∂ρ/∂b²` of one example whose parameters are all zero, by reverse mode. */
export function outputBiasGradient(examples: Examples): Matrix {
  return differentiate(allZero, examples).b2;
}

/** The parameters after `steps` steps of gradient descent from all zeros. */
function descend(
  examples: Examples,
  { rate, steps }: { rate: number; steps: number },
): Parameters {
  let at = allZero;
  for (let step = 0; step < steps; step++) {
    const d = differentiate(at, examples);
    const move = (name: keyof Parameters) => {
      const { rows, columns, data } = at[name];
      const moved = data.map((value, i) => value - rate * d[name].data[i]!);
      return matrix(rows, columns, moved);
    };
    at = { W: move("W"), b1: move("b1"), C: move("C"), b2: move("b2") };
  }
  return at;
}

const lines: Line[] = [
  {
    id: "zero-gradients",
    tex:
      tex`\theta = 0: \qquad \frac{\partial\rho}{\partial C} = 0, \quad \frac{\partial\rho}{\partial W} = 0, \quad \frac{\partial\rho}{\partial b^1} = 0, \qquad \frac{\partial\rho}{\partial b^2} = \frac{\partial\rho}{\partial f} = 2\,\bigl(f(x) - y\bigr) = -2y`,
    reason:
      "$H = \\operatorname{ReLU}(0) = 0$ makes the gradient of $C$ zero and $C = 0$ makes everything below it zero, but $f = C^\\top H + b^2$ depends on $b^2$ with slope 1, whatever the rest. The check takes the mean over a batch.",
    check: equation({
      against: "reverse mode",
      given: drawExamples,
      left: (examples) => {
        const { C, W, b1, b2 } = differentiate(allZero, examples);
        return [C, W, b1, b2];
      },
      right: ({ product, scale, transpose }, { y }) => {
        const meanOfTargets = scale(
          1 / y.rows,
          product(transpose(y), ones(y.rows)),
        );
        return [allZero.C, allZero.W, allZero.b1, scale(-2, meanOfTargets)];
      },
    }),
  },
  {
    id: "zero-descent",
    tex:
      tex`C^k = 0, \quad W^k = 0, \quad (b^1)^k = 0, \qquad (b^2)^k = \bar y\,\bigl(1 - (1 - 2\alpha)^k\bigr) \to \bar y, \qquad f(x) = (b^2)^k`,
    reason:
      "A step leaves $C$, $W$ and $b^1$ at zero, so the same holds at the next, and $b^2$ alone descends on $\\frac1B \\sum (y - b^2)^2$: the network becomes the constant predictor of the mean target $\\bar y$, and learns nothing about $x$.",
    check: equation({
      against: "reverse mode",
      given: (random) => ({
        examples: drawExamples(random),
        rate: random.uniform(0.05, 0.2),
        steps: random.integer(1, 8),
      }),
      left: ({ examples, ...descent }) => {
        const end = descend(examples, descent);
        return [end.C, end.W, end.b1, differentiate(end, examples).f];
      },
      right: (
        { minus, product, scale, transpose },
        { examples: { y }, rate, steps },
      ) => {
        const { rows } = y;
        const meanOfTargets = scale(
          1 / rows,
          product(transpose(y), ones(rows)),
        );
        const reached = minus(scalar(1), scalar((1 - 2 * rate) ** steps));
        const output = product(ones(rows), product(meanOfTargets, reached));
        return [allZero.C, allZero.W, allZero.b1, output];
      },
    }),
  },
];

/** What moves when everything starts at zero. */
export const zeroSection: Section = {
  id: "zero",
  title: "All zeros",
  answers: "002, section 4 (d)",
  prose: [
    "$f(x; \\theta) = C^\\top H + b^2$ with $H = \\operatorname{ReLU}(Z)$ and $Z = Wx + b^1$, loss $\\rho = (y - f)^2$, all four parameters zero. The derivative of ReLU at 0 is taken as 0; any other choice changes nothing here, since $C = 0$.",
  ],
  lines,
};
