import { matrix, scalar } from "../../../study/derivation/algebra.ts";
import { equation } from "../../../study/derivation/check.ts";
import type { Line } from "../../../study/derivation/line.ts";
import type { Section } from "../../../study/page.ts";
import { crossEntropy } from "../../../study/derivation/kernels.ts";
import { drawLogits } from "../../torch_parity/sections/loss.ts";

const tex = String.raw;

const lines: Line[] = [
  {
    id: "first-loss",
    tex:
      tex`z_{b1} = \dots = z_{bK} \;\Rightarrow\; L = \log K, \qquad \log 10 = 2.3026`,
    reason:
      "Before the first step all logits are nearly alike: every class has probability $1/K$, and one picture in ten is named right by chance. Curves that start elsewhere start from an error.",
    check: equation({
      against: "definition",
      given: (random) => {
        const { target } = drawLogits(random, [5, 4]);
        const levels = random.array(5);
        const logits = target.data.map((_, i) => levels[Math.floor(i / 4)]!);
        return { target, logits: matrix(5, 4, logits) };
      },
      left: () => scalar(Math.log(4)),
      right: crossEntropy,
    }),
  },
  {
    id: "gap",
    tex:
      tex`\text{gap} = \text{training accuracy} - \text{validation accuracy}`,
    reason:
      "Both at the same parameters and on pictures as they are: what a network knows of its training pictures beyond what it knows of pictures.",
  },
];

/** How to read the learning curves. */
export const curvesSection: Section = {
  id: "curves",
  title: "Reading the curves",
  answers: "003, questions 12 and 15",
  prose: [
    "The curves under “Measured” are taken after every epoch. Those without crops answer question 12, those with crops question 15. What they show stands above them, sentence by sentence, with the numbers of the run.",
  ],
  lines,
};
