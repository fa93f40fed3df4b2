import { convolutionCost, totalCost } from "../../../math/convolution_cost.ts";
import { scalar } from "../../../study/derivation/algebra.ts";
import { equation } from "../../../study/derivation/check.ts";
import type { Erratum } from "../../../study/page.ts";
import { source } from "../../support/sources.ts";
import { convolutionsOf, EXERCISE } from "./modules.ts";

const naive = totalCost(convolutionsOf("naive", EXERCISE).map(convolutionCost));
const narrow = totalCost(
  convolutionsOf("bottleneck", EXERCISE).map(convolutionCost),
);

/** The difference of `totals` against a number of the source's text. */
const difference = (totals: number, said: number) =>
  equation({
    against: "definition",
    given: () => ({}),
    left: () => scalar(totals),
    right: ({ scale }) => scale(said, scalar(1)),
  });

const activations = narrow.activations - naive.activations;
const operations = 2 * (naive.multiplications - narrow.multiplications);

/** The text rounds the difference of the activations ten times too large. */
export const activationsInText: Erratum = {
  claim:
    "The module with bottlenecks evaluates about 2 million activations more.",
  correct:
    "$622{,}592 - 425{,}984 = 196{,}608$, about 0.2 million, by the source's own tables, which are right.",
  number:
    "The text's 2 million miss the difference of the tables by a relative error of 0.902.",
  source: source("001", "section 5, text"),
  evidence: {
    claimed: difference(activations, 2e6),
    correct: difference(activations, 196_608),
  },
};

/** The text calls the difference of multiplications that of FLOPs. */
export const operationsInText: Erratum = {
  claim: "The modules differ by about 800 million FLOPs.",
  correct:
    "With FLOPs as the source defines them, additions and multiplications together, they differ by $2 \\cdot 761{,}266{,}176 = 1{,}522{,}532{,}352$; 761 million is the difference of either kind alone.",
  number:
    "The text's 800 million miss the difference of the tables by a relative error of 0.475.",
  source: source("001", "section 5, text"),
  evidence: {
    claimed: difference(operations, 8e8),
    correct: difference(operations, 1_522_532_352),
  },
};
