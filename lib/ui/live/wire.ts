import type { Row } from "../../plots/series.ts";
import type { Run } from "../../results/schemas.ts";
import {
  decodeNumber,
  encodeNumber,
  fromJson,
  toJson,
} from "../../results/special.ts";

/** A metric row on the wire; NaN and ±Infinity travel as strings. */
type WireRow = [
  step: number,
  series: string,
  replica: number,
  value: ReturnType<typeof encodeNumber>,
];

/** What may change in a run while it is looked at. */
export type RunState = Pick<
  Run,
  "status" | "endedAt" | "error" | "expectations" | "results"
>;

/** Metric rows as the data of one event. */
export function encodeRows(rows: readonly Row[]): string {
  return JSON.stringify(
    rows.map(({ step, series, replica, value }): WireRow => [
      step,
      series,
      replica,
      encodeNumber(value),
    ]),
  );
}

/** The rows of an event's data. */
export function decodeRows(data: string): Row[] {
  return (JSON.parse(data) as WireRow[]).map((
    [step, series, replica, value],
  ) => ({ step, series, replica, value: decodeNumber(value) }));
}

/** The part of a run that may change. */
export function stateOf(run: Run): RunState {
  const { status, endedAt, error, expectations, results } = run;
  return { status, endedAt, error, expectations, results };
}

/** State of a run as the data of one event. */
export function encodeState(state: RunState): string {
  return JSON.stringify(toJson(state));
}

/** The state of an event's data. */
export function decodeState(data: string): RunState {
  return fromJson(JSON.parse(data)) as unknown as RunState;
}

/** Whether a run in this state can change no more; an interrupted one may be resumed. */
export function isOver({ status }: Pick<Run, "status">): boolean {
  return status === "completed" || status === "failed";
}
