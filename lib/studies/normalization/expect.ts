/** What counts as an answer. */
import type { Expectation } from "../../study/expectation.ts";
import type { RunRecord } from "../../study/record.ts";
import type { GradientErrors } from "../../train/gradient_check.ts";
import type { Config } from "./experiment.ts";
import type { TorchError } from "./checks.ts";
import type { Spread } from "./company.ts";
import { type Kind, kinds } from "./networks.ts";
import type { Trained } from "./training.ts";

type Run = RunRecord<Config>;

function trained({ results }: Run, kind: Kind): Trained {
  return (results.trained as Trained[]).find((one) => one.kind === kind)!;
}

function spreads({ results }: Run, arm: string): Spread[] {
  return (results.spreads as Spread[]).filter((one) => one.arm === arm);
}

/** Loss of ten equal probabilities. */
const CHANCE = Math.log(10);

/** Updates below which nothing is asked of slow learners. */
const ENOUGH = 1000;

function unmoved(arm: string, name: string): Expectation<RunRecord<Config>> {
  return {
    name,
    expected: "an example's logits are the same in every batch, bit for bit",
    check(run) {
      const measured = Math.max(...spreads(run, arm).map((s) => s.spread));
      return { holds: measured === 0, measured };
    },
  };
}

/** Expectations of the experiment. */
export const expectations: readonly Expectation<RunRecord<Config>>[] = [
  {
    name: "gradients",
    expected:
      "within 1e-4 of reverse mode and of central differences in float64, relative",
    check({ results }) {
      const errors = results.gradients as GradientErrors[];
      const measured = Math.max(
        ...errors.flatMap(({ reverse, central }) => [reverse, central]),
      );
      return { holds: measured <= 1e-4, measured };
    },
  },
  {
    name: "PyTorch",
    expected: "outputs, gradients and running statistics within 1e-5, relative",
    check({ results }) {
      const errors = (results.PyTorch as TorchError[]).map((e) => e.error);
      const measured = Math.max(...errors);
      return { holds: errors.length === 11 && measured <= 1e-5, measured };
    },
  },
  {
    name: "sigmoid alone stands still",
    expected: "training loss at least 0.95 log 10",
    check(run) {
      const measured = trained(run, "none").trainingLoss / CHANCE;
      return { holds: measured >= 0.95, measured };
    },
  },
  {
    name: "with batch normalization it learns",
    expected: "training loss at most half of log 10",
    check(run) {
      const measured = trained(run, "batch").trainingLoss / CHANCE;
      return { holds: measured <= 0.5, measured };
    },
  },
  {
    name: "with layer normalization it learns later",
    expected:
      "training loss between that with batch normalization and 0.9 of that without",
    applies: ({ config }) => config.steps >= ENOUGH,
    check(run) {
      const [none, batch, layer] = kinds.map((kind) =>
        trained(run, kind).trainingLoss
      ) as [number, number, number];
      return { holds: batch < layer && layer <= 0.9 * none, measured: layer };
    },
  },
  {
    name: "gradients without",
    expected:
      "before training, the first layer's is at most a hundredth of the last hidden one's",
    check(run) {
      const measured = trained(run, "none").firstOverLast;
      return { holds: measured <= 0.01, measured };
    },
  },
  {
    name: "gradients with batch normalization",
    expected:
      "before training, the first layer's is at least as large as the last hidden one's",
    check(run) {
      const measured = trained(run, "batch").firstOverLast;
      return { holds: measured >= 1, measured };
    },
  },
  {
    name: "gradients with layer normalization",
    expected:
      "that ratio is at least five times as large as without, and below 1",
    check(run) {
      const measured = trained(run, "layer").firstOverLast;
      const without = trained(run, "none").firstOverLast;
      return { holds: measured >= 5 * without && measured < 1, measured };
    },
  },
  {
    name: "differences with batch normalization",
    expected:
      "examples differ by a standard deviation of 1, to 1 %, in front of the last hidden sigmoid",
    check(run) {
      const measured = trained(run, "batch").difference;
      return { holds: Math.abs(measured - 1) <= 0.01, measured };
    },
  },
  {
    name: "differences with layer normalization",
    expected: "that deviation is below 0.5, and larger than without",
    check(run) {
      const measured = trained(run, "layer").difference;
      const without = trained(run, "none").difference;
      return { holds: measured < 0.5 && measured > without, measured };
    },
  },
  {
    name: "batch normalization in company",
    expected:
      "an example's logits move with the batch, less in the largest batches than in the smallest",
    check(run) {
      const found = spreads(run, "batch").map(({ spread }) => spread);
      const measured = found.at(-1)! / found[0]!;
      return { holds: found.at(-1)! > 1e-3 && measured < 1, measured };
    },
  },
  unmoved("evaluation", "batch normalization in evaluation"),
  unmoved("layer", "layer normalization in company"),
];
