/**
 * Vanishing gradients: by depth and activation, below a small or saturated layer,
 * and over training. On a software adapter about 5 s at the smoke size and a
 * minute at the quick one.
 */
import { z } from "zod";
import { defineStudy } from "../../train/experiment.ts";
import type { Expectation } from "../../study/expectation.ts";
import type { RunRecord } from "../../study/record.ts";
import {
  depthPlans,
  type FirstOverLast,
  type Intervention,
  measureDepth,
} from "./depth.ts";
import { type Kind, kinds } from "./networks.ts";
import {
  measureTraining,
  type Trained,
  trainingName,
  trainingPlans,
} from "./training.ts";

const config = z.strictObject({
  depths: z.array(z.int().min(2).max(64)).min(2)
    .describe("affine layers of the networks that are compared"),
  width: z.int().min(2).max(512).describe("features and units per layer"),
  networks: z.int().min(2).max(1024)
    .describe("networks of each depth and kind, side by side"),
  shrink: z.number().positive().max(1)
    .describe("factor of the one small weight matrix"),
  shift: z.number().min(4).max(30)
    .describe(
      "what is added to the pre-activations of the one saturated layer",
    ),
  trainedDepth: z.int().min(3).max(64).describe(
    "affine layers of the trained networks",
  ),
  trainedNetworks: z.int().min(1).max(64)
    .describe("trained networks of each kind, side by side"),
  updates: z.int().min(2).max(100_000).describe("updates of each kind"),
  measurements: z.int().min(2).max(1000)
    .describe("times that the gradients of all layers are read"),
  learningRate: z.number().positive().max(1).describe("step size of SGD"),
});
type Config = z.output<typeof config>;

const common = { shrink: 0.001, shift: 12, learningRate: 0.01 };

export default defineStudy({
  id: "vanishing-gradients",
  question: "When do gradients die?",
  config,
  presets: {
    smoke: {
      ...common,
      ...{ depths: [2, 8], width: 16, networks: 16 },
      ...{ trainedDepth: 8, trainedNetworks: 2, updates: 120, measurements: 6 },
    },
    quick: {
      ...common,
      ...{ depths: [2, 4, 8, 16, 32], width: 32, networks: 64 },
      ...{ trainedDepth: 16, trainedNetworks: 4 },
      ...{ updates: 1000, measurements: 40 },
    },
    full: {
      ...common,
      ...{ depths: [2, 4, 8, 16, 24, 32], width: 64, networks: 256 },
      // Thirty residual blocks add up to outputs that a larger step makes diverge.
      learningRate: 0.003,
      ...{ trainedDepth: 32, trainedNetworks: 16 },
      ...{ updates: 10_000, measurements: 100 },
    },
  },
  maxReplicas: 1,
  plans: (setting) => ({ ...depthPlans(setting), ...trainingPlans(setting) }),
  steps: ({ config }) =>
    Object.fromEntries(
      kinds.map((kind) => [trainingName(kind), config.updates]),
    ),
  async run(ctx, plans) {
    await measureDepth(ctx, plans);
    await measureTraining(ctx, plans);
  },
  expect: [
    {
      name: "sigmoid",
      expected: "at every depth, a layer passes on at most a quarter",
      check(run) {
        const found = ratios(run, "sigmoid").filter(({ depth }) => depth > 2);
        const measured = Math.max(...found.map(({ perLayer }) => perLayer));
        return { holds: measured <= 0.25, measured };
      },
    },
    ...(["tanh", "relu", "residual"] as const).map((
      kind,
    ): Expectation<RunRecord<Config>> => {
      const least = kind === "residual" ? 1 : 0.7;
      return {
        name: kind,
        expected: `in the deepest network, a layer passes on at least ${least}`,
        check(run) {
          const measured = ratios(run, kind).at(-1)!.perLayer;
          return { holds: measured >= least, measured };
        },
      };
    }),
    {
      name: "one small matrix",
      expected:
        "A_j times the factor: gradients below times the same, to 1e-3, in sigmoid and ReLU networks",
      check(run) {
        const { shrink } = run.config;
        const measured = Math.max(
          ...interventions(run).filter(({ change }) => change === "small")
            .flatMap(({ least, most }) => [least, most])
            .map((ratio) => Math.abs(ratio / shrink - 1)),
        );
        return { holds: measured <= 1e-3, measured };
      },
    },
    {
      name: "one saturated sigmoid layer",
      expected: "gradients below at most 1/1000 of what they were, either way",
      check(run) {
        const measured = Math.max(
          ...interventions(run)
            .filter(({ kind, change }) =>
              kind === "sigmoid" && change !== "small"
            )
            .map(({ most }) => most),
        );
        return { holds: measured <= 1e-3, measured };
      },
    },
    {
      name: "one shifted ReLU layer",
      expected:
        "down: every gradient below is 0; up: at least a hundredth is left",
      check(run) {
        const of = (wanted: Intervention["change"]) =>
          interventions(run)
            .find(({ kind, change }) => kind === "relu" && change === wanted)!;
        const [down, up] = [of("down").most, of("up").least];
        return {
          holds: down === 0 && up >= 0.01,
          measured: `${down}; ${up.toPrecision(3)}`,
        };
      },
    },
    {
      name: "sigmoid learns nothing",
      expected: "loss at least 0.9 of the best constant's",
      check(run) {
        const { lastLoss, constantLoss } = trained(run, "sigmoid");
        const measured = lastLoss / constantLoss;
        return { holds: measured >= 0.9, measured };
      },
    },
    {
      name: "residual learns",
      expected: "loss at most half of the best constant's",
      check(run) {
        const { lastLoss, constantLoss } = trained(run, "residual");
        const measured = lastLoss / constantLoss;
        return { holds: measured <= 0.5, measured };
      },
    },
  ],
});

function ratios({ results }: RunRecord<Config>, of: Kind): FirstOverLast[] {
  return (results.firstOverLast as FirstOverLast[])
    .filter(({ kind }) => kind === of);
}

function interventions({ results }: RunRecord<Config>): Intervention[] {
  return results.interventions as Intervention[];
}

function trained({ results }: RunRecord<Config>, of: Kind): Trained {
  return (results.trained as Trained[]).find(({ kind }) => kind === of)!;
}
