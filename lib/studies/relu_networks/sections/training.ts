import type { Section } from "../../../study/page.ts";

/** What training makes of the kinks, to try out. */
export const trainingSection: Section = {
  id: "training",
  title: "What training finds",
  prose: [
    "Type hidden units, as $12$ for one layer or $4\\ 4\\ 4$ for three of the same total, and watch how the kinks move to where the target bends. Rewinding leads back to the same first weights.",
  ],
  lines: [],
  interactive: "live-training",
};
