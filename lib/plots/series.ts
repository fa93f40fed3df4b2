import { spreadOf } from "../core/spread.ts";

/** A value that no axis can hold (NaN, ±Infinity), kept so that it is drawn as what it is. */
export interface Fault {
  x: number;
  value: number;
}

/** Replicas of a curve that are carried along one by one; more are asked for when somebody wants to see them. */
export const MOST_SINGLE = 32;

/** Ends of the band around point `i`: mean ± deviation, or on a log axis, which has no room below zero, the percentiles; `null` without replicas. */
export function bandAt(
  { y, deviation, low, high }: Series,
  i: number,
  log: boolean,
): [number, number] | null {
  if (log && low && high) return [low[i]!, high[i]!];
  return deviation ? [y[i]! - deviation[i]!, y[i]! + deviation[i]!] : null;
}

/** One curve: points in order of `x`; `y` may hold NaN and ±Infinity. */
export interface Series {
  name: string;
  x: number[];
  /** The value, or the mean over the finite values of several replicas. */
  y: number[];
  /** Sample standard deviation over replicas, as long as `y`. */
  deviation?: number[];
  /** 16th and 84th percentile over replicas, each as long as `y`. */
  low?: number[];
  high?: number[];
  /** Number of replicas behind the mean; absent for one. */
  replicas?: number;
  /** Values of every replica at each point, as long as `y`; absent for one replica and for more than {@linkcode MOST_SINGLE}. */
  single?: number[][];
  /** Name of the stored series where its replicas are more than {@linkcode MOST_SINGLE}. */
  stored?: string;
  /** These replicas, once they were asked for. */
  crowd?: Crowd;
  /** In a scatter, the x of each of the `single` values. */
  across?: number[][];
  /** Values of single replicas that the mean leaves out. */
  faults?: Fault[];
}

/** Values of many replicas at some steps, in order. */
export interface Crowd {
  x: number[];
  /** Of every replica at each step, as long as `x`. */
  values: number[][];
}

/** What a chart needs of a stored metric row. */
export interface Row {
  step: number;
  series: string;
  replica: number;
  value: number;
}

/** What is known of one step. */
interface Point {
  /** Values of each replica, in the order in which they were recorded; `null` where only the spread was kept. */
  readonly values: number[][] | null;
  /** Index of the step in the curve as it was given. */
  readonly index?: number;
}

/** A curve that grows, with what is known of each step. */
export interface Curve extends Series {
  points?: Map<number, Point>;
}

/** Curves of metric rows, one per series name in the order of their first rows. */
export function seriesOf(rows: Iterable<Row>): Series[] {
  return [...appendRows(new Map(), rows).values()]
    .map(({ points: _, ...series }) => series);
}

/**
 * Adds rows, in any order, to the curves of one run and returns them. The
 * replicas of a step become one point; a replica that recorded several values at
 * a step gives several points there. A row that is there already, as a resumed
 * run records it again, changes nothing.
 */
export function appendRows(
  curves: Map<string, Curve>,
  rows: Iterable<Row>,
): Map<string, Curve> {
  const changed = new Set<Curve>();
  for (const { series: name, step, replica, value } of rows) {
    let curve = curves.get(name);
    if (!curve) curves.set(name, curve = { name, x: [], y: [] });
    curve.points ??= pointsOf(curve);
    let values = curve.points.get(step)?.values;
    if (!values) curve.points.set(step, { values: values = [] });
    const known = values[replica] ??= [];
    if (known.some((other) => Object.is(other, value))) continue;
    known.push(value);
    changed.add(curve);
  }
  for (const curve of changed) arrange(curve);
  return curves;
}

/** What a curve tells of its steps, which it has once each. */
function pointsOf({ x, y, single, replicas }: Series): Map<number, Point> {
  return new Map(x.map((step, index) => {
    if (!replicas) return [step, { values: [[y[index]!]], index }];
    const values = single?.[index]?.map((value) => [value]) ?? null;
    return [step, { values, index }];
  }));
}

/** Puts the points of a curve into its columns, by ascending step. */
function arrange(curve: Curve): void {
  const points = curve.points!;
  const before: Series = { ...curve };
  const steps = [...points.keys()].sort((a, b) => a - b);
  const columns: { step: number; values: number[] | null; index?: number }[] =
    [];
  for (const step of steps) {
    const { values, index } = points.get(step)!;
    // A replica that recorded nothing here is a hole, which flatMap() skips.
    const most = Math.max(1, ...values?.flatMap((all) => all.length) ?? []);
    for (let turn = 0; turn < most; turn++) {
      const now = values?.flatMap((all) => all.slice(turn, turn + 1)) ?? null;
      columns.push({ step, values: now, index });
    }
  }
  const widest = columns.reduce(
    (most, { values }) => Math.max(most, values?.length ?? 0),
    before.replicas ?? 0,
  );
  for (
    const name of ["deviation", "low", "high", "single", "stored", "replicas"]
  ) delete curve[name as keyof Series];
  curve.x = columns.map(({ step }) => step);
  if (widest <= 1) {
    curve.y = columns.map(({ values }) => values![0]!);
    return;
  }
  const spreads = columns.map(({ values, index }) =>
    values ? spreadOf(values) : {
      mean: before.y[index!]!,
      deviation: before.deviation![index!]!,
      low: before.low![index!]!,
      high: before.high![index!]!,
    }
  );
  curve.replicas = widest;
  curve.y = spreads.map(({ mean }) => mean);
  curve.deviation = spreads.map(({ deviation }) => deviation);
  curve.low = spreads.map(({ low }) => low);
  curve.high = spreads.map(({ high }) => high);
  if (widest <= MOST_SINGLE) {
    curve.single = columns.map(({ values }) => values!);
  } else curve.stored = curve.name;
  const faults = columns.flatMap(({ step, values }) =>
    values?.filter((value) => !Number.isFinite(value))
      .map((value) => ({ x: step, value })) ?? []
  );
  const kept = before.faults?.filter(({ x }) => !points.get(x)?.values) ?? [];
  const all = [...kept, ...faults].sort((a, b) => a.x - b.x);
  if (all.length > 0) curve.faults = all;
}
