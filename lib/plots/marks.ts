import * as Plot from "@observablehq/plot";
import type { Mark } from "./figure.ts";
import { labelRoom } from "./axes.ts";
import { smooth } from "./smooth.ts";
import { bandAt, type Fault, type Series } from "./series.ts";

/** How one curve is drawn. */
export interface Look {
  color: string;
  dash?: string;
  /** Weight of the past in the exponential average, in [0, 1). */
  smoothing: number;
  /** What the axis can hold; the rest becomes a gap. */
  accept: (value: number) => boolean;
  /** Lower end of the axis, where a band that leaves it is cut. */
  floor?: number;
  /** Whether the axis is logarithmic. */
  log?: boolean;
  /** Whether every replica is drawn. */
  replicas?: boolean;
}

/** Few enough points to show each as a dot. */
const DOTTED = 32;
/** So many points that a thinner line reads better. */
const DENSE = 300;

/** Band, raw line, smoothed line and dots of one curve. */
export function curveMarks(series: Series, look: Look): Plot.Markish[] {
  const { color, dash, smoothing, accept } = look;
  const { x, y } = series;
  const clip = "frame";
  const shown = (values: number[]) =>
    values.map((value) => accept(value) ? value : NaN);
  const line = (values: number[], options: Plot.LineOptions) =>
    Plot.line(x, { x, y: shown(values), stroke: color, clip, ...options });
  const marks: Plot.Markish[] = [];
  if (series.deviation) marks.push(bandMark(series, look));
  if (look.replicas) marks.push(replicasMark(series, look));
  if (smoothing > 0) {
    marks.push(line(y, { strokeWidth: 1, strokeOpacity: 0.35 }));
  }
  marks.push(line(smooth(y, smoothing), {
    strokeWidth: x.length > DENSE ? 1.25 : 1.75,
    strokeDasharray: dash,
  }));
  if (x.length <= DOTTED && smoothing === 0) {
    marks.push(Plot.dot(x, { x, y: shown(y), fill: color, r: 2.25, clip }));
  }
  return marks;
}

/** A thin line for each replica, thinner where there are many; none where their values are not here. */
function replicasMark(
  { x, single, crowd }: Series,
  { color, accept }: Look,
): Plot.Markish {
  const { x: steps, values } = crowd ?? { x, values: single ?? [] };
  const points = values.flatMap((all, i) =>
    all.map((y, replica) => ({
      x: steps[i]!,
      y: accept(y) ? y : NaN,
      replica,
    }))
  );
  return Plot.line(points, {
    ...{ x: "x", y: "y", z: "replica", stroke: color, clip: "frame" },
    ...(crowd
      ? { strokeWidth: 0.5, strokeOpacity: 0.3 }
      : { strokeWidth: 0.75, strokeOpacity: 0.6 }),
  });
}

/** Dotted lines at the values of `marks` that lie in the domains, labelled. */
export function referenceMarks(
  marks: readonly Mark[],
  domains: Readonly<Record<Mark["axis"], readonly [number, number]>>,
): Plot.Markish[] {
  const seen = marks.filter(({ axis, value }) =>
    value >= domains[axis][0] && value <= domains[axis][1]
  );
  const look = { stroke: "currentColor", strokeDasharray: "1 4" } as const;
  const words = {
    text: "label",
    fill: "currentColor",
    stroke: "var(--page)",
    strokeWidth: 4,
    fontSize: 12,
  } as const;
  const [xs, ys] = (["x", "y"] as const).map((axis) =>
    seen.filter((mark) => mark.axis === axis)
  );
  return [
    Plot.ruleX(xs!, { ...look, x: "value" }),
    Plot.ruleY(ys!, { ...look, y: "value" }),
    // One below the other, as they may lie closer than their words are long.
    ...xs!.map((mark, i) =>
      Plot.text([mark], {
        ...words,
        x: "value",
        frameAnchor: "top",
        textAnchor: "start",
        dx: 5,
        dy: 6 + 15 * i,
        render: withinChart(mark.label),
      })
    ),
    Plot.text(ys!, {
      ...words,
      y: "value",
      frameAnchor: "right",
      textAnchor: "end",
      dx: -4,
      dy: -8,
    }),
  ];
}

/** Moves a label to the left as far as it would leave the chart on the right. */
function withinChart(label: string): Plot.RenderFunction {
  return (index, scales, values, dimensions, context, next) => {
    const last = dimensions.width - labelRoom([label]);
    const x = Array.from(values.x!, (at) => Math.min(at, last));
    const moved = { ...values, x } as typeof values;
    return next!(index, scales, moved, dimensions, context);
  };
}

function bandMark(
  series: Series,
  { color, floor = -Infinity, accept, log = false }: Look,
): Plot.Markish {
  const { x, y } = series;
  const bands = y.map((value, i) =>
    accept(value) ? bandAt(series, i, log)! : [NaN, NaN]
  );
  return Plot.areaY(x, {
    x,
    y1: bands.map(([low]) => Math.max(floor, low!)),
    y2: bands.map(([, high]) => high!),
    fill: color,
    fillOpacity: 0.16,
    clip: "frame",
  });
}

/** Every value of a curve that the axis cannot hold. */
export function faultsOf(
  series: Series,
  accept: (value: number) => boolean,
): Fault[] {
  const own: Fault[] = [];
  series.y.forEach((value, i) => {
    if (!accept(value)) own.push({ x: series.x[i]!, value });
  });
  const replicas = (series.faults ?? []).filter((f) => !accept(f.value));
  return [...replicas, ...own];
}

/**
 * Marks at the frame for values that are not on the axis: × for NaN, a triangle
 * up for +∞ and what is above the axis, a triangle down for −∞ and what is below.
 */
export function faultMarks(faults: readonly Fault[]): Plot.Markish[] {
  if (faults.length === 0) return [];
  const common = { x: "x", stroke: "var(--fault)", strokeWidth: 1.75 } as const;
  const of = (accept: (value: number) => boolean) =>
    faults.filter((fault) => accept(fault.value));
  return [
    Plot.ruleX(faults, {
      x: "x",
      stroke: "var(--fault)",
      strokeOpacity: 0.5,
      strokeDasharray: "2 3",
      clip: "frame",
    }),
    Plot.dot(of(Number.isNaN), {
      ...common,
      frameAnchor: "bottom",
      symbol: "times",
      r: 4,
      clip: false,
    }),
    Plot.dot(of((value) => value > 0), {
      ...common,
      frameAnchor: "top",
      symbol: "triangle",
      r: 4,
    }),
    Plot.dot(of((value) => value <= 0), {
      ...common,
      frameAnchor: "bottom",
      symbol: "triangle",
      rotate: 180,
      r: 4,
    }),
  ];
}
