/** What counts as double descent. */
import type { Expectation } from "../../study/expectation.ts";
import type { RunRecord } from "../../study/record.ts";
import type { Config } from "./config.ts";
import { mean } from "../support/statistics.ts";
import { INTERPOLATED } from "./sweep.ts";

type Run = RunRecord<Config>;

/** Widths from which on every network must interpolate its 100 examples. */
const WIDE = 30;

/** Values of a series by width, one per teacher. */
function byWidth(run: Run, series: string): Map<number, number[]> {
  const found = new Map<number, number[]>();
  for (let teacher = 0; teacher < run.config.teachers; teacher++) {
    for (const { step, value } of run.series(series, teacher)) {
      const values = found.get(step) ?? [];
      values[teacher] = value;
      found.set(step, values);
    }
  }
  return found;
}

/** Means over the teachers, in the order of widths. */
function means(run: Run, series: string): { width: number; mean: number }[] {
  return [...byWidth(run, series)].map(([width, values]) => ({
    width,
    mean: mean(values),
  }));
}

function peakOf(run: Run) {
  return means(run, "final.test.loss")
    .reduce((peak, one) => one.mean > peak.mean ? one : peak);
}

/** Whether the widths reach from below the threshold to far above it. */
const spans = ({ config: { widths, examples } }: Run) =>
  examples === 100 && widths[0]! <= 10 && widths.at(-1)! >= 60;

/** Loss with more data over that with less. */
function ratioAt(run: Run, width: number): number {
  const at = (series: string) => mean(byWidth(run, series).get(width)!);
  return at("more.test.loss") / at("final.test.loss");
}

/** Expectations of the experiment. */
export const expectations: readonly Expectation<RunRecord<Config>>[] = [
  {
    name: "peak",
    expected: "mean test loss is largest at a width M from 18 to 30",
    applies: spans,
    check(run) {
      const { width } = peakOf(run);
      return { holds: width >= 18 && width <= 30, measured: width };
    },
  },
  {
    name: "second descent",
    expected:
      "mean test loss at the largest width below half of that at the peak",
    // Two teachers and few steps show the direction alone.
    applies: (run) => spans(run) && run.config.teachers >= 5,
    check(run) {
      const { mean } = means(run, "final.test.loss").at(-1)!;
      const measured = mean / peakOf(run).mean;
      return { holds: measured < 0.5, measured };
    },
  },
  {
    name: "first descent",
    expected:
      "a width below the threshold whose mean test loss is below that of the largest width, and narrower ones above it",
    applies: ({ config }) => config.widths.filter((w) => w < 18).length > 2,
    check(run) {
      const all = means(run, "final.test.loss");
      const narrow = all.filter(({ width }) => width < 18);
      const best = narrow.reduce((a, b) => b.mean < a.mean ? b : a);
      return {
        holds: best.mean < all.at(-1)!.mean && best.width > all[0]!.width,
        measured: best.width,
      };
    },
  },
  {
    name: "interpolation",
    expected:
      `every network with M ≥ ${WIDE} ends with a training loss below ${INTERPOLATED}`,
    applies: ({ config }) => config.widths.some((width) => width >= WIDE),
    check(run) {
      const wide = [...byWidth(run, "final.train.loss")]
        .filter(([width]) => width >= WIDE).flatMap(([, losses]) => losses);
      const measured = Math.max(...wide);
      return { holds: measured < INTERPOLATED, measured };
    },
  },
  {
    name: "wider is faster",
    expected:
      "of the curves, each wider network reaches 1e-3 after fewer steps",
    applies: ({ config }) =>
      config.curves.filter((width) => width >= WIDE).length > 1,
    check(run) {
      const reached = means(run, "interpolation.steps").filter(
        ({ width, mean }) =>
          run.config.curves.includes(width) && Number.isFinite(mean),
      );
      const falls = reached.every(({ mean }, i) =>
        i === 0 || mean < reached[i - 1]!.mean
      );
      return {
        holds: reached.length > 1 && falls,
        measured: reached.map(({ width, mean }) =>
          `M = ${width}: ${Math.round(mean)}`
        ).join(", "),
      };
    },
  },
  {
    name: "more data hurts",
    expected:
      "at one width, mean test loss with more examples above that with fewer",
    applies: ({ config }) => config.moreDataWidths.includes(35),
    check(run) {
      const measured = Math.max(
        ...run.config.moreDataWidths.map((width) => ratioAt(run, width)),
      );
      return { holds: measured > 1, measured };
    },
  },
  {
    name: "more data helps",
    expected:
      "at the narrowest compared width, mean test loss with more examples below that with fewer",
    check(run) {
      const measured = ratioAt(run, run.config.moreDataWidths[0]!);
      return { holds: measured < 1, measured };
    },
  },
  {
    name: "more data helps far above",
    expected:
      "at the widest compared width, mean test loss with more examples below that with fewer",
    applies: ({ config }) => config.moreDataWidths.at(-1)! >= 100,
    check(run) {
      const measured = ratioAt(run, run.config.moreDataWidths.at(-1)!);
      return { holds: measured < 1, measured };
    },
  },
];
