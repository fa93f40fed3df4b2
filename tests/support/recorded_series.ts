/** Records of runs that a fake context kept, and what their experiments say of them. */
import type { Gpu } from "../../lib/gpu/mod.ts";
import type { Experiment } from "../../lib/train/experiment.ts";
import { judge } from "../../lib/study/expectation.ts";
import type { Recorded } from "../../lib/study/record.ts";
import { type FakeContext, fakeContext } from "./fake_context.ts";

/** The series of a run from the rows of a fake context, `series step value[,value…]`. */
export function seriesOf(rows: readonly string[]): Recorded["series"] {
  const bySeries = Map.groupBy(
    rows.map((row) => row.split(" ") as [string, string, string]),
    ([series]) => series,
  );
  return (name, replica = 0) =>
    (bySeries.get(name) ?? []).flatMap(([, step, values]) => {
      const value = values.split(",")[replica];
      return value === undefined
        ? []
        : [{ step: Number(step), value: Number(value) }];
    });
}

/** The record of what a context was told. */
export function recordOf(
  { config, seed, results, rows }: Pick<
    FakeContext<Record<string, unknown>>,
    "config" | "seed" | "results" | "rows"
  >,
): Recorded {
  return { config, seed, replicas: 1, results, series: seriesOf(rows) };
}

/** Runs the smoke preset with some fields changed and returns its record. */
export async function smokeRecord(
  experiment: Experiment,
  gpu: Gpu,
  change: Record<string, unknown> = {},
): Promise<Recorded> {
  const config = { ...experiment.presets.smoke, ...change };
  const ctx = fakeContext<Record<string, unknown>>({ config, gpu });
  await experiment.run(ctx);
  return recordOf(ctx);
}

/** The record with other numbers in its series. */
export function changed(
  record: Recorded,
  change: (name: string, value: number, step: number) => number,
): Recorded {
  return {
    ...record,
    series: (name, replica) =>
      record.series(name, replica).map(({ step, value }) => ({
        step,
        value: change(name, value, step),
      })),
  };
}

/** Names of expectations that do not hold. */
export function missed(experiment: Experiment, record: Recorded): string[] {
  return judge(experiment, record).filter(({ holds }) => !holds)
    .map(({ name }) => name);
}
