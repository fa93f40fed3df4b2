/**
 * Both inception modules: every parameter and operation counted in their plans,
 * and the time of every convolution. On a software adapter about 2 s at the
 * smoke size and half a minute at the quick one.
 */
import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import {
  convolutionsOf,
  EXERCISE,
  type ModuleName,
  moduleNames,
  type ModuleSize,
} from "./sections/modules.ts";
import { PRINTED } from "./sections/printed.ts";
import {
  type ConvolutionCost,
  convolutionCost,
  quantities,
  totalCost,
} from "../../math/convolution_cost.ts";
import { defineStudy } from "../../train/experiment.ts";
import type { Expectation } from "../../study/expectation.ts";
import type { RunRecord } from "../../study/record.ts";
import { type CountedRow, measureModules, modulePlans } from "./modules.ts";

const channels = z.int().min(1).max(1024);
const config = z.strictObject({
  image: z.int().min(1).max(256).describe("height and width of the image"),
  inputs: channels.describe("channels of the image"),
  channels: z.tuple([channels, channels, channels])
    .describe("channels of the branches 1 × 1, 3 × 3 and 5 × 5"),
  bottleneck: channels.describe("channels of the 1 × 1 bottlenecks"),
  batch: z.int().min(1).max(256).describe("images of a forward pass"),
  samples: z.int().min(1).max(1000)
    .describe("times that each convolution is timed; the best counts"),
  sampleMs: z.int().min(1).max(10_000)
    .describe(
      "ms that a sample lasts at least, many times the 12 ms to which waiting is rounded",
    ),
});
type Config = z.output<typeof config>;

const [one, three, five] = EXERCISE.channels;
const exercise = {
  ...EXERCISE,
  channels: [one, three, five] as [number, number, number],
};

export default defineStudy({
  id: "inception-cost",
  question: "What does the bottleneck save?",
  config,
  presets: {
    smoke: {
      ...{ image: 8, inputs: 32, channels: [16, 24, 12], bottleneck: 8 },
      ...{ batch: 1, samples: 2, sampleMs: 20 },
    },
    quick: { ...exercise, batch: 1, samples: 25, sampleMs: 60 },
    full: { ...exercise, batch: 32, samples: 50, sampleMs: 200 },
  },
  maxReplicas: 1,
  plans: modulePlans,
  run: measureModules,
  expect: [
    ...moduleNames.map((name): Expectation<RunRecord<Config>> => ({
      name: `${name}: derived = counted`,
      expected:
        "parameters, additions, multiplications and activations of every convolution and of the module",
      check: (run) =>
        compare(countedOf(run, name), derivedOf(name, run.config)),
    })),
    {
      name: "the printed tables",
      expected: "every cell of both tables of the source",
      applies: ({ config }) => isExercise(config),
      check(run) {
        const found = moduleNames.map((name) =>
          compare(countedOf(run, name), PRINTED[name])
        );
        return {
          holds: found.every(({ holds }) => holds),
          measured: found.map(({ measured }) => measured).join("; "),
        };
      },
    },
    {
      name: "time saved",
      expected: "the naive module takes at least 1.5 times as long",
      applies: ({ config }) => isExercise(config),
      check({ results }) {
        const ratio = Number(results["naive.ms"]) /
          Number(results["bottleneck.ms"]);
        return {
          holds: ratio >= 1.5,
          measured: `${ratio.toFixed(2)} times as long`,
        };
      },
    },
  ],
});

function isExercise({ image, inputs, channels, bottleneck }: Config): boolean {
  return isDeepStrictEqual({ image, inputs, channels, bottleneck }, EXERCISE);
}

function countedOf(
  { results }: RunRecord<Config>,
  name: ModuleName,
): CountedRow[] {
  return results[`${name} module, counted and measured`] as CountedRow[];
}

function derivedOf(name: ModuleName, size: ModuleSize): ConvolutionCost[] {
  const costs = convolutionsOf(name, size).map(convolutionCost);
  return [...costs, totalCost(costs)];
}

/** How many cells of two tables are equal; all must be. */
function compare(
  counted: readonly ConvolutionCost[],
  expected: readonly ConvolutionCost[],
): { holds: boolean; measured: string } {
  const cells = quantities.length * expected.length;
  const equal =
    expected.flatMap((cost, i) =>
      quantities.filter((quantity) => counted[i]?.[quantity] === cost[quantity])
    ).length;
  return {
    holds: equal === cells && counted.length === expected.length,
    measured: `${equal} of ${cells} cells`,
  };
}
