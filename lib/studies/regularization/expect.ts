/** What counts as an answer. */
import type { Expectation } from "../../study/expectation.ts";
import type { RunRecord } from "../../study/record.ts";
import type { Config } from "./experiment.ts";
import { mean } from "../support/statistics.ts";
import { type Arm, arms } from "./arms.ts";
import type { Masks } from "./masks.ts";
import { gainsOf, gapOf, valuesOf } from "./report.ts";
import type { Ended } from "./training.ts";

type Run = RunRecord<Config>;
type Name = Arm["name"];

function ended({ results }: Run): Ended[] {
  return results.networks as Ended[];
}

/** Values of an arm over those without regularization, seed by seed: the same images, the same first weights. */
function ratios(run: Run, arm: Name, of: (one: Ended) => number): number[] {
  const without = valuesOf(ended(run), "none", of);
  return valuesOf(ended(run), arm, of)
    .map((value, s) => value / without[s]!);
}

/** The gap in loss, seed by seed below that without. */
function narrower(arm: Name, name: string): Expectation<RunRecord<Config>> {
  return {
    name,
    expected: "smaller than without in every seed; measured: mean ratio",
    check(run) {
      const found = ratios(run, arm, gapOf);
      return { holds: Math.max(...found) < 1, measured: mean(found) };
    },
  };
}

/** Runs long enough for accuracy to settle. */
const isLong = ({ config }: Run) => config.steps >= 1000;

/** The gap in loss after a third of the updates, seed by seed. */
function earlyGaps(run: Run, arm: Name): number[] {
  const at = (set: string, seed: number) =>
    run.series(`${arm}.${set}.loss`, seed)
      .find(({ step }) => step >= run.config.steps / 3)!.value;
  return Array.from(
    { length: run.config.seeds },
    (_, seed) => at("test", seed) - at("train", seed),
  );
}

/** The smallest test loss on the way, seed by seed. */
function lowestTestLosses(run: Run, arm: Name): number[] {
  return Array.from({ length: run.config.seeds }, (_, seed) => {
    const losses = run.series(`${arm}.test.loss`, seed);
    return Math.min(...losses.map(({ value }) => value));
  });
}

/** Test accuracy that stays about as it is. */
function asAccurate(arm: Name, name: string): Expectation<RunRecord<Config>> {
  return {
    name,
    expected: "within 0.02 of that without, mean over the seeds",
    applies: isLong,
    check(run) {
      const measured = mean(gainsOf(ended(run), arm));
      return { holds: Math.abs(measured) <= 0.02, measured };
    },
  };
}

/** Expectations of the experiment. */
export const expectations: readonly Expectation<RunRecord<Config>>[] = [
  {
    name: "share of ones",
    expected: "q, within five standard errors",
    check({ config, results }) {
      const { kept, masks } = (results.masks as Masks[])[0]!;
      const q = 1 - config.dropProbability;
      // 256 numbers in every mask.
      const error = Math.sqrt(q * (1 - q) / masks / 256);
      return { holds: Math.abs(kept - q) <= 5 * error, measured: kept };
    },
  },
  {
    name: "mean of R ⊙ h / q",
    expected:
      "differs from h by one standard error, root mean square over the numbers, to a fifth",
    check({ results }) {
      const measured = (results.masks as Masks[])[0]!.scaled;
      return { holds: Math.abs(measured - 1) <= 0.2, measured };
    },
  },
  {
    name: "mean of R ⊙ h",
    expected: "differs from h by more than ten standard errors",
    check({ results }) {
      const measured = (results.masks as Masks[])[0]!.unscaled;
      return { holds: measured > 10, measured };
    },
  },
  {
    name: "weight decay",
    expected:
      "fifty steps with decay 2λ end where those on ρ + λ‖θ‖² in float64 do, to 1e-5",
    check({ results }) {
      const measured = results.weightDecayError as number;
      return { holds: measured <= 1e-5, measured };
    },
  },
  {
    name: "overfitting without",
    expected: "test loss at least twice the training loss in every seed",
    check(run) {
      const measured = Math.min(
        ...valuesOf(
          ended(run),
          "none",
          (one) => one.testLoss / one.trainingLoss,
        ),
      );
      return { holds: measured >= 2, measured };
    },
  },
  narrower("l2", "gap with L2"),
  {
    name: "gap with dropout, a third of the way",
    expected: "smaller than without in every seed; measured: mean ratio",
    applies: isLong,
    check(run) {
      const without = earlyGaps(run, "none");
      const found = earlyGaps(run, "dropout")
        .map((gap, s) => gap / without[s]!);
      return { holds: Math.max(...found) < 1, measured: mean(found) };
    },
  },
  {
    name: "gap with dropout",
    expected:
      "at the end within 20 % of that without, mean over the seeds; measured: mean ratio",
    applies: isLong,
    check(run) {
      const measured = mean(ratios(run, "dropout", gapOf));
      return { holds: Math.abs(measured - 1) <= 0.2, measured };
    },
  },
  narrower("both", "gap with both"),
  {
    name: "lowest test loss",
    expected:
      "over the run, lower with dropout and with L2 than without, lowest with both; means over the seeds, measured: with both over without",
    applies: isLong,
    check(run) {
      const [none, dropout, l2, both] = arms.map(({ name }) =>
        mean(lowestTestLosses(run, name))
      ) as [number, number, number, number];
      const each = Math.max(dropout, l2) < none;
      const all = both < Math.min(dropout, l2);
      return { holds: each && all, measured: both / none };
    },
  },
  asAccurate("dropout", "accuracy with dropout"),
  asAccurate("l2", "accuracy with L2"),
  asAccurate("both", "accuracy with both"),
  {
    name: "weights with L2",
    expected: "‖θ‖² smaller than without in every seed; measured: mean ratio",
    check(run) {
      const found = ratios(run, "l2", ({ squaredNorm }) => squaredNorm);
      return { holds: Math.max(...found) < 1, measured: mean(found) };
    },
  },
  {
    name: "price",
    expected:
      "training loss with L2 higher than without in every seed; measured: mean ratio",
    check(run) {
      const found = ratios(run, "l2", ({ trainingLoss }) => trainingLoss);
      return { holds: Math.min(...found) > 1, measured: mean(found) };
    },
  },
];
