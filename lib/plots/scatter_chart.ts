import * as Plot from "@observablehq/plot";
import {
  axisMarks,
  LARGEST,
  logTicks,
  padded,
  paddedLog,
  roundTicks,
} from "./axes.ts";
import { slice } from "./downsample.ts";
import { colorOf, dashOf, type Figure, type View } from "./figure.ts";
import { tickLabels } from "./format.ts";
import { frameOf } from "./line_chart.ts";
import { referenceMarks } from "./marks.ts";
import type { Series } from "./series.ts";

interface Point {
  x: number;
  y: number;
}

/**
 * One quantity over another: a small dot for every replica, a large one for each
 * mean, and a line through the means in the order of x. Both axes may be
 * logarithmic; points that an axis cannot hold are left out.
 */
export function scatterChart(figure: Figure, view: View): Plot.PlotOptions {
  const all = figure.series
    .map((series, index) => ({ series, index }))
    .filter(({ series }) => !view.hidden.includes(series.name));
  const accept = ({ x, y }: Point) => held(x, view.logX) && held(y, view.logY);
  const every = all.flatMap(({ series }) => pointsOf(series)).filter(accept);
  const xs = view.range ?? domainOf(every.map(({ x }) => x), view.logX);
  const seen = every.filter(({ x }) => x >= xs[0] && x <= xs[1]);
  const levels = (figure.marks ?? []).filter(({ axis }) => axis === "y");
  const ys = domainOf(
    [...seen.map(({ y }) => y), ...levels.map(({ value }) => value)]
      .filter((value) => held(value, view.logY)),
    view.logY,
  );
  const ticks = view.logY ? logTicks(ys) : roundTicks(ys, view.height / 50);
  return {
    ...frameOf(view, tickLabels(ticks)),
    x: { domain: [...xs], type: view.logX ? "log" : "linear", label: null },
    y: { domain: ys, type: view.logY ? "log" : "linear", label: null },
    marks: [
      ...axisMarks("y", { label: figure.yLabel, ticks }),
      ...axisMarks("x", {
        label: figure.xLabel,
        ticks: view.logX ? logTicks([...xs]) : undefined,
      }),
      ...all.flatMap(({ series, index }) => {
        const shown = slice(series, [...xs]);
        const look = { x: "x", y: "y", clip: "frame" } as const;
        const color = colorOf(index);
        const means = shown.x.map((x, i) => ({ x, y: shown.y[i]! }))
          .filter(accept);
        return [
          Plot.dot(pointsOf(shown).filter(accept), {
            ...look,
            r: 2,
            fill: color,
            fillOpacity: 0.55,
          }),
          Plot.line(means, {
            ...look,
            stroke: color,
            strokeWidth: 1.5,
            strokeDasharray: dashOf(index),
          }),
          Plot.dot(means, { ...look, r: 4.5, fill: color }),
        ];
      }),
      ...referenceMarks(figure.marks ?? [], { x: xs, y: ys }),
    ],
  };
}

/**
 * The second curve over the first, at the steps that both have: means of both,
 * in the order of x, and the pairs of every replica.
 */
export function scatterOf(first: Series, second: Series): Series {
  const places = new Map(first.x.map((step, at) => [step, at]));
  const both = second.x.map((step, at) => ({ at, from: places.get(step) }))
    .filter((pair): pair is { at: number; from: number } =>
      pair.from !== undefined
    )
    .sort((a, b) => first.y[a.from]! - first.y[b.from]!);
  const { deviation, replicas, single } = second;
  return {
    name: second.name,
    x: both.map(({ from }) => first.y[from]!),
    y: both.map(({ at }) => second.y[at]!),
    ...(deviation && { deviation: both.map(({ at }) => deviation[at]!) }),
    ...(replicas && { replicas }),
    ...(single && {
      single: both.map(({ at }) => single[at]!),
      across: both.map(({ at, from }) =>
        single[at]!.map((_, r) => first.single?.[from]?.[r] ?? first.y[from]!)
      ),
    }),
  };
}

/** The points of all replicas, or the means where there are none. */
function pointsOf({ x, y, single, across }: Series): Point[] {
  if (!single || !across) return x.map((x, i) => ({ x, y: y[i]! }));
  return single.flatMap((values, i) =>
    values.map((y, r) => ({ x: across[i]![r]!, y }))
  );
}

function held(value: number, log: boolean): boolean {
  return Math.abs(value) <= LARGEST && !(log && value <= 0);
}

function domainOf(values: readonly number[], log: boolean): [number, number] {
  if (values.length === 0) return log ? [0.1, 1] : [0, 1];
  const extent: [number, number] = [
    values.reduce((a, b) => Math.min(a, b)),
    values.reduce((a, b) => Math.max(a, b)),
  ];
  return log ? paddedLog(extent) : padded(extent);
}
