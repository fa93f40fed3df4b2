/**
 * Batch and layer normalization: their kernels against float64 and PyTorch, deep
 * sigmoid networks with and without, and an example in changing company. On a
 * software adapter about 5 s at the smoke size and a minute at the quick one.
 */
import { z } from "zod";
import { defineStudy } from "../../train/experiment.ts";
import { stage } from "../../train/stage.ts";
import { checkKernels, checkPlans } from "./checks.ts";
import { companyPlans, measureCompany } from "./company.ts";
import { expectations } from "./expect.ts";
import { kinds } from "./networks.ts";
import { train, trainingPlans } from "./training.ts";
import { loadImages } from "../support/images.ts";

const config = z.strictObject({
  depth: z.int().min(2).max(64).describe("hidden layers"),
  width: z.int().min(2).max(1024).describe("sigmoid units per hidden layer"),
  networks: z.int().min(1).max(64)
    .describe("networks of each kind, side by side"),
  examples: z.int().min(20).max(60_000).describe("training images, the first"),
  testExamples: z.int().min(20).max(10_000).describe("test images, the first"),
  batch: z.int().min(2).max(1024).describe("images of a mini-batch"),
  learningRate: z.number().positive().max(10).describe("step size of SGD"),
  steps: z.int().min(1).max(1_000_000).describe("updates"),
  evaluateEvery: z.int().min(1).max(1_000_000)
    .describe("updates between two measurements of loss and accuracy"),
  companies: z.array(z.int().min(2).max(1024)).min(2)
    .describe("batch sizes in which one image is put among others, ascending"),
  companyBatches: z.int().min(2).max(1024)
    .describe("batches of each size that the image is put in"),
}).refine(
  ({ examples, batch }) => examples % batch === 0,
  "batch must divide examples: a small last batch has poor statistics",
);
export type Config = z.output<typeof config>;

const common = {
  learningRate: 0.5,
  companies: [2, 4, 8, 16, 32, 64],
  companyBatches: 16,
};

export default defineStudy({
  id: "normalization",
  question: "What do BatchNorm and LayerNorm compute?",
  config,
  presets: {
    smoke: {
      ...common,
      ...{ depth: 6, width: 16, networks: 2, batch: 50 },
      ...{ examples: 500, testExamples: 500, steps: 150, evaluateEvery: 50 },
      ...{ companies: [2, 16], companyBatches: 4 },
    },
    quick: {
      ...common,
      ...{ depth: 6, width: 32, networks: 4, batch: 50 },
      ...{ examples: 2000, testExamples: 2000 },
      ...{ steps: 2000, evaluateEvery: 100 },
    },
    full: {
      ...common,
      ...{ depth: 6, width: 128, networks: 16, batch: 100 },
      ...{ examples: 60_000, testExamples: 10_000 },
      ...{ steps: 12_000, evaluateEvery: 600 },
    },
  },
  // The networks are the replicas.
  maxReplicas: 1,
  plans: (setting) => ({
    ...checkPlans(setting),
    ...trainingPlans(setting),
    ...companyPlans(setting),
  }),
  steps: ({ config }) =>
    Object.fromEntries(
      kinds.map((kind) => [`${kind}, training`, config.steps]),
    ),
  async run(ctx, plans) {
    await stage(ctx, "kernels", () => checkKernels(ctx, plans));
    const sets = await loadImages(ctx, "mnist");
    const trained = [];
    const spreads = [];
    for (const kind of kinds) {
      const found = await stage(ctx, kind, async () => {
        const { program, trained } = await train(ctx, kind, { plans, sets });
        const company = { plans, trained: program, data: sets.test };
        const spreads = await measureCompany(ctx, kind, company);
        program.destroy();
        return { trained, spreads };
      });
      trained.push(found.trained);
      spreads.push(...found.spreads);
    }
    ctx.result("trained", trained);
    ctx.result("spreads", spreads);
  },
  expect: expectations,
});
