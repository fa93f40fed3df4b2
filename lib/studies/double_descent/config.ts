/** What all files of the study share: its config and its presets. */
import { z } from "zod";
import { type ConfigOf, defineSetting } from "../../study/setting.ts";

const width = z.int().min(1).max(1024);
const ascending = z.array(width).min(1).refine(
  (widths) => widths.every((width, i) => i === 0 || width > widths[i - 1]!),
  "must ascend",
);

const config = z.strictObject({
  teachers: z.int().min(1).max(256)
    .describe("functions to learn, each with samples of its own"),
  examples: z.int().min(1).max(10_000).describe("training examples N"),
  moreExamples: z.int().min(1).max(10_000)
    .describe(
      "training examples where more are compared, the first N the same",
    ),
  testExamples: z.int().min(1).max(100_000).describe("test examples"),
  noise: z.number().positive().max(10)
    .describe("standard deviation σ of the noise on every output"),
  widths: ascending.describe("units M of each hidden layer, ascending"),
  curves: z.array(width).describe("widths M whose training loss is recorded"),
  moreDataWidths: ascending
    .describe("widths M that are trained on more examples too, ascending"),
  steps: z.int().min(1).max(1_000_000)
    .describe("updates of each network, all examples in each"),
  learningRate: z.number().positive().max(1)
    .describe("first step size of Adam; a cosine takes it to 0"),
}).refine(
  ({ widths, curves, moreDataWidths }) =>
    [...curves, ...moreDataWidths].every((width) => widths.includes(width)),
  "curves and moreDataWidths must be among widths",
);

const common = {
  examples: 100,
  moreExamples: 200,
  testExamples: 2000,
  noise: 0.3,
  steps: 6000,
  learningRate: 0.01,
};

export const setting = defineSetting({
  id: "double-descent",
  question: "When does more data or more parameters hurt?",
  config,
  presets: {
    smoke: {
      ...common,
      teachers: 2,
      testExamples: 500,
      widths: [6, 22, 60],
      curves: [6, 22, 60],
      moreDataWidths: [22],
      steps: 1000,
    },
    quick: {
      ...common,
      teachers: 5,
      widths: [2, 4, 6, 10, 14, 18, 20, 22, 25, 30, 35, 50, 100, 200],
      curves: [10, 50, 100],
      moreDataWidths: [22, 30, 35, 100],
    },
    full: {
      ...common,
      teachers: 20,
      widths: [
        ...Array.from({ length: 20 }, (_, i) => 2 * i + 2),
        ...[45, 50, 60, 70, 80, 90, 100, 120, 140, 160, 180, 200],
      ],
      curves: [10, 50, 100],
      moreDataWidths: [16, 20, 22, 24, 26, 28, 30, 32, 34, 36, 40, 50, 100],
      steps: 20_000,
    },
  },
});
export type Config = ConfigOf<typeof setting>;
