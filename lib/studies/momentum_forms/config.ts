/** What all files of the study share: its config and the names of what it records. */
import { z } from "zod";
import {
  type ConfigOf,
  defineSetting,
  resultTypes,
  type RunOf,
} from "../../study/setting.ts";

/** In the first half of the plan's replicas α stays what it is, in the second it changes. */
export const variants = ["constant", "changed"] as const;

/** The number types that the forms are compared in. */
export type FloatType = "float32" | "float64";

export const setting = defineSetting({
  id: "momentum-forms",
  question: "Are the two momentum SGDs the same?",
  config: z.strictObject({
    seeds: z.int().min(1).max(1024).default(8)
      .describe("sequences of gradients, each with a start of its own"),
    parameters: z.int().min(1).max(1_000_000).describe("numbers in θ"),
    steps: z.int().min(2).max(1_000_000).default(1000)
      .describe("updates, one gradient each"),
    learningRate: z.number().positive().max(100).default(0.01)
      .describe("step size α"),
    momentum: z.number().min(0.01).max(0.999).default(0.9).describe("β"),
    changeAt: z.int().min(1).max(1_000_000).default(500)
      .describe("updates before α changes, where it does"),
    changedRate: z.number().positive().max(100).default(0.005)
      .describe("α from then on"),
  }),
  presets: {
    smoke: { seeds: 2, parameters: 16 },
    quick: { parameters: 256 },
    full: { parameters: 16_384, steps: 10_000, changeAt: 5000 },
  },
  series: [
    "float32.constant",
    "float32.changed",
    "float64.constant",
    "float64.changed",
    "size.constant",
    "size.changed",
    "predicted.changed",
  ],
  results: resultTypes<{
    error: number;
    "shiftError.float32": number;
    "shiftError.float64": number;
  }>(),
});
export type Config = ConfigOf<typeof setting>;
export type Run = RunOf<typeof setting>;
