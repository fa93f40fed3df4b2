/**
 * PyTorch programs followed number by number: an MLP and a CNN on MNIST, the
 * AlexNet variant, an MLP on CIFAR-10. On a software adapter the first takes
 * about 5 s, all four half a minute and, the first time, a download of 139 MB.
 */
import { z } from "zod";
import type { Plan } from "../../core/plan.ts";
import type { ImageSets } from "../../data/labelled.ts";
import { defineStudy } from "../../train/experiment.ts";
import type { Expectation } from "../../study/expectation.ts";
import type { RunRecord } from "../../study/record.ts";
import { stage } from "../../train/stage.ts";
import { loadImages } from "../support/images.ts";
import {
  countSteps,
  follow,
  FOLLOWED,
  type Followed,
  isReference,
  relative,
} from "./follow.ts";
import {
  planProgram,
  type ProgramName,
  programNames,
  referenceRuns,
  torchPrograms,
} from "./programs.ts";

const config = z.strictObject({
  programs: z.array(z.enum(programNames)).min(1)
    .refine((names) => new Set(names).size === names.length)
    .describe("PyTorch programs to follow, one after the other, each once"),
  steps: z.int().min(1).max(400)
    .describe("updates of each program, no more than PyTorch made"),
  evaluateEvery: z.int().min(1).max(400)
    .describe("updates between two measurements on the test set"),
});
type Config = z.output<typeof config>;

const whole = { steps: 400, evaluateEvery: 100 };

/** First losses that must agree; later ones may part by rounding. */
const TOGETHER = 50;

export default defineStudy({
  id: "torch-parity",
  question: "Can a PyTorch program be followed number by number?",
  config,
  presets: {
    smoke: { programs: ["mlp"], steps: 60, evaluateEvery: 60 },
    quick: { programs: ["mlp"], ...whole },
    full: { programs: programNames, ...whole },
  },
  plans: ({ config, ...setting }): Record<string, Plan> =>
    Object.assign(
      {},
      ...config.programs.map((name) => planProgram(name, setting)),
    ),
  steps: ({ config }) =>
    Object.assign(
      {},
      ...config.programs.map((name) => countSteps(name, config)),
    ),
  async run(ctx, plans) {
    const loaded: Partial<Record<string, ImageSets>> = {};
    const followed: Followed[] = [];
    for (const name of ctx.config.programs) {
      const { data } = torchPrograms[name];
      const sets = loaded[data] ??= await loadImages(ctx, data);
      const setting = { plans, sets };
      followed.push(
        await stage(ctx, name, () => follow(ctx, name, setting)),
      );
      ctx.result("followed", followed);
    }
  },
  expect: programNames.flatMap(expectations),
});

/** What must hold of one program. */
function expectations(name: ProgramName): Expectation<RunRecord<Config>>[] {
  const { steps, losses, test_accuracy } = referenceRuns[name];
  const applies = (run: RunRecord<Config>) =>
    isReference(run) && run.config.programs.includes(name);
  const first = (count: number, limit: number) => (run: RunRecord<Config>) => {
    const differences = run.series(`${name}.loss`).slice(0, count)
      .map(({ step, value }) => relative(value, losses[step]!));
    const measured = Math.max(...differences);
    return { holds: measured <= limit, measured };
  };
  const together = Math.min(TOGETHER, steps);
  const found: Expectation<RunRecord<Config>>[] = [
    {
      name: `${name}: first loss`,
      expected: "within 1e-5 of PyTorch's, relative",
      applies,
      check: first(1, 1e-5),
    },
    {
      name: `${name}: first ${together} losses`,
      expected: "within 1e-3 of PyTorch's, relative",
      applies,
      check: first(together, FOLLOWED),
    },
  ];
  if (test_accuracy === null) return found;
  return [...found, {
    name: `${name}: test accuracy`,
    expected: `within 0.005 of PyTorch's ${test_accuracy.toFixed(4)}`,
    applies: (run) => applies(run) && run.config.steps >= steps,
    check(run) {
      const accuracies = run.series(`${name}.test.accuracy`);
      const measured = accuracies.at(-1)?.value ?? NaN;
      return { holds: Math.abs(measured - test_accuracy) <= 0.005, measured };
    },
  }];
}
