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

/** A curve that grows, with the values of every replica at its last step. */
export interface Curve extends Series {
  latest?: Map<number, number>;
}

/** Curves of metric rows in order of sequence, one per series name. */
export function seriesOf(rows: Iterable<Row>): Series[] {
  return [...appendRows(new Map(), rows).values()];
}

/**
 * Appends rows, in order of sequence, to the curves of one run and returns
 * them. The replicas of a step stand together and become one point. A step that
 * goes back belongs to a resumed run: it replaces what was recorded from that
 * step on, so that `x` always grows.
 */
export function appendRows(
  curves: Map<string, Curve>,
  rows: Iterable<Row>,
): Map<string, Curve> {
  /** The steps whose replicas are still coming. */
  const open = new Map<Curve, number>();
  for (const { series: name, step, replica, value } of rows) {
    let curve = curves.get(name);
    if (!curve) curves.set(name, curve = { name, x: [], y: [] });
    const joins = (open.get(curve) ?? curve.x.at(-1)) === step &&
      curve.latest?.has(replica) === false;
    if (!joins) {
      putPoint(curve, open.get(curve));
      curve.latest = new Map();
    }
    curve.latest!.set(replica, value);
    open.set(curve, step);
  }
  for (const [curve, step] of open) putPoint(curve, step);
  return curves;
}

function cutFrom(curve: Curve, step: number): void {
  const { x, y, deviation, low, high, single, faults } = curve;
  while (x.length > 0 && !(x[x.length - 1]! < step)) {
    for (const column of [x, y, deviation, low, high, single]) column?.pop();
  }
  while (faults?.length && !(faults[faults.length - 1]!.x < step)) faults.pop();
}

/** Puts the latest values of a curve at `step`, in place of all from there on; nothing where no step is open. */
function putPoint(curve: Curve, step: number | undefined): void {
  if (step === undefined) return;
  cutFrom(curve, step);
  const values = [...curve.latest!.values()];
  curve.x.push(step);
  if (values.length === 1 && !curve.replicas) {
    curve.y.push(values[0]!);
    return;
  }
  curve.replicas = Math.max(curve.replicas ?? 0, values.length);
  curve.deviation ??= curve.y.map(() => 0);
  curve.low ??= [...curve.y];
  curve.high ??= [...curve.y];
  const { mean, deviation, low, high } = spreadOf(values);
  if (curve.replicas <= MOST_SINGLE) {
    curve.single ??= curve.y.map((value) => [value]);
    curve.single.push(values);
  } else {
    delete curve.single;
    curve.stored = curve.name;
  }
  curve.y.push(mean);
  curve.deviation.push(deviation);
  curve.low.push(low);
  curve.high.push(high);
  for (const value of values) {
    if (Number.isFinite(value)) continue;
    (curve.faults ??= []).push({ x: step, value });
  }
}
