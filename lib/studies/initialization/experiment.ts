/**
 * Initialization: variance through deep networks, smoothness of scalar ones, and
 * training from all zeros. On a software adapter about 8 s at the smoke size and
 * two minutes at the quick one.
 */
import { z } from "zod";
import { defineStudy } from "../../train/experiment.ts";
import type { Expectation } from "../../study/expectation.ts";
import type { RunRecord } from "../../study/record.ts";
import { stage } from "../../train/stage.ts";
import {
  measureSmoothness,
  type Smoothness,
  smoothnessPlan,
} from "./smoothness.ts";
import {
  choices,
  type LayerVariance,
  measureVariance,
  variancePlans,
} from "./variance.ts";
import {
  type ConstantPredictor,
  type Moved,
  trainFromZeros,
  zeroPlan,
} from "./zero.ts";

const config = z.strictObject({
  width: z.int().min(2).max(1024).describe("units of every layer, M"),
  depth: z.int().min(2).max(100).describe("layers of the deep networks"),
  networks: z.int().min(2).max(100_000)
    .describe("deep networks drawn, a multiple of sideBySide"),
  sideBySide: z.int().min(1).max(256)
    .describe("deep networks in one dispatch; their weights are in memory"),
  hidden: z.int().min(2).max(1024)
    .describe("hidden units of the scalar networks"),
  scalarNetworks: z.int().min(2).max(4096)
    .describe("scalar networks, all in one dispatch"),
  milliVariances: z.array(z.int().min(1).max(100_000)).min(3)
    .describe("variances σ² of the scalar networks' weights, in thousandths"),
  zeroUpdates: z.int().min(1).max(10_000)
    .describe("updates of the network that starts from all zeros"),
}).refine(({ networks, sideBySide }) => networks % sideBySide === 0, {
  path: ["networks"],
  message: "is no multiple of sideBySide",
});
type Config = z.output<typeof config>;

/** σ² of the scalar networks, in thousandths. */
const milliVariances = [10, 30, 100, 300, 1000, 3000, 10_000];

/** Standard errors that a measured mean may be away from theory. */
const STANDARD_ERRORS = 3;

export default defineStudy({
  id: "initialization",
  question: "How large should the first weights be?",
  config,
  presets: {
    smoke: {
      ...{ width: 128, depth: 10, networks: 128, sideBySide: 32 },
      ...{ hidden: 64, scalarNetworks: 128, milliVariances, zeroUpdates: 40 },
    },
    quick: {
      ...{ width: 192, depth: 50, networks: 256, sideBySide: 16 },
      ...{ hidden: 128, scalarNetworks: 512, milliVariances, zeroUpdates: 100 },
    },
    full: {
      ...{ width: 256, depth: 50, networks: 4096, sideBySide: 32 },
      ...{
        hidden: 128,
        scalarNetworks: 2048,
        milliVariances,
        zeroUpdates: 100,
      },
    },
  },
  maxReplicas: 1,
  plans: (setting) => ({
    ...variancePlans(setting),
    scalar: smoothnessPlan(setting),
    zero: zeroPlan(setting),
  }),
  async run(ctx, plans) {
    await stage(ctx, "zero", () => trainFromZeros(ctx, plans.zero));
    await stage(ctx, "smoothness", () => measureSmoothness(ctx, plans.scalar));
    await measureVariance(ctx, plans);
  },
  expect: [
    ...choices.map((
      { name, gain, rectified },
    ): Expectation<RunRecord<Config>> => ({
      name: `variance per layer, ${
        rectified ? "ReLU" : "linear"
      }, σ² = ${gain}/M`,
      expected:
        "within 3 standard errors of theory in every layer; chance alone makes about one seed in twenty miss",
      check(run) {
        const { standardErrors, atLayer } = variances(run)
          .find(({ choice }) => choice === name)!;
        return {
          holds: standardErrors <= STANDARD_ERRORS,
          measured: `${standardErrors.toFixed(2)} in layer ${atLayer}`,
        };
      },
    })),
    {
      name: "growth per layer",
      expected: "1/2 below the threshold, 1 at it, 2 above, within 5 %",
      check(run) {
        const found = [["below", 0.5], ["at", 1], ["above", 2]] as const;
        const growth = found.map(([name]) =>
          variances(run).find(({ choice }) => choice === name)!.growth
        );
        return {
          holds: found.every(([, expected], i) =>
            Math.abs(growth[i]! / expected - 1) <= 0.05
          ),
          measured: growth.map((factor) => factor.toFixed(3)).join(", "),
        };
      },
    },
    {
      name: "smoothness",
      expected:
        "mean f′² and f″² within 3 standard errors of theory at every σ²",
      check(run) {
        const measured = Math.max(
          ...smoothness(run).flatMap(({ slopeErrors, curvatureErrors }) =>
            [slopeErrors, curvatureErrors].map(Math.abs)
          ),
        );
        return { holds: measured <= STANDARD_ERRORS, measured };
      },
    },
    {
      name: "smaller σ² is smoother",
      expected: "f″² relative to f′² rises with every σ²",
      check(run) {
        const ratios = smoothness(run)
          .map(({ slope, curvature }) => curvature / slope);
        return {
          holds: ratios.every((ratio, i) => i === 0 || ratio > ratios[i - 1]!),
          measured: ratios.map((ratio) => ratio.toPrecision(2)).join(", "),
        };
      },
    },
    {
      name: "all zeros: what moves",
      expected: "b², the bias of the output, and nothing else",
      check({ results }) {
        const moved = (results.zero as Moved[])
          .filter((one) => one.moved > 0 || one.firstGradient !== 0)
          .map(({ tensor }) => tensor);
        return {
          holds: moved.length === 1 && moved[0] === "b2",
          measured: moved.join(", ") || "nothing",
        };
      },
    },
    {
      name: "all zeros: a constant predictor",
      expected:
        "every output equal; b² = ȳ(1 − (1 − 2α)ᵏ) after k updates, to 1e-5",
      check({ results }) {
        const { output, meanOfTargets, spreadOfOutputs, ...made } = results
          .constantPredictor as ConstantPredictor;
        const left = (1 - 2 * made.learningRate) ** made.updates;
        const expected = meanOfTargets * (1 - left);
        const measured = Math.abs(output / expected - 1);
        return { holds: spreadOfOutputs === 0 && measured <= 1e-5, measured };
      },
    },
  ],
});

function variances({ results }: RunRecord<Config>): LayerVariance[] {
  return results.variance as LayerVariance[];
}

function smoothness({ results }: RunRecord<Config>): Smoothness[] {
  return results.smoothness as Smoothness[];
}
