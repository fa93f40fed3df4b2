import { softmaxCrossEntropy } from "../../../math/losses.ts";
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
import { softmax } from "../../../study/derivation/formulas.ts";
import { toVariable } from "../../../study/derivation/oracle.ts";

const tex = String.raw;

/** Mean cross-entropy of the same logits, a row, for every label once. */
function meanOverLabels(logits: Matrix): number {
  const classes = logits.columns;
  let sum = 0;
  for (let label = 0; label < classes; label++) {
    sum += softmaxCrossEntropy(toVariable(logits), [label]).value[0]!;
  }
  return sum / classes;
}

const lines: Line[] = [
  {
    id: "chance-loss",
    tex:
      tex`z_1 = \dots = z_C \;\Longrightarrow\; \ell = -\log \frac{e^{z_c}}{\sum_j e^{z_j}} = \log C = \log 10 \approx 2.303`,
    reason:
      "A network that prefers no class gives each the probability $1/C$. Small first weights begin near this loss.",
    check: equation({
      against: "definition",
      given: (random) => ({
        classes: random.integer(2, 20),
        logit: random.uniform(-3, 3),
      }),
      left: ({ classes, logit }) =>
        scalar(
          meanOverLabels(matrix(1, classes, Array(classes).fill(logit))),
        ),
      right: ({ log }, { classes }) => log(scalar(classes)),
    }),
  },
  {
    id: "no-better-than-chance",
    tex:
      tex`\mathbb E_c\, [-\log p_c] = \frac1C \sum_{c} -\log p_c = \log C + \frac1C \sum_c \log \frac{1/C}{p_c} \;\ge\; \log C`,
    reason:
      "On a new image with a label that is uniform and independent of it no answer $p$ has an expected loss below $\\log C$: the last term is a Kullback–Leibler divergence. The surer the answer, the larger the loss, so the test loss of a network that has learned random labels by heart lies above that of one that knows nothing.",
    check: equation({
      against: "definition",
      given: (random: Random) => {
        const classes = random.integer(3, 12);
        return matrix(1, classes, random.normals(classes));
      },
      left: (logits) => scalar(meanOverLabels(logits)),
      right: (algebra, logits) => {
        const { log, minus, plus, product, quotient, scale } = algebra;
        const classes = logits.columns;
        const uniform = quotient(
          ones(1, classes),
          scale(classes, ones(1, classes)),
        );
        const apart = minus(log(uniform), log(softmax(algebra, logits)));
        const divergence = scale(1 / classes, product(apart, ones(classes)));
        return plus(log(scalar(classes)), divergence);
      },
    }),
  },
];

/** What a network without knowledge loses. */
export const chanceSection: Section = {
  id: "chance-loss",
  title: "The loss of knowing nothing",
  lines,
};
