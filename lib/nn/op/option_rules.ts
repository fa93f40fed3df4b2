/** Rules for options that several layers have. */
import { callable, having, type Rule } from "../../core/options.ts";

/** First values of a parameter. */
export const initializer: Rule = callable(
  "an initializer, as heNormal or uniform(-1, 1)",
);

/** A parameter that layers share. */
export const parameter: Rule = having(
  "a parameter, as g.parameter() makes in graph()",
  "label",
  "shape",
  "initial",
);
