import type { Random } from "../../../math/random.ts";
import { exact, type Matrix } from "../../../study/derivation/algebra.ts";
import { equation } from "../../../study/derivation/check.ts";
import type { Line } from "../../../study/derivation/line.ts";
import type { Section } from "../../../study/page.ts";
import { draw } from "../../../study/derivation/oracle.ts";
import {
  combine,
  drawSequence,
  drawVaried,
  formOne,
  formTwo,
  type Sequence,
  velocity,
} from "./sequences.ts";

const tex = String.raw;

/** A sequence with one disturbance ρ of θ after `at` steps. */
function drawDisturbed(random: Random) {
  const sequence = drawSequence(random);
  const at = random.integer(1, sequence.gradients.length);
  return { sequence, at, disturb: draw(random, [5, 1]) };
}

/** A sequence whose learning rate changes once, before step `at`. */
function drawChange(random: Random) {
  const sequence = drawSequence(random);
  const at = random.integer(2, sequence.gradients.length);
  const after = random.uniform(0.6, 0.9);
  const rates = sequence.rates.map((rate, k) => k < at ? rate : after);
  return { at, sequence: { ...sequence, rates } };
}

/** θ_I − θ_II after all steps. */
function apart(sequence: Sequence): Matrix {
  return exact.minus(formOne(sequence).at(-1)!, formTwo(sequence).at(-1)!);
}

const lines: Line[] = [
  {
    id: "rounding",
    tex:
      tex`\theta^j \to \theta^j + \rho \quad\Longrightarrow\quad \theta_{\mathrm I}^{j+n} \to \theta_{\mathrm I}^{j+n} + \frac{1 - \beta^{\,n+1}}{1 - \beta}\, \rho, \qquad \theta_{\mathrm{II}}^{j+n} \to \theta_{\mathrm{II}}^{j+n} + \rho`,
    reason:
      "Form I takes a rounding $\\rho$ of $\\theta$ for a move and repeats it; form II keeps its moves elsewhere. So in floating point the two part by roundings, $1/(1 - \\beta)$ times as large: over $k$ steps of random sign by about $\\sqrt k/(1 - \\beta)$ of them.",
    check: equation({
      against: "definition",
      given: drawDisturbed,
      left: ({ sequence, ...disturbance }) =>
        [formOne, formTwo].map((form) =>
          exact.minus(
            form(sequence, disturbance).at(-1)!,
            form(sequence).at(-1)!,
          )
        ),
      right: (
        { scale },
        { sequence: { gradients, momentum }, at, disturb },
      ) => {
        const n = gradients.length - at;
        const repeated = (1 - momentum ** (n + 1)) / (1 - momentum);
        return [scale(repeated, disturb), disturb];
      },
    }),
  },
  {
    id: "varied-rates",
    tex: tex`\begin{aligned}
\theta_{\mathrm I}^{k+1} - \theta_{\mathrm I}^k &= -\sum_{j=0}^{k} \alpha_j\, \beta^{\,k-j} g^j \\
\theta_{\mathrm{II}}^{k+1} - \theta_{\mathrm{II}}^k &= -\alpha_k \sum_{j=0}^{k} \beta^{\,k-j} g^j
\end{aligned}`,
    reason:
      "With rates $\\alpha_0, \\alpha_1, \\dots$ form I repeats moves, which keep the rate they were made with; form II multiplies all of its memory by the present rate.",
    check: equation({
      against: "definition",
      given: drawVaried,
      left: (sequence) =>
        [formOne(sequence), formTwo(sequence)].map((visited) =>
          exact.minus(visited.at(-1)!, visited.at(-2)!)
        ),
      right: (algebra, sequence) => {
        const { rates, momentum, gradients } = sequence;
        const k = gradients.length - 1;
        const weights = rates.map((rate, j) => rate * momentum ** (k - j));
        return [
          algebra.scale(-1, combine(algebra, sequence, weights)),
          algebra.scale(-rates[k]!, velocity(algebra, sequence, k + 1)),
        ];
      },
    }),
  },
  {
    id: "shift",
    tex:
      tex`\theta_{\mathrm I}^{K+n} - \theta_{\mathrm{II}}^{K+n} = (\alpha' - \alpha)\, \frac{\beta\,(1 - \beta^{\,n})}{1 - \beta}\; v^K \;\xrightarrow{n \to \infty}\; (\alpha' - \alpha)\, \frac{\beta}{1 - \beta}\; v^K`,
    reason:
      "If the rate goes from $\\alpha$ to $\\alpha'$ once, before step $K$, only the memory $v^K$ of that moment is counted at two rates, and it fades as $\\beta^n$: on the same gradients the forms stay apart by a constant.",
    check: equation({
      against: "definition",
      given: drawChange,
      left: ({ sequence }) => apart(sequence),
      right: (algebra, { sequence, at }) => {
        const { gradients, momentum, rates } = sequence;
        const n = gradients.length - at;
        const sum = momentum * (1 - momentum ** n) / (1 - momentum);
        return algebra.scale(
          (rates[at]! - rates[0]!) * sum,
          velocity(algebra, sequence, at),
        );
      },
    }),
  },
  {
    id: "rate-inside",
    tex:
      tex`u^{k+1} = \beta u^k + \alpha_k g^k, \qquad \theta^{k+1} = \theta^k - u^{k+1} \qquad\text{equals form I for all rates } \alpha_k`,
    reason:
      "Put the rate into the velocity: $u^k = -(\\theta^k - \\theta^{k-1})$ is the last move itself.",
    check: equation({
      against: "definition",
      given: drawVaried,
      left: (sequence) => formOne(sequence).slice(1),
      right: ({ minus, plus, scale }, sequence) => {
        const { start, gradients, rates, momentum } = sequence;
        let theta = start;
        let u = scale(0, start);
        return gradients.map((gradient, k) => {
          u = plus(scale(momentum, u), scale(rates[k]!, gradient));
          return theta = minus(theta, u);
        });
      },
    }),
  },
];

/** Rounding, and rates that change. */
export const limitsSection: Section = {
  id: "limits",
  title: "Where the equality ends",
  lines,
};
