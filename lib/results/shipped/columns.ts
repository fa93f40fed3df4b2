/** The rows of one series as columns, which gzip packs well. Pure. */
import { z } from "zod";
import { AnyNumber, type MetricRow } from "../schemas.ts";
import { encodeNumber } from "../special.ts";

const Differences = z.array(z.int()).transform((differences) => {
  let sum = 0;
  return differences.map((difference) => sum += difference);
});

/** A series of a shipped run, an entry per row. */
export const Columns = z.object({
  series: z.string(),
  /** In the file each as the difference to the one before. */
  steps: Differences,
  /** Absent where all are 0. */
  replicas: z.array(z.int().nonnegative()).optional(),
  /** Whether `values` are float32 numbers, which the file gives in their shortest digits. */
  float32: z.boolean(),
  values: z.array(AnyNumber),
}).refine(
  ({ steps, replicas, values }) =>
    steps.length === values.length &&
    (replicas?.length ?? steps.length) === steps.length,
  "columns differ in length",
).transform(({ float32, values, ...rest }) => ({
  ...rest,
  values: float32 ? values.map(Math.fround) : values,
}));
export type Columns = z.output<typeof Columns>;

/** Digits of numbers that are not float32. */
const DIGITS = 9;

/**
 * The rows of one series, given in order, as {@link Columns} in JSON. float32
 * numbers come back as they are, zero without its sign, others are rounded to 9
 * digits unless `exact`.
 */
export function columnsOf(
  series: string,
  rows: readonly MetricRow[],
  { exact }: { exact: boolean },
) {
  const values = rows.map(({ value }) => value);
  const float32 = values.every((value) => Object.is(Math.fround(value), value));
  const digits = float32
    ? shortest
    : exact
    ? Number
    : (value: number) => Number(value.toPrecision(DIGITS));
  return {
    series,
    steps: differencesOf(rows.map(({ step }) => step)),
    ...(rows.some(({ replica }) => replica > 0) && {
      replicas: rows.map(({ replica }) => replica),
    }),
    float32,
    values: values.map((value) => encodeNumber(digits(value))),
  };
}

/** Whole numbers, each as the difference to the one before. */
export function differencesOf(numbers: readonly number[]): number[] {
  return numbers.map((number, i) => number - (numbers[i - 1] ?? 0));
}

/** The number of fewest decimal digits that rounds to the float32 number `value`; 9 always suffice. */
function shortest(value: number): number {
  for (let digits = 1; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Object.is(Math.fround(short), value)) return short;
  }
  return Number(value.toPrecision(9));
}
