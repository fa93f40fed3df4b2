import { backward, type Var } from "../../../math/autodiff.ts";
import { halfSquaredNorm } from "../../../math/losses.ts";
import {
  add,
  matmul,
  mul,
  sub,
  sum,
  transpose,
} from "../../../math/operations.ts";
import type { Random } from "../../../math/random.ts";
import {
  identity,
  type Matrix,
  matrix,
  ones,
} from "../../../study/derivation/algebra.ts";
import { equation } from "../../../study/derivation/check.ts";
import type { Line } from "../../../study/derivation/line.ts";
import type { Section } from "../../../study/page.ts";
import {
  denseBias,
  denseForward,
  denseInput,
  denseWeight,
} from "../../../study/derivation/kernels.ts";
import {
  draw,
  gradientOf,
  gradients,
  slopes,
  toVariable,
} from "../../../study/derivation/oracle.ts";

const tex = String.raw;

const [BATCH, INPUTS, OUTPUTS] = [5, 4, 3];

/** `XWᵀ + 1bᵀ` on the tape. */
export function affine(x: Var, [W, b]: [Var, Var]): Var {
  const rows = toVariable(ones(x.shape[0]!));
  return add(matmul(x, transpose(W)), matmul(rows, transpose(b)));
}

/** A layer under the loss ½‖Y − T‖², and D = ∂L/∂Y by reverse mode. */
interface Linear {
  readonly x: Matrix;
  readonly W: Matrix;
  readonly b: Matrix;
  readonly target: Matrix;
  readonly D: Matrix;
}

function lossOf(y: Var, target: Matrix): Var {
  return halfSquaredNorm(sub(y, toVariable(target)));
}

function drawLinear(random: Random): Linear {
  const given = {
    x: draw(random, [BATCH, INPUTS]),
    W: draw(random, [OUTPUTS, INPUTS]),
    b: draw(random, [OUTPUTS, 1]),
    target: draw(random, [BATCH, OUTPUTS]),
  };
  const y = affine(toVariable(given.x), [
    toVariable(given.W),
    toVariable(given.b),
  ]);
  backward(lossOf(y, given.target));
  return { ...given, D: gradientOf(y) };
}

/** The loss where one of the three is another matrix. */
function lossAt(given: Linear, change: Partial<Linear>): number {
  const { x, W, b, target } = { ...given, ...change };
  const y = affine(toVariable(x), [toVariable(W), toVariable(b)]);
  return lossOf(y, target).value[0]!;
}

/** `Σ_i W_oi x_i + b_o`, sum by sum. */
function outputs({ x, W, b }: Linear): Matrix {
  const entries = Array.from({ length: BATCH * OUTPUTS }, (_, at) => {
    const [row, o] = [Math.floor(at / OUTPUTS), at % OUTPUTS];
    let sum = b.data[o]!;
    for (let i = 0; i < INPUTS; i++) {
      sum += W.data[o * INPUTS + i]! * x.data[row * INPUTS + i]!;
    }
    return sum;
  });
  return matrix(BATCH, OUTPUTS, entries);
}

/** `∂y/∂vec(W)`, [outputs, outputs · inputs], by reverse mode row by row. */
function weightJacobian({ x, W, b }: Linear): Matrix {
  const rows = Array.from({ length: OUTPUTS }, (_, o) => {
    const weight = toVariable(W);
    const y = affine(toVariable(x), [weight, toVariable(b)]);
    const unit = matrix(1, OUTPUTS, [0, 1, 2].map((p) => p === o ? 1 : 0));
    backward(sum(mul(y, toVariable(unit))));
    return [...weight.grad];
  });
  return matrix(OUTPUTS, OUTPUTS * INPUTS, rows.flat());
}

const lines: Line[] = [
  {
    id: "linear-forward",
    tex: tex`y_b = W x_b + b, \qquad Y = X W^\top + \mathbf 1\, b^\top`,
    reason:
      "Examples are rows: $X$ is $B \\times n$, $W$ is $m \\times n$, $Y$ is $B \\times m$, and the same bias is added to every row.",
    check: equation({
      against: "definition",
      given: drawLinear,
      left: outputs,
      right: ({ plus, product, transpose }, { x, W, b }) =>
        plus(product(x, transpose(W)), product(ones(BATCH), transpose(b))),
    }),
    kernels: [denseForward],
  },
  {
    id: "linear-jacobian",
    tex:
      tex`\frac{\partial y}{\partial \operatorname{vec}(W)} = I_m \otimes x^\top, \qquad \frac{\partial y}{\partial x} = W, \qquad \frac{\partial y}{\partial b} = I_m`,
    reason:
      "One example: output $o$ is a sum over row $o$ of $W$ alone, with coefficients $x$; $\\operatorname{vec}$ lists $W$ row by row.",
    check: equation({
      against: "reverse mode",
      given: (random) => {
        const all = drawLinear(random);
        return { ...all, x: matrix(1, INPUTS, all.x.data.subarray(0, INPUTS)) };
      },
      left: weightJacobian,
      right: ({ kronecker }, { x }) => kronecker(identity(OUTPUTS), x),
    }),
  },
  {
    id: "linear-input",
    tex:
      tex`\frac{\partial L}{\partial X} = D\, W, \qquad D := \frac{\partial L}{\partial Y}`,
    reason:
      "The chain rule for one example is $W^\\top d_b$; as rows, $d_b^\\top W$. $L$ may be any function of $Y$; the check takes $\\tfrac12 \\lVert Y - T \\rVert^2$.",
    check: equation({
      against: "reverse mode",
      given: drawLinear,
      left: ({ x, W, b, target }) => {
        const [dX] = gradients(
          [x, W, b],
          ([x, W, b]) => lossOf(affine(x, [W, b]), target),
        );
        return dX;
      },
      right: ({ product }, { D, W }) => product(D, W),
    }),
    kernels: [denseInput],
  },
  {
    id: "linear-weight",
    tex:
      tex`\frac{\partial L}{\partial W} = \sum_{b=1}^B d_b\, x_b^\top = D^\top X`,
    reason:
      "$d_b^\\top (I_m \\otimes x_b^\\top)$ lists the outer product $d_b x_b^\\top$ row by row, and every example uses the same $W$.",
    check: equation({
      against: "central differences",
      given: drawLinear,
      left: (given) => slopes(given.W, (W) => lossAt(given, { W })),
      right: ({ product, transpose }, { D, x }) => product(transpose(D), x),
    }),
    kernels: [denseWeight],
  },
  {
    id: "linear-bias",
    tex:
      tex`\frac{\partial L}{\partial b} = \sum_{b=1}^B d_b = D^\top \mathbf 1`,
    reason: "The bias is the weight of an input that is always 1.",
    check: equation({
      against: "central differences",
      given: drawLinear,
      left: (given) => slopes(given.b, (b) => lossAt(given, { b })),
      right: ({ product, transpose }, { D }) =>
        product(transpose(D), ones(BATCH)),
    }),
    kernels: [denseBias],
  },
];

/** The dense layer forward and backward. */
export const linearSection: Section = {
  id: "linear",
  title: "Linear, forward and backward",
  answers: "003, question 10 (a) and (b)",
  lines,
};
