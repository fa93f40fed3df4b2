import * as Plot from "@observablehq/plot";
import type { Figure, View } from "./figure.ts";
import { lineChart } from "./line_chart.ts";
import type { Look } from "./marks.ts";
import type { Series } from "./series.ts";

/** Standard errors of the mean that a bar reaches to either side. */
export const STANDARD_ERRORS = 3;

/**
 * Measured means against theory: a series of several replicas is drawn as dots
 * with bars of three standard errors of the mean, one without replicas as a
 * line. Axes, gaps and marks are those of a line chart.
 */
export function theoryChart(figure: Figure, view: View): Plot.PlotOptions {
  const series = figure.series.map(withErrors);
  return lineChart({ ...figure, series }, view, theoryMarks);
}

/** The series with three standard errors of its mean in place of the deviation of one replica. */
export function withErrors(series: Series): Series {
  const { low: _, high: __, ...rest } = series;
  const { deviation, replicas = 1 } = rest;
  if (!deviation) return series;
  const factor = STANDARD_ERRORS / Math.sqrt(replicas);
  return { ...rest, deviation: deviation.map((d) => factor * d) };
}

function theoryMarks(
  { x, y, deviation }: Series,
  { color, dash, accept, floor = -Infinity }: Look,
): Plot.Markish[] {
  const shown = y.map((value) => accept(value) ? value : NaN);
  const common = { x, clip: "frame" } as const;
  if (!deviation) {
    const look = { stroke: color, strokeWidth: 1.25, strokeDasharray: dash };
    return [Plot.line(x, { ...common, ...look, y: shown })];
  }
  return [
    Plot.ruleX(x, {
      ...common,
      y1: shown.map((value, i) => Math.max(floor, value - deviation[i]!)),
      y2: shown.map((value, i) => value + deviation[i]!),
      stroke: color,
      strokeWidth: 1.5,
    }),
    Plot.dot(x, { ...common, y: shown, fill: color, r: 2.25 }),
  ];
}
