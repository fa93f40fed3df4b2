/** What counts as an answer. */
import type { Expectation } from "../../study/expectation.ts";
import type { RunRecord } from "../../study/record.ts";
import type { Config } from "./experiment.ts";
import { mean } from "../support/statistics.ts";
import type { Summary } from "./report.ts";

type Run = RunRecord<Config>;

/** Mean over the sets at the first and at the last learning rate. */
function ends(run: Run, name: string): { slow: number; fast: number } {
  const at = (place: number) => mean(valuesAt(run, name, place));
  return { slow: at(0), fast: at(run.config.rates.length - 1) };
}

/** Values at one learning rate, one per set. */
function valuesAt(run: Run, name: string, place: number): number[] {
  return Array.from(
    { length: run.config.sets },
    (_, set) =>
      run.series(`rate.${name}`, set)
        .find(({ step }) => step === place)!.value,
  );
}

/** Expectations of the experiment. */
export const expectations: readonly Expectation<RunRecord<Config>>[] = [
  {
    name: "convergence",
    expected:
      "training loss below 1e-5 on every set at the two largest learning rates",
    applies: ({ config }) => config.steps >= 20_000,
    check(run) {
      const last = run.config.rates.length - 1;
      const measured = Math.max(
        ...[last - 1, last].flatMap((place) => valuesAt(run, "train", place)),
      );
      return { holds: measured < 1e-5, measured };
    },
  },
  {
    name: "smaller gradients",
    expected:
      "the largest learning rate ends with a smaller variation of the gradient than the smallest",
    check(run) {
      const { slow, fast } = ends(run, "variation");
      return { holds: fast < slow, measured: fast / slow };
    },
  },
  {
    name: "flatter solutions",
    expected:
      "per unit of training loss, that variation is smaller at the largest learning rate than at the smallest",
    check(run) {
      const [variation, train] = [ends(run, "variation"), ends(run, "train")];
      const measured = variation.fast / train.fast /
        (variation.slow / train.slow);
      return { holds: measured < 1, measured };
    },
  },
  {
    name: "test loss",
    expected: "lower at the largest learning rate than at the smallest",
    applies: ({ config }) => config.steps >= 20_000,
    check(run) {
      const { slow, fast } = ends(run, "test");
      return { holds: fast < slow, measured: fast / slow };
    },
  },
  {
    name: "weight decay",
    expected:
      "chosen by validation loss, weight decay has a lower test loss than SGD alone",
    check({ results }) {
      const [plain, decayed] = results.chosen as [Summary, Summary];
      const measured = decayed.test / plain.test;
      return { holds: measured < 1, measured };
    },
  },
];
