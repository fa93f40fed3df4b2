/** A value that no axis can hold (NaN, ±Infinity), kept so that it is drawn as what it is. */
export interface Fault {
  x: number;
  value: number;
}

/** Replicas of a curve that are kept one by one; more cannot be told apart in a chart. */
export const MOST_SINGLE = 32;

/** One curve: points in order of `x`; `y` may hold NaN and ±Infinity. */
export interface Series {
  name: string;
  x: number[];
  /** The value, or the mean over the finite values of several replicas. */
  y: number[];
  /** Sample standard deviation over replicas, as long as `y`. */
  deviation?: number[];
  /** Number of replicas behind the mean; absent for one. */
  replicas?: number;
  /** Values of every replica at each point, as long as `y`; absent for one replica and for more than {@linkcode MOST_SINGLE}. */
  single?: number[][];
  /** In a scatter, the x of each of the `single` values. */
  across?: number[][];
  /** Values of single replicas that the mean leaves out. */
  faults?: Fault[];
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
  for (const { series: name, step, replica, value } of rows) {
    let curve = curves.get(name);
    if (!curve) curves.set(name, curve = { name, x: [], y: [] });
    const joins = curve.x.at(-1) === step && curve.latest?.has(replica) ===
        false;
    if (!joins) curve.latest = new Map();
    curve.latest!.set(replica, value);
    cutFrom(curve, step);
    putPoint(curve, step, [...curve.latest!.values()]);
  }
  return curves;
}

function cutFrom(curve: Curve, step: number): void {
  const { x, y, deviation, single, faults } = curve;
  while (x.length > 0 && !(x[x.length - 1]! < step)) {
    x.pop();
    y.pop();
    deviation?.pop();
    single?.pop();
  }
  while (faults?.length && !(faults[faults.length - 1]!.x < step)) faults.pop();
}

function putPoint(curve: Curve, step: number, values: number[]): void {
  curve.x.push(step);
  if (values.length === 1 && !curve.replicas) {
    curve.y.push(values[0]!);
    return;
  }
  curve.replicas = Math.max(curve.replicas ?? 0, values.length);
  curve.deviation ??= curve.y.map(() => 0);
  const finite = values.filter(Number.isFinite);
  const { mean, deviation } = moments(finite);
  if (curve.replicas <= MOST_SINGLE) {
    curve.single ??= curve.y.map((value) => [value]);
    curve.single.push(values);
  } else delete curve.single;
  curve.y.push(mean);
  curve.deviation.push(deviation);
  for (const value of values) {
    if (Number.isFinite(value)) continue;
    (curve.faults ??= []).push({ x: step, value });
  }
}

function moments(values: number[]): { mean: number; deviation: number } {
  const count = values.length;
  if (count === 0) return { mean: NaN, deviation: 0 };
  const mean = values.reduce((sum, value) => sum + value / count, 0);
  if (count === 1) return { mean, deviation: 0 };
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, deviation: Math.sqrt(squares / (count - 1)) };
}
