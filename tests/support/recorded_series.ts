import type { RunRecord } from "../../lib/train/experiment.ts";

/** The series of a run from the rows of a fake context, `series step value[,value…]`. */
export function seriesOf(rows: readonly string[]): RunRecord["series"] {
  return (name, replica = 0) =>
    rows.filter((row) => row.startsWith(`${name} `)).map((row) => {
      const [, step, values] = row.split(" ");
      const value = values!.split(",")[replica];
      return {
        step: Number(step),
        value: value === undefined ? NaN : Number(value),
      };
    });
}
