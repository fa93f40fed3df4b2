/** What became of the networks of some ratios. */
import type { Evaluation } from "../../train/evaluate.ts";
import type { ExperimentContext } from "../../train/experiment.ts";
import type { Config } from "./experiment.ts";
import { mean } from "../support/statistics.ts";
import type { Notes, Row } from "./progress.ts";

/** Test error of guessing one of ten classes. */
export const CHANCE = 0.9;

/** Records the last values of every ratio and returns the table of all ratios so far. */
export function report(
  ctx: ExperimentContext<Config>,
  { ratios, notes, train, test }: {
    ratios: readonly number[];
    notes: Notes;
    train: Evaluation;
    test: Evaluation;
  },
): readonly Row[] {
  const { seeds } = ctx.config;
  const anyFitted = notes.fitted.some((epoch) => epoch !== null);
  const rows = ratios.map((ratio, i): Row => {
    const own = <T>(all: readonly T[]) => all.slice(i * seeds, (i + 1) * seeds);
    const percent = Math.round(100 * ratio);
    const errors = own(test.accuracy!).map((accuracy) => 1 - accuracy);
    const epochs = own(notes.fitted);
    ctx.record("final.test.error", percent, errors);
    ctx.record("final.test.loss", percent, own(test.loss));
    if (anyFitted) {
      ctx.record(
        "fit.epochs",
        percent,
        epochs.map((epoch) => epoch ?? Infinity),
      );
    }
    const found = epochs.filter((epoch) => epoch !== null);
    const all = found.length === seeds;
    return {
      "random labels (%)": percent,
      "training accuracy": mean(own(train.accuracy!)),
      "training loss": mean(own(train.loss)),
      "test error": mean(errors),
      "epochs to fit": all ? mean(found) : null,
      "seconds to fit": all
        ? Math.round(mean(found) * notes.seconds / notes.epochs)
        : null,
    };
  });
  const table = [...notes.rows, ...rows];
  const [first] = table;
  // What copying costs is known from the error without random labels.
  if (first && first["random labels (%)"] === 0) {
    for (const ratio of ratios) {
      const copied = (1 - ratio) * first["test error"] + CHANCE * ratio;
      ctx.record("copied.test.error", Math.round(100 * ratio), copied);
    }
  }
  return table;
}
