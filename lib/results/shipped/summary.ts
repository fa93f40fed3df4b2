/** A series of so many replicas that a chart shows their mean and spread alone. Pure. */
import { z } from "zod";
import { spreadOf } from "../../core/spread.ts";
import { AnyNumber, type MetricRow } from "../schemas.ts";
import { encodeNumber } from "../special.ts";

/** Replicas of a step from which on a file keeps their mean and spread in place of each. */
export const MANY = 33;

/** Digits of means and spreads. */
const DIGITS = 7;

const Numbers = z.array(AnyNumber);

/** Mean and spread over the replicas of every step, an entry per step. */
export const Summary = z.object({
  series: z.string(),
  steps: z.array(z.int().nonnegative()),
  /** Largest number of replicas of a step. */
  replicas: z.int().positive(),
  mean: Numbers,
  deviation: Numbers,
  low: Numbers,
  high: Numbers,
  /** Values the means leave out, NaN and ±Infinity, with their steps. */
  faults: z.array(
    z.object({ step: z.int().nonnegative(), value: AnyNumber }),
  ),
}).refine(
  ({ steps, mean, deviation, low, high }) =>
    [mean, deviation, low, high].every(({ length }) => length === steps.length),
  "columns differ in length",
);
export type Summary = z.output<typeof Summary>;

/** Whether a series of these rows ships as a {@link Summary}. */
export function isMany(rows: readonly MetricRow[]): boolean {
  return rows.some(({ replica }) => replica >= MANY - 1);
}

/** The {@link Summary} of the rows of one series, given in order, in JSON. */
export function summaryOf(series: string, rows: readonly MetricRow[]) {
  const points = new Map<number, number[]>();
  for (const { step, value } of rows) {
    const values = points.get(step);
    if (values) values.push(value);
    else points.set(step, [value]);
  }
  const spreads = [...points.values()].map(spreadOf);
  const column = (name: keyof typeof spreads[number]) =>
    spreads.map((spread) =>
      encodeNumber(Number(spread[name].toPrecision(DIGITS)))
    );
  return {
    series,
    steps: [...points.keys()],
    replicas: Math.max(...[...points.values()].map(({ length }) => length)),
    mean: column("mean"),
    deviation: column("deviation"),
    low: column("low"),
    high: column("high"),
    faults: rows.filter(({ value }) => !Number.isFinite(value))
      .map(({ step, value }) => ({ step, value: encodeNumber(value) })),
  };
}
