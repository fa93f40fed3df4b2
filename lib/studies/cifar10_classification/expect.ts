/** What the runs must show. */
import type { Expectation } from "../../study/expectation.ts";
import type { RunRecord } from "../../study/record.ts";
import type { Config } from "./experiment.ts";
import { mean } from "../support/statistics.ts";
import { titles } from "./models.ts";
import type { Final } from "./train.ts";

type Run = RunRecord<Config>;

/** Epochs whose mean stands for the end of a curve: single ones go up and down by a percent. */
const LAST = 5;

/** Mean of the last epochs of a series, or of as many before those. */
function end(run: Run, series: string, { before = 0 } = {}): number {
  const values = run.series(series).map(({ value }) => value);
  const chosen = values.slice(
    -LAST * (before + 1),
    values.length - LAST * before,
  );
  return mean(chosen);
}

/** Training accuracy less validation accuracy at the end. */
function gap(run: Run, network: string): number {
  return end(run, `${network}.train.accuracy`) -
    end(run, `${network}.validation.accuracy`);
}

function last(run: Run, series: string): number {
  return run.series(series).at(-1)!.value;
}

/** Whether the MLP has seen enough for its curves to part. */
const long = ({ config }: Run) =>
  config.epochs >= 30 && config.trainingExamples >= 10_000;

/** Whether the few pictures can have been learned by heart. */
const byHeart = ({ config }: Run) =>
  config.fewExamples <= 500 && config.fewEpochs >= 200;

function parameters(run: Run, wanted: string): number {
  return (run.results.networks as Final[])
    .find(({ network }) => network === titles[wanted])!.parameters;
}

/** Expectations of the experiment. */
export const expectations: readonly Expectation<RunRecord<Config>>[] = [
  {
    name: "starts at chance",
    expected: "first validation loss of both MLPs within 0.05 of log 10",
    check(run) {
      const measured = Math.max(
        ...["plain", "cropped"].map((arm) => {
          const { value } = run.series(`${arm}.validation.loss`)[0]!;
          return Math.abs(value - Math.log(10));
        }),
      );
      return { holds: measured <= 0.05, measured };
    },
  },
  {
    name: "learns",
    expected: "validation accuracy of both MLPs ends at 0.4 or more",
    applies: long,
    check(run) {
      const measured = Math.min(
        end(run, "plain.validation.accuracy"),
        end(run, "cropped.validation.accuracy"),
      );
      return { holds: measured >= 0.4, measured };
    },
  },
  {
    name: "validation accuracy of the MLP",
    expected:
      `0.5 or more with crops or without, mean of the last ${LAST} epochs`,
    applies: (run) => long(run) && run.config.trainingExamples === 50_000,
    check(run) {
      const measured = Math.max(
        end(run, "plain.validation.accuracy"),
        end(run, "cropped.validation.accuracy"),
      );
      return { holds: measured >= 0.5, measured };
    },
  },
  {
    name: "gap without crops",
    expected:
      `training accuracy 0.06 or more above validation accuracy, means of the last ${LAST} epochs`,
    applies: long,
    check(run) {
      const measured = gap(run, "plain");
      return { holds: measured >= 0.06, measured };
    },
  },
  {
    name: "crops narrow the gap",
    expected: "gap with crops over gap without at most 0.6",
    applies: long,
    check(run) {
      const measured = gap(run, "cropped") / gap(run, "plain");
      return { holds: measured <= 0.6, measured };
    },
  },
  {
    name: "crops make training harder",
    expected:
      "training accuracy with crops below that without, both on pictures as they are",
    applies: long,
    check(run) {
      const measured = end(run, "cropped.train.accuracy") -
        end(run, "plain.train.accuracy");
      return { holds: measured < 0, measured };
    },
  },
  {
    name: "still rising",
    expected:
      `training accuracy without crops higher in the last ${LAST} epochs than in the ${LAST} before`,
    applies: long,
    check(run) {
      const series = "plain.train.accuracy";
      const measured = end(run, series) - end(run, series, { before: 1 });
      return { holds: measured > 0, measured };
    },
  },
  {
    name: "not perfect",
    expected: "training accuracy without crops ends below 0.95",
    applies: long,
    check(run) {
      const measured = last(run, "plain.train.accuracy");
      return { holds: measured < 0.95, measured };
    },
  },
  {
    name: "learned by heart",
    expected: "every one of the few pictures named right",
    applies: byHeart,
    check(run) {
      const measured = last(run, "few.train.accuracy");
      return { holds: measured === 1, measured };
    },
  },
  {
    name: "by heart is not enough",
    expected:
      "validation accuracy of the MLP on few pictures at least 0.05 below that of the MLP without crops",
    applies: (run) => long(run) && byHeart(run),
    check(run) {
      const measured = last(run, "few.validation.accuracy") -
        last(run, "plain.validation.accuracy");
      return { holds: measured <= -0.05, measured };
    },
  },
  {
    name: "CNN",
    expected:
      "better validation accuracy than the MLP without crops had after as many epochs, with at most a tenth of its parameters",
    applies: (run) =>
      long(run) && run.config.cnnEpochs <= run.config.epochs &&
      run.config.cnnEpochs >= 5,
    check(run) {
      const { cnnEpochs } = run.config;
      const best = Math.max(
        ...run.series("plain.validation.accuracy").slice(0, cnnEpochs + 1)
          .map(({ value }) => value),
      );
      const measured = last(run, "cnn.validation.accuracy") - best;
      const small = parameters(run, "cnn") <= parameters(run, "plain") / 10;
      return { holds: measured > 0 && small, measured };
    },
  },
];
