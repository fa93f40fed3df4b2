import { lineSection } from "./parameter_landscape/line.ts";
import { neitherSection } from "./parameter_landscape/neither.ts";
import type { Study } from "./derivation.ts";
import { source } from "./sources.ts";

/** The output as a function of the parameters. */
export const parameterLandscape: Study = {
  id: "parameter-landscape",
  title: "Not convex in the parameters",
  question:
    "With the input fixed, is the output of a two-layer network a convex or concave function of its parameters?",
  source: [source("003", "question 6")],
  introduction: [
    "Linear regression is convex in its parameters; a network with a hidden layer is not. A plot along one straight line in parameter space shows it: a function is convex only if it is convex along every line.",
    "The experiment evaluates the output along the lines of this page and along random ones on the GPU, one network per point of a line, side by side.",
  ],
  sections: [lineSection, neitherSection],
  errata: [],
  figures: [],
  command: "deno task experiment parameter-landscape",
};
