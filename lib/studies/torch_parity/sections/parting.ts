import type { Random } from "../../../math/random.ts";
import {
  column,
  identity,
  type Matrix,
  ones,
  scalar,
} from "../../../study/derivation/algebra.ts";
import { equation } from "../../../study/derivation/check.ts";
import type { Line } from "../../../study/derivation/line.ts";
import type { Section } from "../../../study/page.ts";
import { draw } from "../../../study/derivation/oracle.ts";
import { perturbationLines } from "./perturbation.ts";

const tex = String.raw;

/** Float32 numbers: the error of their float32 running sum, and the rounding of each addition. */
function drawSum(random: Random) {
  const terms = Float32Array.from(random.array(200));
  const roundings: number[] = [];
  let sum = 0;
  for (const term of terms) {
    const rounded = Math.fround(sum + term);
    roundings.push(rounded - (sum + term));
    sum = rounded;
  }
  const sumOfTerms = terms.reduce((a, b) => a + b, 0);
  return { error: sum - sumOfTerms, roundings: column(roundings) };
}

const lines: Line[] = [
  {
    id: "rounding",
    tex:
      tex`\operatorname{fl}(a \circ b) = (a \circ b)(1 + \varepsilon), \qquad |\varepsilon| \le u = 2^{-24} \approx 6 \cdot 10^{-8}`,
    reason:
      "The standard model of float32 arithmetic, for $+, -, \\times, /$; $\\exp$ and $\\log$ on a GPU are a few units looser.",
  },
  {
    id: "sum-error",
    tex:
      tex`\hat s_n - \sum_{k=1}^n p_k = \sum_{k=1}^n \rho_k, \qquad \rho_k = \operatorname{fl}(\hat s_{k-1} + p_k) - (\hat s_{k-1} + p_k), \qquad |\rho_k| \le u\, |\hat s_k|`,
    reason:
      "Adding is exact up to the rounding of each partial sum, and the partial sums depend on the order of the terms: a GPU tile and a CPU vector unit return different last bits.",
    check: equation({
      against: "definition",
      // Both sides are near 1e-7 and carry float64's own 1e-16.
      tolerance: 1e-6,
      given: drawSum,
      left: ({ error }) => scalar(error),
      right: ({ product }, { roundings }) =>
        product(ones(1, roundings.rows), roundings),
    }),
  },
  ...perturbationLines,
  {
    id: "many-steps",
    tex:
      tex`d_K = -\alpha \sum_{j=0}^{K-1} (I - \alpha H_{K-1}) \cdots (I - \alpha H_{j+1})\, r_j`,
    reason:
      "Unroll from $d_0 = 0$: each rounding is carried through all later steps, shrinks along directions with $0 < \\alpha\\lambda < 2$ and grows by $|1 - \\alpha\\lambda|$ per step where the curvature $\\lambda$ is negative or above $2/\\alpha$.",
    check: equation({
      against: "definition",
      given: (random) => ({
        rate: random.uniform(0.2, 1),
        steps: Array.from({ length: 4 }, () => ({
          H: draw(random, [3, 3]),
          r: draw(random, [3, 1]),
        })),
      }),
      left: ({ rate, steps }) => column(recur(rate, steps)),
      right: ({ minus, plus, product, scale }, { rate, steps }) => {
        const terms = steps.map(({ r }, j) =>
          steps.slice(j + 1).reduce(
            (carried, { H }) =>
              product(minus(identity(3), scale(rate, H)), carried),
            r,
          )
        );
        return scale(-rate, terms.reduce(plus));
      },
    }),
  },
];

/** The recursion `d ← d − α(Hd + r)` from zero, number by number. */
function recur(rate: number, steps: { H: Matrix; r: Matrix }[]): number[] {
  let d = [0, 0, 0];
  for (const { H, r } of steps) {
    d = d.map((value, i) => {
      let slope = r.data[i]!;
      d.forEach((other, j) => slope += H.data[3 * i + j]! * other);
      return value - rate * slope;
    });
  }
  return d;
}

/** Where and why two correct programs part. */
export const partingSection: Section = {
  id: "parting",
  title: "Where the curves part",
  prose: [
    "Equal formulas do not make equal programs: float32 rounds after every operation, and two programs do not add in the same order. Call $\\theta_k$ the parameters of one program, $\\theta_k + d_k$ those of the other.",
    "On a logarithmic axis a difference that grows by a constant factor per step is a straight line. It starts at the level of $u$ times the loss and rises until it is as large as the noise between batches; a unit whose pre-activation changes sign in one program only adds a jump. Both curves stay equally good solutions: what parts is the path, not the accuracy.",
    "How far each program was followed stands among the results of a run: the first and the largest relative difference, and the number of steps before one exceeds $10^{-3}$. Where that is every step that PyTorch printed, nothing has grown to what a reader could see.",
  ],
  lines,
};
