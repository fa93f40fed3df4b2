import { bandAt, type Series } from "./series.ts";

/** A line across a chart at one value of an axis, with words beside it. */
export interface Mark {
  axis: "x" | "y";
  value: number;
  label: string;
}

/** A function of two variables on a grid around a rectangle. */
export interface Surface {
  /** Sides of the rectangle. */
  x: [number, number];
  y: [number, number];
  /** Cells of the grid, one beyond the rectangle on each side. */
  columns: number;
  rows: number;
  /** At the middle of every cell, row by row, the row of the lowest y first. */
  values: number[];
}

/** What a chart shows: curves over a common x, with words for the axes. */
export interface Figure {
  id: string;
  /** `lines`: values on a linear or log axis. `difference`: sizes of differences on a log axis that also shows exact zero. `theory`: means with error bars against lines. `heat`: sizes as shades, one row per series. `scatter`: points of every replica, and their means joined in the order of x. `contour`: paths over the contours of `surface`, their points in the order of the path. */
  kind: "lines" | "difference" | "theory" | "heat" | "scatter" | "contour";
  title: string;
  xLabel: string;
  yLabel: string;
  /** Log axis at first sight. */
  logX: boolean;
  logY: boolean;
  series: Series[];
  /** Values to compare the curves with. */
  marks?: Mark[];
  /** What a contour figure shows the contours of. */
  surface?: Surface;
}

/** How a reader looks at a figure. */
export interface View {
  /** Width and height in pixels. */
  width: number;
  height: number;
  logX: boolean;
  logY: boolean;
  /** Weight of the past in the exponential average, in [0, 1). */
  smoothing: number;
  /** Whether every replica is drawn beside the mean. */
  replicas: boolean;
  /** Names of series that are switched off. */
  hidden: readonly string[];
  /** Shown range of x; null for all. */
  range: readonly [number, number] | null;
}

/** The view a figure opens with, 720 by 280 pixels unless told otherwise. */
export function firstView(figure: Figure, size: Partial<View> = {}): View {
  const { logX, logY } = figure;
  return {
    width: 720,
    height: 280,
    logX,
    logY,
    smoothing: 0,
    replicas: false,
    hidden: [],
    range: null,
    ...size,
  };
}

/** Number of distinct series colours; `--series-1` and so on in the style sheet. */
const COLORS = 8;

/** Colour of the series at `index`, a variable that differs in light and dark. */
export function colorOf(index: number): string {
  return `var(--series-${index % COLORS + 1})`;
}

const DASHES = ["", "6 3", "2 3", "8 3 2 3"];

/** Dash pattern of the series at `index`, so that curves differ without colour too. */
export function dashOf(index: number): string | undefined {
  return DASHES[(index + Math.floor(index / COLORS)) % DASHES.length] ||
    undefined;
}

/** Smallest and largest x of all series, [0, 1] where there is none. */
export function extentX(series: readonly Series[]): [number, number] {
  let low = Infinity, high = -Infinity;
  for (const { x } of series) {
    if (x.length === 0) continue;
    low = Math.min(low, x[0]!);
    high = Math.max(high, x[x.length - 1]!);
  }
  return low <= high ? [low, high] : [0, 1];
}

/** Smallest and largest finite value, band included, that `accept` lets through; null where there is none. */
export function extentY(
  series: readonly Series[],
  accept: (value: number) => boolean = () => true,
  { log = false } = {},
): [number, number] | null {
  let low = Infinity, high = -Infinity;
  const take = (values: readonly number[]) => {
    for (const value of values) {
      if (!Number.isFinite(value) || !accept(value)) continue;
      if (value < low) low = value;
      if (value > high) high = value;
    }
  };
  for (const one of series) {
    take(one.y);
    one.y.forEach((_, i) => take(bandAt(one, i, log) ?? []));
    one.single?.forEach(take);
    one.crowd?.values.forEach(take);
  }
  return low <= high ? [low, high] : null;
}
