/** What counts as having learned labels by heart. */
import type { Expectation } from "../../study/expectation.ts";
import type { RunRecord } from "../../study/record.ts";
import type { Config } from "./experiment.ts";
import { mean } from "../support/statistics.ts";
import { seriesName } from "./progress.ts";

type Run = RunRecord<Config>;

/** Parameters of the network at full width. */
const FULL_PARAMETERS = 8_925_738;

/** Values of a series at one step, one per seed. */
function valuesAt(run: Run, series: string, step: number): number[] {
  return Array.from(
    { length: run.config.seeds },
    (_, seed) =>
      run.series(series, seed).find((row) => row.step === step)?.value ?? NaN,
  );
}

/** Mean over the seeds of a series whose step is the percentage of random labels. */
function meanAt(run: Run, series: string, ratio: number): number {
  return mean(valuesAt(run, series, Math.round(100 * ratio)));
}

/** Best training accuracy of every network with some share of random labels. */
function bestAccuracies(run: Run, ratio: number): number[] {
  return Array.from({ length: run.config.seeds }, (_, seed) =>
    Math.max(
      ...run.series(seriesName(ratio, "accuracy"), seed)
        .map(({ value }) => value),
    ));
}

const hasEnds = ({ config: { ratios } }: Run) =>
  ratios[0] === 0 && ratios.at(-1) === 1;

/** Whether errors are means over enough labels: chance scatters where one network guesses by few. */
const hasMany = ({ config: { images, seeds } }: Run) => images * seeds >= 400;

/** Expectations of the experiment. */
export const expectations: readonly Expectation<RunRecord<Config>>[] = [
  {
    name: "parameters",
    expected: `the full network has ${FULL_PARAMETERS} parameters`,
    applies: ({ config }) => config.width === 1,
    check({ results }) {
      const measured = results.parameters as number;
      return { holds: measured === FULL_PARAMETERS, measured };
    },
  },
  {
    name: "starts at chance",
    expected:
      "mean loss of the first batch within 0.05 of log 10 at every ratio",
    // Larger first weights guess, and pay for it.
    applies: ({ config }) => config.gain <= 1,
    check(run) {
      const distances = run.config.ratios.map((ratio) =>
        Math.abs(
          mean(valuesAt(run, seriesName(ratio, "loss"), 0)) - Math.log(10),
        )
      );
      const measured = Math.max(...distances);
      return { holds: measured <= 0.05, measured };
    },
  },
  {
    name: "random labels are fitted",
    expected:
      "training accuracy of 0.99 or more, at 100 % random labels, of every network",
    applies: ({ config }) => config.ratios.includes(1),
    check(run) {
      const measured = Math.min(...bestAccuracies(run, 1));
      return { holds: measured >= 0.99, measured };
    },
  },
  {
    name: "every ratio is fitted",
    expected: "training accuracy of 0.99 or more of every network",
    check(run) {
      const measured = Math.min(
        ...run.config.ratios.flatMap((ratio) => bestAccuracies(run, ratio)),
      );
      return { holds: measured >= 0.99, measured };
    },
  },
  {
    name: "random labels take longer",
    expected:
      "mean number of epochs to fit at 100 % random labels over that at 0 % above 1",
    applies: (run) => hasEnds(run) && hasMany(run),
    check(run) {
      const measured = meanAt(run, "fit.epochs", 1) /
        meanAt(run, "fit.epochs", 0);
      return { holds: measured > 1, measured };
    },
  },
  {
    name: "test error rises",
    expected: "mean test error higher at every larger share of random labels",
    check(run) {
      const errors = run.config.ratios
        .map((ratio) => meanAt(run, "final.test.error", ratio));
      return {
        holds: errors.every((error, i) => i === 0 || error > errors[i - 1]!),
        measured: errors.map((error) => error.toFixed(3)).join(", "),
      };
    },
  },
  {
    name: "test error of chance",
    expected: "mean test error at 100 % random labels from 0.87 to 0.93",
    applies: (run) => hasMany(run) && run.config.ratios.includes(1),
    check(run) {
      const measured = meanAt(run, "final.test.error", 1);
      return { holds: measured >= 0.87 && measured <= 0.93, measured };
    },
  },
  {
    name: "worse than knowing nothing",
    expected: "mean test loss at 100 % random labels above log 10",
    applies: ({ config }) => config.ratios.includes(1),
    check(run) {
      const measured = meanAt(run, "final.test.loss", 1);
      return { holds: measured > Math.log(10), measured };
    },
  },
];
