import type { CurveName } from "../../data/curves.ts";
import type { Expectation } from "../../study/expectation.ts";
import type { RunRecord } from "../../study/record.ts";
import { mean } from "../support/statistics.ts";
import type { Config } from "./experiment.ts";

type Run = RunRecord<Config>;

/** Largest |f″| on [−1, 1] of the smooth targets, from above. */
const CURVATURE: Partial<Record<CurveName, number>> = {
  sine: 4 * Math.PI ** 2,
  chirp: 12 * Math.PI + (12 * Math.PI) ** 2,
};

const smooth = ({ config }: Run) =>
  config.targets.filter((target) => CURVATURE[target] !== undefined);

/** Value of a series at a width, one a seed. */
function at(run: Run, series: string, width: number): number[] {
  const values: number[] = [];
  for (let seed = 0; seed < run.config.seeds; seed++) {
    const point = run.series(series, seed).find(({ step }) => step === width);
    if (point) values.push(point.value);
  }
  return values;
}

const largest = (values: readonly number[]) => Math.max(-Infinity, ...values);
const smallest = (values: readonly number[]) => Math.min(Infinity, ...values);

/** What counts as reproduced. */
export const expectations: readonly Expectation<RunRecord<Config>>[] = [
  {
    name: "existence",
    expected:
      "constructed networks within h²/8 · max |f″| of every smooth target, up to rounding of 1e-4",
    check(run) {
      const excess = smooth(run).flatMap((target) =>
        run.config.widths.map((width) => {
          const bound = (2 / width) ** 2 / 8 * CURVATURE[target]!;
          const [error] = at(run, `constructed.largest.${target}`, width);
          return (error ?? Infinity) - bound;
        })
      );
      const measured = largest(excess);
      return { holds: measured <= 1e-4, measured };
    },
  },
  {
    name: "rate",
    expected:
      "from the second largest to the largest width the constructed sine's error falls as 1/k², to 20 %",
    applies: ({ config }) => config.targets.includes("sine"),
    check(run) {
      const [before, last] = run.config.widths.slice(-2) as [number, number];
      const [coarse, fine] = [before, last].map((width) =>
        at(run, "constructed.rms.sine", width)[0] ?? NaN
      );
      const measured = coarse! / fine! / (last / before) ** 2;
      return { holds: Math.abs(measured - 1) <= 0.2, measured };
    },
  },
  {
    name: "more units help",
    expected:
      "for every target SGD's mean error is smaller at the largest width than at the smallest",
    check(run) {
      const { widths, targets } = run.config;
      const measured = largest(
        targets.map((target) =>
          mean(at(run, `trained.rms.${target}`, widths.at(-1)!)) /
          mean(at(run, `trained.rms.${target}`, widths[0]!))
        ),
      );
      return { holds: measured < 1, measured };
    },
  },
  {
    name: "gap",
    expected:
      "at the largest width SGD's best network of every smooth target is at least twice as far off as the constructed one",
    check(run) {
      const width = run.config.widths.at(-1)!;
      const measured = smallest(
        smooth(run).map((target) =>
          smallest(at(run, `trained.rms.${target}`, width)) /
          (at(run, `constructed.rms.${target}`, width)[0] ?? NaN)
        ),
      );
      return { holds: measured >= 2, measured };
    },
  },
  {
    name: "seeds",
    expected:
      "for some target and width the worst seed is at least 1.5 times as far off as the best",
    check(run) {
      const { targets, widths } = run.config;
      const measured = largest(
        targets.flatMap((target) =>
          widths.map((width) => {
            const errors = at(run, `trained.rms.${target}`, width);
            return largest(errors) / smallest(errors);
          })
        ),
      );
      return { holds: measured >= 1.5, measured };
    },
  },
  {
    name: "stuck",
    expected:
      "at the smallest width some networks end within 0.01 of |x| and some beyond 0.1, though two units represent it",
    applies: ({ config }) =>
      config.targets.includes("absolute") && config.seeds >= 8,
    check(run) {
      const errors = at(run, "trained.rms.absolute", run.config.widths[0]!);
      const arrived = errors.filter((error) => error < 0.01).length;
      const stuck = errors.filter((error) => error > 0.1).length;
      return {
        holds: arrived > 0 && stuck > 0,
        measured: `${arrived} arrived, ${stuck} stuck`,
      };
    },
  },
  {
    name: "kinks move",
    expected:
      "for the step SGD's best network is closer than the one with equal pieces at some width, as it may move its kinks",
    applies: ({ config }) => config.targets.includes("step"),
    check(run) {
      const measured = smallest(
        run.config.widths.map((width) =>
          smallest(at(run, "trained.rms.step", width)) /
          (at(run, "constructed.rms.step", width)[0] ?? NaN)
        ),
      );
      return { holds: measured < 1, measured };
    },
  },
];
