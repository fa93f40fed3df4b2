import type { Random } from "../../../math/random.ts";
import { scalar } from "../../../study/derivation/algebra.ts";
import { type Equation, equation } from "../../../study/derivation/check.ts";
import type { Erratum } from "../../../study/page.ts";
import { source } from "../../support/sources.ts";

/** A data set as PyTorch's loader sees it; whoever likes may assign an attribute. */
interface Dataset {
  targets?: readonly number[];
  /** The label that item `item` comes with. */
  labelOf(item: number): number;
}

/** `torch.utils.data.Subset`: item i is item `indices[i]` of the whole set. */
function subsetOf(whole: Dataset, indices: readonly number[]): Dataset {
  return { labelOf: (item) => whole.labelOf(indices[item]!) };
}

const WHOLE = 1000;
const ITEMS = 100;
const CLASSES = 10;

/** A tenth of a set, and for each of its items a label that is not its own. */
function drawSubset(random: Random) {
  const labels = Array.from(
    { length: WHOLE },
    () => random.integer(0, CLASSES),
  );
  const whole: Dataset = { labelOf: (item) => labels[item]! };
  const indices = Array.from(
    { length: ITEMS },
    () => random.integer(0, WHOLE),
  );
  const assigned = indices.map((item) =>
    (whole.labelOf(item) + random.integer(1, CLASSES)) % CLASSES
  );
  return { whole, indices, assigned };
}

/** Share of the items that keep their own label when the subset's `targets` are assigned. */
const keptLabels: Pick<
  Equation<ReturnType<typeof drawSubset>>,
  "against" | "given" | "left"
> = {
  against: "definition",
  given: drawSubset,
  left: ({ whole, indices, assigned }) => {
    const subset = subsetOf(whole, indices);
    subset.targets = assigned;
    const kept = indices
      .filter((item, i) => subset.labelOf(i) === whole.labelOf(item));
    return scalar(kept.length / ITEMS);
  },
};

/** Assigning `targets` of a `Subset` changes no label. */
export const subsetTargets: Erratum = {
  claim:
    "After labels were assigned to the attribute targets of a Subset, the data loader yields those labels.",
  correct:
    "A Subset looks its items up in the whole set and never reads an attribute targets of its own: the loader goes on yielding the true labels, at every ratio, and the program as printed cannot have drawn figure 4. The labels of the whole set are what must be changed, or a data set of one's own must pair the images with the new ones. The list assigned there is too long as well, $2 r \\cdot 60{,}000$ labels for 6,000 images.",
  number:
    "Where every assigned label differs from the image's own, all images keep their own, a share of 1 where the claim says 0: a relative error of 1.00. PyTorch 2.13 keeps 100 of 100.",
  source: source("001", "appendix A"),
  evidence: {
    claimed: equation({ ...keptLabels, right: () => scalar(0) }),
    correct: equation({ ...keptLabels, right: () => scalar(1) }),
  },
};
