import type * as Plot from "@observablehq/plot";
import {
  axisMarks,
  labelRoom,
  LARGEST,
  logTicks,
  padded,
  paddedLog,
  roundTicks,
  stepDecades,
} from "./axes.ts";
import { downsample, slice } from "./downsample.ts";
import {
  colorOf,
  dashOf,
  extentX,
  extentY,
  type Figure,
  type View,
} from "./figure.ts";
import { tickLabels } from "./format.ts";
import { curveMarks, faultMarks, faultsOf, referenceMarks } from "./marks.ts";
import type { Series } from "./series.ts";

/**
 * Learning curves: x the step, y the value, one colour and dash per series; of
 * several replicas the mean, with a band of ± the standard deviation, or on a log
 * axis from the 16th to the 84th percentile. Log axes,
 * smoothing with the raw line behind it, zoom, hidden series and every replica
 * beside the mean come from the view; the figure's marks lie across. What the axis cannot hold (NaN, ±∞, values ≤ 0 on a log axis) is a gap
 * with a mark at the frame.
 *
 * @param marksOf Draws one curve; as a line with its band if not given
 */
export function lineChart(
  figure: Figure,
  view: View,
  marksOf: typeof curveMarks = curveMarks,
): Plot.PlotOptions {
  const accept = view.logY
    ? (value: number) => value > 0 && value <= LARGEST
    : (value: number) => Math.abs(value) <= LARGEST;
  const range = view.range ?? withMarks(extentX(figure.series), figure);
  const shown = figure.series
    .map((series, index) => ({ series, index }))
    .filter(({ series }) => !view.hidden.includes(series.name))
    .map(({ series, index }) => ({
      index,
      series: downsample(slice(series, [...range]), Math.ceil(view.width)),
    }));
  const levels = figure.marks?.filter(({ axis }) => axis === "y") ?? [];
  const extent = extentY(
    [
      ...shown.map(({ series }) => view.replicas ? series : band(series)),
      { name: "", x: [], y: levels.map(({ value }) => value) },
    ],
    accept,
    { log: view.logY },
  );
  const domain = view.logY
    ? paddedLog(extent ?? [0.1, 1])
    : padded(extent ?? [0, 1]);
  const ticks = view.logY
    ? logTicks(domain)
    : roundTicks(domain, view.height / 50);
  const floor = view.logY ? domain[0] : undefined;
  const faults = shown.flatMap(({ series }) =>
    faultsOf(series, accept).filter(({ x }) => x >= range[0] && x <= range[1])
  );
  return {
    ...frameOf(view, tickLabels(ticks)),
    x: xScale(view, range),
    y: { domain, type: view.logY ? "log" : "linear", label: null },
    marks: [
      ...axisMarks("y", {
        label: figure.yLabel,
        ticks,
      }),
      ...axisMarks("x", {
        label: figure.xLabel,
        ticks: view.logX ? stepDecades([...range]) : undefined,
      }),
      ...shown.flatMap(({ series, index }) =>
        marksOf(series, {
          color: colorOf(index),
          dash: dashOf(index),
          smoothing: view.smoothing,
          accept,
          floor,
          log: view.logY,
          replicas: view.replicas,
        })
      ),
      ...referenceMarks(figure.marks ?? [], { x: range, y: domain }),
      ...faultMarks(faults),
    ],
  };
}

/** A range of x together with the marks that stand at an x, where the axis can hold them. */
export function withMarks(
  [low, high]: [number, number],
  { marks = [] }: Figure,
): [number, number] {
  const at = marks.filter(({ axis, value }) =>
    axis === "x" && Number.isFinite(value)
  ).map(({ value }) => value);
  return [Math.min(low, ...at), Math.max(high, ...at)];
}

/** A series without its single replicas. */
function band({ single: _, crowd: __, ...series }: Series): Series {
  return series;
}

/** Size, margins and class of every interactive chart, with room for the labels of its y axis. */
export function frameOf(
  { width, height }: View,
  labels: readonly string[],
): Plot.PlotOptions {
  return {
    width,
    height,
    marginLeft: labelRoom(labels),
    // Half of a label such as "10,000" stands beyond the last tick.
    marginRight: 26,
    marginTop: 26,
    marginBottom: 40,
    className: "plot",
    style: { fontSize: "12px", background: "none" },
  };
}

/** The x scale: linear, or `log(1 + x)` so that step 0 stays on a log axis. */
export function xScale(
  view: View,
  range: readonly [number, number],
): Plot.ScaleOptions {
  const [low, high] = range;
  const domain = low < high ? [low, high] : [low - 0.5, high + 0.5];
  // The inset keeps dots at both ends inside the frame.
  const common = { domain, label: null, inset: 4 };
  return view.logX
    ? { ...common, type: "symlog", constant: 1 }
    : { ...common, type: "linear" };
}
