import * as Plot from "@observablehq/plot";
import { axisMarks, roundTicks } from "./axes.ts";
import {
  colorOf,
  dashOf,
  type Figure,
  type Surface,
  type View,
} from "./figure.ts";
import { formatNumber, tickLabels } from "./format.ts";
import { frameOf } from "./line_chart.ts";
import type { Series } from "./series.ts";

/** A function of two variables on a rectangle. */
export interface Landscape {
  at(x: number, y: number): number;
  readonly x: readonly [number, number];
  readonly y: readonly [number, number];
}

/** Cells of a landscape's grid from one side of the rectangle to the other. */
const GRID = 48;
/** Contours at most. */
const LEVELS = 12;
/** Paths of at most so many points show each as a dot. */
const DOTTED = 200;

/**
 * A landscape at the middles of the cells of a grid that reaches one cell beyond
 * the rectangle, so that contours go straight through its sides. The values have
 * four digits: contours need no more.
 */
export function surfaceOf({ at, x, y }: Landscape): Surface {
  const cells = GRID + 2;
  const place = ([low, high]: readonly [number, number], i: number) =>
    low + (high - low) * (i - 0.5) / GRID;
  const values = Array.from({ length: cells * cells }, (_, i) => {
    const value = at(place(x, i % cells), place(y, Math.floor(i / cells)));
    return Number(value.toPrecision(4));
  });
  return { x: [...x], y: [...y], columns: cells, rows: cells, values };
}

/** The ends of `cells` cells that reach one beyond the range on either side. */
function beyond(
  [low, high]: readonly [number, number],
  cells: number,
): [number, number] {
  const cell = (high - low) / (cells - 2);
  return [low - cell, high + cell];
}

/** The first series across and the second up, at the steps that both have, in their order. */
export function pathOf(first: Series, second: Series): Series {
  const other = new Map(second.x.map((step, i) => [step, second.y[i]!]));
  const both = first.x.map((step, i) => ({ step, x: first.y[i]! }))
    .filter(({ step }) => other.has(step));
  return {
    name: first.name,
    x: both.map(({ x }) => x),
    y: both.map(({ step }) => other.get(step)!),
  };
}

/** Heights of the contours: halves of the largest value, from the top down. */
export function levelsOf({ values }: Surface): number[] {
  const finite = values.filter((value) => Number.isFinite(value) && value > 0);
  if (finite.length === 0) return [];
  const high = Math.max(...finite);
  const low = Math.min(...finite);
  return Array.from({ length: LEVELS }, (_, i) => high / 2 ** (i + 1))
    .filter((level) => level > low)
    .reverse();
}

/**
 * Paths over the contours of a function of two variables: a ring where each
 * starts, a larger dot where it ends, and a dot at every step if there are few. A path that leaves the
 * rectangle ends in a triangle on the frame, and comes back as dots only; one
 * with a point that is not finite gets a × at the bottom.
 */
export function contourChart(figure: Figure, view: View): Plot.PlotOptions {
  const { surface } = figure;
  if (!surface) throw new TypeError(`Figure ${figure.id} has no surface`);
  const { columns, rows, values } = surface;
  const [x1, x2] = beyond(surface.x, columns);
  const [y1, y2] = beyond(surface.y, rows);
  const shown = figure.series
    .map((series, index) => ({ series, index }))
    .filter(({ series }) => !view.hidden.includes(series.name));
  const ticks = roundTicks(surface.y, view.height / 60);
  return {
    ...frameOf(view, tickLabels(ticks)),
    x: { domain: surface.x, label: null },
    y: { domain: surface.y, label: null },
    marks: [
      Plot.contour(values, {
        ...{ width: columns, height: rows, x1, x2, y1, y2 },
        value: Plot.identity,
        thresholds: levelsOf(surface),
        // Areas above each height lie over one another: the higher, the darker.
        fill: "var(--ink)",
        fillOpacity: 0.025,
        stroke: "var(--ink)",
        strokeOpacity: 0.22,
        strokeWidth: 0.75,
        clip: "frame",
      }),
      Plot.frame({ stroke: "var(--rule)" }),
      ...axisMarks("y", { label: figure.yLabel, ticks }).slice(1),
      ...axisMarks("x", { label: figure.xLabel }),
      ...shown.flatMap(({ series, index }) =>
        pathMarks(series, { index, surface })
      ),
    ],
    color: { type: "identity" },
  };
}

