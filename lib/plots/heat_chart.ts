import * as Plot from "@observablehq/plot";
import { axisMarks } from "./axes.ts";
import { firstAtLeast } from "./downsample.ts";
import { extentX, type Figure, type View } from "./figure.ts";
import { formatTick } from "./format.ts";
import { frameOf, xScale } from "./line_chart.ts";
import type { Series } from "./series.ts";

/** Shades of the scale beside the chart. */
const SHADES = 9;

/** One rectangle: a series from one of its points to the next. */
interface Cell {
  x1: number;
  x2: number;
  row: number;
  value: number;
}

/**
 * Sizes as shades, one row per series, the first at the bottom, over a common x:
 * the larger a value, the darker on a log scale whose ends stand above the
 * chart. A cell reaches from its x to the next. Exact zero stays without a
 * shade and bears a ring, NaN and ±∞ bear a cross.
 */
export function heatChart(figure: Figure, view: View): Plot.PlotOptions {
  const range = view.range ?? extentX(figure.series);
  const cells = figure.series
    .flatMap((series, row) => cellsOf(series, row, view))
    .filter(({ x1, x2 }) => x2 >= range[0] && x1 <= range[1]);
  const shaded = cells.filter(({ value }) => value > 0 && value < Infinity);
  const sizes = shaded.map(({ value }) => Math.log10(value));
  const low = sizes.reduce((least, size) => Math.min(least, size), Infinity);
  const high = sizes.reduce((most, size) => Math.max(most, size), -Infinity);
  const shareOf = ({ value }: Cell) =>
    high > low ? (Math.log10(value) - low) / (high - low) : 1;
  const rows = figure.series.map((_, row) => row);
  const every = Math.ceil(rows.length / Math.max(4, view.height / 24));
  const ticks = rows.filter((row) => row % every === 0);
  const nameOf = (row: number) => figure.series[row]?.name ?? "";
  const center = {
    x: ({ x1, x2 }: Cell) => (x1 + x2) / 2,
    y: "row",
    clip: "frame",
    strokeWidth: 1,
  } as const;
  return {
    ...frameOf(view, ticks.map(nameOf)),
    x: xScale(view, range),
    y: { domain: [-0.5, rows.length - 0.5], label: null },
    color: { type: "identity" },
    marks: [
      Plot.rect(shaded, {
        x1: "x1",
        x2: "x2",
        y1: ({ row }: Cell) => row - 0.5,
        y2: ({ row }: Cell) => row + 0.5,
        fill: (cell: Cell) => shade(shareOf(cell)),
        clip: "frame",
      }),
      Plot.dot(cells.filter(({ value }) => value === 0), {
        ...center,
        stroke: "var(--ink)",
        strokeOpacity: 0.4,
        r: 2,
      }),
      Plot.dot(cells.filter(({ value }) => !Number.isFinite(value)), {
        ...center,
        stroke: "var(--fault)",
        symbol: "times",
        r: 3,
      }),
      ...axisMarks("y", {
        label: figure.yLabel,
        ticks,
        format: (rows) => rows.map(nameOf),
      }).slice(1),
      ...axisMarks("x", { label: figure.xLabel }),
      ...(sizes.length > 0 ? scaleMarks([10 ** low, 10 ** high]) : []),
    ],
  };
}

/** A shade between the page's own and full colour; `share` in [0, 1]. */
function shade(share: number): string {
  const percent = Math.round(8 + 92 * share);
  return `color-mix(in oklab, var(--series-1) ${percent}%, var(--page))`;
}

/** The cells of a series in view, no more than there are pixels. */
function cellsOf({ x, y }: Series, row: number, view: View): Cell[] {
  const [from, to] = view.range ?? [-Infinity, Infinity];
  const start = Math.max(0, firstAtLeast(x, from) - 1);
  let end = start;
  while (end < x.length && x[end]! <= to) end++;
  const every = Math.max(1, Math.ceil((end - start) / view.width));
  const cells: Cell[] = [];
  for (let i = start; i < end; i += every) {
    const x1 = x[i]!;
    const gap = x1 - (x[i - 1] ?? x1 - 1);
    cells.push({ x1, x2: x[i + every] ?? x1 + gap, row, value: y[i]! });
  }
  return cells;
}

/** The shades and the sizes at both ends, above the chart at the right. */
function scaleMarks(ends: [number, number]): Plot.Markish[] {
  const common = { frameAnchor: "top-right", dy: -15, fontSize: 12 } as const;
  const width = 12;
  const left = -64 - SHADES * width;
  const marks = Array.from({ length: SHADES }, (_, i) =>
    Plot.dot([0], {
      ...common,
      dx: left + (i + 0.5) * width,
      symbol: "square",
      r: width / 2 * 1.13,
      fill: shade(i / (SHADES - 1)),
    }));
  const label = (value: number, dx: number, anchor: "start" | "end") =>
    Plot.text([formatTick(Number(value.toPrecision(1)))], {
      ...common,
      dx,
      textAnchor: anchor,
    });
  return [
    ...marks,
    label(ends[0], left - 6, "end"),
    label(ends[1], left + SHADES * width + 6, "start"),
  ];
}
