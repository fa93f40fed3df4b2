import * as Plot from "@observablehq/plot";
import { axisMarks, decades } from "./axes.ts";
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
import { frameOf, xScale } from "./line_chart.ts";
import { curveMarks, faultMarks, faultsOf } from "./marks.ts";
import type { Series } from "./series.ts";

/**
 * Sizes of differences on a log axis, `|ours − reference|` over the step. A
 * logarithm has no zero, so exact zeros lie as rings on a line of their own
 * below the axis, labelled 0; they are never dropped and never drawn as small.
 */
export function differenceChart(figure: Figure, view: View): Plot.PlotOptions {
  const range = view.range ?? extentX(figure.series);
  const shown = figure.series
    .map((series, index) => ({ series, index }))
    .filter(({ series }) => !view.hidden.includes(series.name))
    .map(({ series, index }) => ({
      index,
      series: downsample(slice(series, [...range]), Math.ceil(view.width)),
    }));
  const positive = (value: number) => Number.isFinite(value) && value > 0;
  const [low, high] = extentY(
    shown.map(({ series }) => series),
    positive,
    { log: true },
  ) ?? [1e-8, 1e-1];
  const floor = 10 ** Math.floor(Math.log10(low));
  const zeros = shown.flatMap(({ series, index }) => zerosOf(series, index));
  // The line of zeros takes an eighth of the axis below its floor.
  const zero = floor * (floor / high) ** 0.125;
  const bottom = zeros.length > 0 ? zero * (floor / high) ** 0.06 : floor;
  const domain: [number, number] = [bottom, high * (high / floor) ** 0.06];
  const ticks = decades([floor, domain[1]]);
  const inRange = ({ x }: { x: number }) => x >= range[0] && x <= range[1];
  const faults = shown.flatMap(({ series }) =>
    faultsOf(series, (value) => Number.isFinite(value))
  ).filter(inRange);
  const labelsOf = (all: readonly number[]) => {
    const labels = tickLabels(all.filter((tick) => tick !== zero));
    return all.map((tick) => tick === zero ? "0" : labels.shift()!);
  };
  return {
    ...frameOf(view, labelsOf(ticks)),
    x: xScale(view, range),
    y: { domain, type: "log", label: null },
    marks: [
      ...axisMarks("y", {
        label: figure.yLabel,
        ticks: zeros.length > 0 ? [zero, ...ticks] : ticks,
        format: labelsOf,
      }),
      ...axisMarks("x", { label: figure.xLabel }),
      ...shown.flatMap(({ series, index }) =>
        curveMarks(series, {
          color: colorOf(index),
          dash: dashOf(index),
          smoothing: view.smoothing,
          accept: positive,
          floor,
          log: true,
        })
      ),
      Plot.dot(zeros.filter(inRange), {
        x: "x",
        y: zero,
        stroke: "color",
        r: 2.75,
        strokeWidth: 1.25,
      }),
      ...faultMarks(faults),
    ],
    color: { type: "identity" },
  };
}

/** |first − second| at every x both curves have; NaN where either is not finite. */
export function differenceOf(first: Series, second: Series): Series {
  const other = new Map(second.x.map((x, i) => [x, second.y[i]!]));
  const x = first.x.filter((value) => other.has(value));
  const mine = new Map(first.x.map((value, i) => [value, first.y[i]!]));
  return {
    name: `|${first.name} − ${second.name}|`,
    x,
    y: x.map((value) => {
      const difference = Math.abs(mine.get(value)! - other.get(value)!);
      return Number.isFinite(difference) ? difference : NaN;
    }),
  };
}

function zerosOf({ x, y }: Series, index: number) {
  const color = colorOf(index);
  return x.flatMap((value, i) => y[i] === 0 ? [{ x: value, color }] : []);
}
