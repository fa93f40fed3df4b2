/** Many runs of one small network: same loss, other parameters, and what lies between them. About 10 s on a software adapter. */
import { z } from "zod";
import { NablaError } from "../../core/errors.ts";
import { TorchRandom } from "../../core/random.ts";
import { matrix } from "../../study/derivation/algebra.ts";
import { outputs as exactOutputs } from "./sections/network.ts";
import { buildPlan } from "../../nn/plan.ts";
import { sgd } from "../../nn/optimizers/sgd.ts";
import { meanSquaredError } from "../../nn/losses/squared_error.ts";
import { defineStudy } from "../../train/experiment.ts";
import type { RunRecord } from "../../study/record.ts";
import {
  compareAverages,
  compareCopies,
  comparePairs,
  farthest,
} from "./compare.ts";
import { probe } from "./probe.ts";
import { drawPoints, modelOf, train } from "./train.ts";
import { mean } from "../support/statistics.ts";

const config = z.strictObject({
  runs: z.int().min(2).max(4096).describe("networks that learn side by side"),
  units: z.int().min(2).max(64)
    .describe("tanh units, of the teacher and of the networks that learn"),
  examples: z.int().min(8).max(100_000).describe("points to learn from"),
  batchSize: z.int().min(1).max(100_000).describe("examples per update"),
  learningRate: z.number().positive().max(10).describe("step size of SGD"),
  momentum: z.number().min(0).max(0.999).describe("momentum of SGD"),
  steps: z.int().min(100).max(10_000_000).describe("updates"),
  points: z.int().min(8).max(100_000)
    .describe("fresh points that runs are compared on"),
  arrived: z.number().positive().max(1)
    .describe("mean squared error at which a run counts as arrived"),
});
type Config = z.output<typeof config>;
type Record = RunRecord<Config>;

const setting = {
  units: 4,
  examples: 128,
  batchSize: 64,
  learningRate: 0.1,
  momentum: 0.9,
  points: 512,
  arrived: 1e-6,
};

