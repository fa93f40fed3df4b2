import { z } from "zod";
import { nandSection } from "./sections/nand.ts";
import { orSection } from "./sections/or.ts";
import { xorSection } from "./sections/xor.ts";
import { definePage } from "../../study/page.ts";
import { source } from "../support/sources.ts";

/** Logic gates with explicit weights. */
export const logicGates = definePage<
  z.ZodObject,
  string,
  Record<string, unknown>,
  string
>({
  id: "logic-gates",
  question:
    "Which weights make a ReLU network an OR, an XOR or a NAND, and can it compute any truth table?",
  config: z.strictObject({}),
}, {
  title: "Logic gates from ReLU units",
  source: [source("003", "question 7")],
  introduction: [
    "A gate on real inputs takes “positive” for true: its output has to be positive where the statement holds, and zero or negative elsewhere, the axes included. $\\operatorname{ReLU}$ has its kink exactly there.",
    "The experiment runs the gates on the GPU, on every point of a dense grid that holds both axes, and networks of NANDs for every truth table of two inputs.",
  ],
  sections: [orSection, xorSection, nandSection],
  errata: [],
  figures: [],
  claims: [
    {
      sentence:
        "On the GPU, OR, AND, XOR and NAND are positive where their statement holds and nowhere else, on every point of the grid and of both axes.",
      by: ["gates on the grid", "gates on the axes"],
    },
    {
      sentence:
        "OR takes two layers of width 2, XOR three layers of width 4; in two layers of width 3 it is the same function.",
      by: ["sizes"],
    },
    {
      sentence:
        "Networks of NANDs give all 16 truth tables of two inputs, as exact bits.",
      by: ["truth tables"],
    },
  ],
});