/** Points of a path by where they are. */
export function placesOf({ x, y }: Series, surface: Surface) {
  const points = x.map((value, i) => ({ x: value, y: y[i]! }));
  const isFinite = (point: { x: number; y: number }) =>
    Number.isFinite(point.x) && Number.isFinite(point.y);
  const within = (value: number, [low, high]: [number, number]) =>
    value >= low && value <= high;
  const isInside = (point: { x: number; y: number }) =>
    within(point.x, surface.x) && within(point.y, surface.y);
  const finite = points.filter(isFinite);
  const last = points.findIndex((point) => !isInside(point));
  return {
    points,
    /** Up to the first point that is not inside, and that one. */
    line: last < 0 ? points : points.slice(0, last + 1),
    inside: finite.filter(isInside),
    outside: finite.filter((point) => !isInside(point)),
    notFinite: points.filter((point) => !isFinite(point)),
  };
}

function pathMarks(
  series: Series,
  { index, surface }: { index: number; surface: Surface },
): Plot.Markish[] {
  const { points, line, inside, outside, notFinite } = placesOf(
    series,
    surface,
  );
  const at = { x: "x", y: "y" } as const;
  const color = colorOf(index);
  const clamp = (value: number, [low, high]: [number, number]) =>
    Math.min(Math.max(value, low), high);
  const edge = outside.map((point) => ({
    x: clamp(point.x, surface.x),
    y: clamp(point.y, surface.y),
  }));
  const lost = { stroke: "var(--fault)", strokeWidth: 1.75, r: 4 } as const;
  return [
    Plot.line(line, {
      ...at,
      stroke: color,
      strokeWidth: 1.5,
      strokeDasharray: dashOf(index),
      clip: "frame",
    }),
    ...(series.x.length <= DOTTED
      ? [Plot.dot(inside, { ...at, fill: color, r: 1.5 })]
      : []),
    Plot.dot(inside.slice(0, 1), {
      ...at,
      stroke: color,
      strokeWidth: 2,
      fill: "var(--page)",
      r: 5,
    }),
    Plot.dot(inside.slice(-1).filter((point) => point === points.at(-1)), {
      ...at,
      fill: color,
      r: 4.5,
    }),
    Plot.dot(edge.slice(0, 1), { ...at, ...lost, symbol: "triangle" }),
    ...(notFinite.length > 0
      ? [Plot.dot([0], {
        ...lost,
        symbol: "times",
        frameAnchor: "bottom",
      })]
      : []),
  ];
}

/** How many points of a path are not in the rectangle, in words; empty where all are. */
export function lostPoints(series: Series, surface: Surface): string {
  const { outside, notFinite } = placesOf(series, surface);
  const count = ({ length }: readonly unknown[], where: string) =>
    length > 0 && `${length} ${length === 1 ? "point" : "points"} ${where}`;
  return [count(outside, "outside"), count(notFinite, "not finite")]
    .filter(Boolean).join(", ");
}

/** Where a path starts and ends, and what cannot be drawn of it. */
export function describePath(series: Series, surface: Surface): string {
  const { points } = placesOf(series, surface);
  const place = (point: { x: number; y: number } | undefined) =>
    point
      ? `(${formatNumber(point.x, 3)}, ${formatNumber(point.y, 3)})`
      : "nowhere";
  return [
    `${series.name} from ${place(points[0])} to ${place(points.at(-1))}`,
    lostPoints(series, surface),
  ].filter(Boolean).join(", ");
}