/** Networks on the straight line between two runs: one every 2 %. */
const linePoints = 51;
export default defineStudy({
  id: "local-minima",
  question: "Two runs, same loss: what lies between them?",
  config,
  presets: {
    smoke: { ...setting, runs: 16, steps: 3000 },
    quick: { ...setting, runs: 32, steps: 6000 },
    full: { ...setting, runs: 256, steps: 30_000 },
  },
  // The runs that are compared are the replicas.
  maxReplicas: 1,
  plans({ config, target }) {
    const model = modelOf(config);
    const common = { model, loss: meanSquaredError(), target };
    return {
      training: buildPlan({
        name: "train",
        ...common,
        optimizer: sgd({ momentum: config.momentum }),
        batch: config.batchSize,
        replicas: config.runs,
      }),
      probing: buildPlan({
        name: "probe",
        ...common,
        gradients: false,
        batch: config.points,
        replicas: linePoints,
        outputs: ["dense2"],
      }),
    };
  },
  steps: ({ config }) => ({ training: config.steps }),
  async run(ctx, plans) {
    const random = new TorchRandom(ctx.seed);
    const { networks, curves } = await train(ctx, plans.training, random);
    const program = await ctx.gpu.compile(plans.probing);
    const points = drawPoints(random, ctx.config, ctx.config.points);
    const runs = (await probe(program, networks, points))
      .map((probed, replica) => (
        { replica, network: networks[replica]!, ...probed }
      ));
    const isThere = ({ loss }: { loss: number }) => loss <= ctx.config.arrived;
    const arrived = runs.filter(isThere);
    ctx.result("losses", runs.map(({ loss }) => loss));
    if (arrived.length < 2) {
      throw new NablaError(
        `Cannot compare runs: ${arrived.length} of ${runs.length} arrived at a loss of ${ctx.config.arrived}, needs 2; raise steps or runs`,
      );
    }
    const behind = runs.find((run) => !isThere(run));
    const shown = { first: arrived[0], second: arrived[1], behind };
    for (const [name, run] of Object.entries(shown)) {
      if (!run) continue;
      for (const { step, loss } of curves) {
        ctx.record(`curve.${name}`, step, loss[run.replica]!);
      }
    }
    const x = matrix(points.target.length, 2, points.x);
    const errors = arrived.map((run) =>
      farthest(run.outputs, exactOutputs(run.network, x).data)
    );
    ctx.result("error", Math.max(...errors));
    await compareCopies(ctx, { arrived, program, points });
    await comparePairs(ctx, { arrived, program, points });
    await compareAverages(ctx, { arrived, program, points });
  },
  expect: [
    {
      name: "same loss",
      expected: "two runs and more arrive",
      check({ config, results }) {
        const losses = results.losses as number[];
        const count = losses.filter((loss) => loss <= config.arrived).length;
        return { holds: count >= 2, measured: `${count} of ${losses.length}` };
      },
    },
    {
      name: "left behind",
      expected: "one run and more stays above 1000 times that loss",
      // Among few runs there may be none.
      applies: ({ config }) => config.runs >= 32,
      check({ config, results }) {
        const losses = results.losses as number[];
        const behind = losses.filter((loss) =>
          !(loss <= 1000 * config.arrived)
        );
        return {
          holds: behind.length > 0,
          measured: `${behind.length} of ${losses.length}`,
        };
      },
    },
    {
      name: "other parameters",
      expected: "θ of two runs at least half of its size apart, on average",
      check(run) {
        const distances = pairsOf(run).map(({ distance }) => distance!);
        const measured = mean(distances);
        return { holds: measured >= 0.5, measured };
      },
    },
    {
      name: "same function",
      expected: "outputs of two runs within 0.01, root mean square",
      check(run) {
        const measured = worst(run, "function difference");
        return { holds: measured <= 0.01, measured };
      },
    },
    {
      name: "rearranged copy",
      expected:
        "outputs within 1e-5 of the run's own, θ at least half of its size away",
      check({ results }) {
        const distance = results["copies.distance"] as number;
        const measured = results["copies.difference"] as number;
        return { holds: measured <= 1e-5 && distance >= 0.5, measured };
      },
    },
    {
      name: "barrier",
      expected: "highest loss between two runs at least 0.01, on average",
      check(run) {
        const measured = mean(
          pairsOf(run).map((pair) => pair["highest loss between"]!),
        );
        return { holds: measured >= 0.01, measured };
      },
    },
    {
      name: "aligned",
      expected: "between any two aligned runs at most 10 times what they have",
      check(run) {
        const measured = worst(run, "highest loss aligned");
        return { holds: measured <= 10 * run.config.arrived, measured };
      },
    },
    {
      name: "GPU against float64",
      expected: "every output of a run that arrived within 1e-5 of float64",
      check({ results }) {
        const measured = results.error as number;
        return { holds: measured <= 1e-5, measured };
      },
    },
    average("parameters", { expected: "at least 0.01", least: 0.01 }),
    average("outputs", { expected: "no more than a run may have", most: 1 }),
    average("aligned", { expected: "at most 10 times as much", most: 10 }),
  ],
});

type Pair = { readonly [name: string]: number };

const pairsOf = ({ results }: Pick<Record, "results">) =>
  results.pairs as Pair[];

/** The largest of a quantity over all pairs. */
function worst(run: Record, quantity: string): number {
  return Math.max(...pairsOf(run).map((pair) => pair[quantity]!));
}

/** What the average of all runs makes of the loss; `most` counts in losses at which a run counts as arrived. */
function average(
  of: string,
  { expected, least = 0, most = Infinity }: {
    expected: string;
    least?: number;
    most?: number;
  },
) {
  return {
    name: `average of ${of === "aligned" ? "aligned parameters" : of}`,
    expected: `loss ${expected}`,
    check(run: Record) {
      const measured = run.series(`average.${of}`).at(-1)!.value;
      const holds = measured >= least &&
        measured <= most * run.config.arrived;
      return { holds, measured };
    },
  };
}
