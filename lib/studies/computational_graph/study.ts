import { z } from "zod";
import { backwardSection, figureSection } from "./sections/backward.ts";
import { closedSection } from "./sections/closed.ts";
import { forwardSection } from "./sections/forward.ts";
import { definePage } from "../../study/page.ts";
import { source } from "../support/sources.ts";

/** Reverse mode with pen and paper. */
export const computationalGraph = definePage<
  z.ZodObject,
  string,
  Record<string, unknown>,
  string
>({
  id: "computational-graph",
  question:
    "How does one backward pass through a graph give the derivative by every input?",
  config: z.strictObject({}),
}, {
  title: "Reverse mode with pen and paper",
  source: [source("004", "mathematical exercise 1")],
  introduction: [
    "The function is $z(a, b) = \\dfrac{\\log b}{1 + e^{a^2 + b^2}}$. Its graph has two inputs and seven operations. Everything a framework does to differentiate a network happens in it: values are kept on the way forward, and on the way back gradients are multiplied along edges and added at nodes.",
  ],
  sections: [forwardSection, backwardSection, figureSection, closedSection],
  errata: [],
  figures: [],
  derivationOnly: true,
});
