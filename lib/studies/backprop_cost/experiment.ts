/**
 * What a step costs: products and memory of random networks, derived and counted
 * in their plans, and the time of steps over batch, depth and width. On a software
 * adapter about 3 s at the smoke size and a minute at the quick one.
 */
import { z } from "zod";
import { defineStudy } from "../../train/experiment.ts";
import type { RunRecord } from "../../study/record.ts";
import {
  compareCounts,
  type Compared,
  measureSweeps,
  settingsOf,
} from "./measure.ts";
import { type Counted, stepPlan } from "./networks.ts";

const size = z.int().min(1).max(8192);
const sizes = z.array(size).min(2);
const config = z.strictObject({
  networks: z.int().min(2).max(1000)
    .describe("random networks whose plans are counted"),
  base: z.strictObject({
    inputs: size.describe("inputs I"),
    hidden: z.int().min(1).max(100).describe("hidden layers K"),
    units: size.describe("units L of a hidden layer"),
    outputs: size.describe("outputs O"),
    batch: size.describe("examples M"),
  }).describe("the network that is timed; one size at a time is replaced"),
  batches: sizes.describe("batches M that are timed"),
  depths: z.array(z.int().min(1).max(100)).min(2)
    .describe("numbers K of hidden layers that are timed"),
  widths: sizes.describe("widths L that are timed"),
  samples: z.int().min(1).max(1000)
    .describe("times that each step is timed; the best counts"),
  sampleMs: z.int().min(1).max(10_000)
    .describe(
      "ms that a sample lasts at least, many times the 12 ms to which waiting is rounded",
    ),
});
type Config = z.output<typeof config>;

/** Share of the variance of time that a line over M must explain. */
const LINEAR = 0.98;

export default defineStudy({
  id: "backprop-cost",
  question: "What does a step cost?",
  config,
  presets: {
    smoke: {
      networks: 4,
      base: { inputs: 16, hidden: 2, units: 16, outputs: 8, batch: 8 },
      ...{ batches: [8, 16], depths: [1, 2], widths: [8, 16] },
      ...{ samples: 1, sampleMs: 20 },
    },
    quick: {
      networks: 50,
      base: { inputs: 128, hidden: 3, units: 192, outputs: 32, batch: 128 },
      batches: [64, 128, 256, 512, 768],
      depths: [1, 2, 4, 8],
      widths: [64, 128, 256, 384],
      ...{ samples: 14, sampleMs: 100 },
    },
    full: {
      networks: 50,
      base: { inputs: 1024, hidden: 4, units: 2048, outputs: 256, batch: 1024 },
      batches: [512, 1024, 2048, 3072, 4096, 6144, 8192],
      depths: [1, 2, 4, 8, 16],
      widths: [512, 1024, 2048, 3072, 4096],
      ...{ samples: 30, sampleMs: 200 },
    },
  },
  maxReplicas: 1,
  plans: ({ config, target }) =>
    settingsOf(config, "width").map((setting) => stepPlan(setting, target)),
  async run(ctx) {
    const compared = await compareCounts(ctx);
    ctx.result("networks", [summary(compared)]);
    ctx.result("random networks", compared.slice(0, SHOWN).map(shown));
    await measureSweeps(ctx);
  },
  expect: [
    {
      name: "derived = counted",
      expected:
        "products forward and backward, parameters, gradients and kept outputs of every random network",
      check(run) {
        const { equal, all } = summaryOf(run);
        return { holds: equal === all, measured: `${equal} of ${all}` };
      },
    },
    {
      name: "the formula of 002",
      expected:
        "right in all networks with d = 2 d_H and in no other; the corrected one in all",
      check(run) {
        const { all, printed, printedElsewhere, special, corrected } =
          summaryOf(run);
        return {
          holds: printed === special && printedElsewhere === 0 &&
            corrected === all,
          measured:
            `${printed} of ${special} with d = 2 d_H, ${printedElsewhere} of ${
              all - special
            } others; corrected ${corrected} of ${all}`,
        };
      },
    },
    {
      name: "time over M",
      expected: `a line explains at least ${LINEAR} of its variance (R²)`,
      applies: ({ config }) => config.batches.length > 2,
      check({ results }) {
        const measured = Number(results["batch.explained"]);
        return { holds: measured >= LINEAR, measured };
      },
    },
  ],
});

/** Random networks that the record shows one by one. */
const SHOWN = 10;

/** In how many random networks what holds. */
interface Summary {
  readonly all: number;
  readonly equal: number;
  /** Networks with d = 2 d_H, and those of them where the printed formula is right. */
  readonly special: number;
  readonly printed: number;
  readonly printedElsewhere: number;
  readonly corrected: number;
}

function summary(compared: readonly Compared[]): Summary {
  const count = (holds: (one: Compared) => boolean) =>
    compared.filter(holds).length;
  const isSpecial = ({ inputs, units }: Compared) => inputs === 2 * units;
  const operations = ({ counted, hidden, units, outputs, batch }: Compared) =>
    counted.forward + counted.backward +
    batch * (hidden * units + 2 * outputs);
  const isPrinted = (one: Compared) => one.claimed === operations(one);
  return {
    all: compared.length,
    equal: count(({ derived, counted }) =>
      (Object.keys(derived) as (keyof Counted)[])
        .every((key) => derived[key] === counted[key])
    ),
    special: count(isSpecial),
    printed: count((one) => isSpecial(one) && isPrinted(one)),
    printedElsewhere: count((one) => !isSpecial(one) && isPrinted(one)),
    corrected: count((one) => one.corrected === operations(one)),
  };
}

function summaryOf({ results }: RunRecord<Config>): Summary {
  const [found] = results.networks as [Summary];
  return found;
}

/** A random network as a row of the record. */
function shown({ counted, claimed, corrected, ...one }: Compared) {
  const { inputs, hidden, units, outputs, batch } = one;
  return {
    network: `${inputs}, ${hidden} × ${units}, ${outputs}`,
    M: batch,
    forward: counted.forward,
    backward: counted.backward,
    parameters: counted.parameters,
    kept: counted.kept,
    "formula of 002": claimed,
    corrected,
  };
}
