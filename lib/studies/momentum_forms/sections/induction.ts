import { exact } from "../../../study/derivation/algebra.ts";
import { equation } from "../../../study/derivation/check.ts";
import type { Line } from "../../../study/derivation/line.ts";
import type { Section } from "../../../study/page.ts";
import {
  combine,
  drawSequence,
  formOne,
  formTwo,
  velocity,
} from "./sequences.ts";

const tex = String.raw;

const lines: Line[] = [
  {
    id: "base",
    tex:
      tex`\theta_{\mathrm I}^1 = \theta^0 - \alpha g^0 + \beta \cdot 0 = \theta^0 - \alpha (g^0 + \beta \cdot 0) = \theta_{\mathrm{II}}^1`,
    reason:
      "The conventions $\\theta^{-1} = \\theta^0$ and $v^0 = 0$ say the same: nothing has moved yet.",
    check: equation({
      against: "definition",
      given: drawSequence,
      left: (sequence) => [formOne(sequence)[1]!, formTwo(sequence)[1]!],
      right: ({ minus, scale }, { start, gradients, rates }) => {
        const moved = minus(start, scale(rates[0]!, gradients[0]!));
        return [moved, moved];
      },
    }),
  },
  {
    id: "displacement",
    tex:
      tex`\theta^k - \theta^{k-1} = -\alpha v^k, \qquad v^k = \sum_{j=0}^{k-1} \beta^{\,k-1-j} g^j \qquad (k \ge 1)`,
    reason:
      "The second line of form II, read backwards; by the hypothesis form I stood at the same two points.",
    check: equation({
      against: "definition",
      given: drawSequence,
      left: (sequence) => {
        const [before, last] = formOne(sequence).slice(-2);
        return exact.minus(last!, before!);
      },
      right: (algebra, sequence) => {
        const k = sequence.gradients.length;
        return algebra.scale(
          -sequence.rates[0]!,
          velocity(algebra, sequence, k),
        );
      },
    }),
  },
  {
    id: "induction",
    tex:
      tex`\theta_{\mathrm I}^{k+1} - \theta_{\mathrm{II}}^{k+1} = \beta\,(-\alpha v^k) + \alpha\beta\, v^k = 0 \quad\Longrightarrow\quad \theta_{\mathrm I}^k = \theta_{\mathrm{II}}^k \text{ for all } k`,
    reason:
      "Insert the displacement into the difference of one step. The $\\alpha$ of the last step and the $\\alpha$ of this one cancel, so they must be equal.",
    check: equation({
      against: "definition",
      given: drawSequence,
      left: (sequence) => formOne(sequence).slice(1),
      right: ({ minus, plus, scale }, sequence) => {
        const { start, gradients, rates, momentum } = sequence;
        let theta = start;
        let v = scale(0, start);
        return gradients.map((gradient) => {
          v = plus(gradient, scale(momentum, v));
          return theta = minus(theta, scale(rates[0]!, v));
        });
      },
    }),
  },
  {
    id: "unrolled",
    tex:
      tex`\theta^k = \theta^0 - \frac{\alpha}{1 - \beta} \sum_{j=0}^{k-1} \bigl(1 - \beta^{\,k-j}\bigr)\, g^j`,
    reason:
      "Add up the displacements: each gradient is made again $\\beta, \\beta^2, \\dots$ times as large, in the long run $1/(1 - \\beta)$ times.",
    check: equation({
      against: "definition",
      given: drawSequence,
      left: (sequence) => formTwo(sequence).at(-1)!,
      right: (algebra, sequence) => {
        const { start, gradients, rates, momentum } = sequence;
        const k = gradients.length;
        const weights = gradients.map((_, j) => 1 - momentum ** (k - j));
        return algebra.minus(
          start,
          algebra.scale(
            rates[0]! / (1 - momentum),
            combine(algebra, sequence, weights),
          ),
        );
      },
    }),
  },
];

/** The proof: base case, displacement, inductive step. */
export const inductionSection: Section = {
  id: "induction",
  title: "Equal, by induction",
  answers: "000, problem 3; 001, section 3",
  prose: [
    "Hypothesis: $\\theta_{\\mathrm I}^i = \\theta_{\\mathrm{II}}^i$ for $i \\le k$. Each check runs both forms by their definitions on four to seven random gradients.",
  ],
  lines,
};
