import {
  backwardSection,
  figureSection,
} from "./computational_graph/backward.ts";
import { closedSection } from "./computational_graph/closed.ts";
import { forwardSection } from "./computational_graph/forward.ts";
import type { Study } from "./derivation.ts";
import { source } from "./sources.ts";

/** Reverse mode with pen and paper. */
export const computationalGraph: Study = {
  id: "computational-graph",
  title: "Reverse mode with pen and paper",
  question:
    "How does one backward pass through a graph give the derivative by every input?",
  source: [source("004", "mathematical exercise 1")],
  introduction: [
    "The function is $z(a, b) = \\dfrac{\\log b}{1 + e^{a^2 + b^2}}$. Its graph has two inputs and seven operations. Everything a framework does to differentiate a network happens in it: values are kept on the way forward, and on the way back gradients are multiplied along edges and added at nodes.",
  ],
  sections: [forwardSection, backwardSection, figureSection, closedSection],
  errata: [],
  figures: [],
  command: "deno task derive computational-graph",
};
