import { type Landscape, pathOf, surfaceOf } from "./contour_chart.ts";
import { differenceOf } from "./difference_chart.ts";
import type { Figure } from "./figure.ts";
import { scatterOf } from "./scatter_chart.ts";
import type { Series } from "./series.ts";

/** A figure that somebody asks for by the names of recorded series. */
export interface Wanted {
  readonly id: string;
  readonly title: string;
  /** `lines`: the series. `difference`: |first − second| of each two in a row. `scatter`: each two in a row as x and y. `sizes`: the series on a log axis that also shows zero. `contour`: each two in a row as the coordinates of a path. */
  readonly kind: Figure["kind"] | "sizes";
  readonly series: readonly string[];
  /** Legend text of each series, or of each two. */
  readonly names: readonly string[];
  readonly x: WantedAxis;
  readonly y: WantedAxis;
  /** Lines across the chart. */
  readonly marks?: readonly WantedMark[];
  /** What a contour figure shows the contours of. */
  readonly landscape?: Landscape;
}

/** A line across a chart at a value that the run computed. */
export interface WantedMark {
  readonly axis: "x" | "y";
  /** Name of the result, a number. */
  readonly result: string;
  readonly label: string;
}

interface WantedAxis {
  readonly label: string;
  readonly scale: "linear" | "log";
}

/** Quantities that come first, in this order; the rest follows as it was recorded. */
const FIRST = ["loss", "accuracy"];

/**
 * The figure that `wanted` asks for; null where what it needs was not recorded.
 *
 * @param results Of the run, for the marks of the figure
 */
export function figureFrom(
  wanted: Wanted,
  recorded: readonly Series[],
  results: Readonly<Record<string, unknown>> = {},
): Figure | null {
  const found = wanted.series.map((name) =>
    recorded.find((one) => one.name === name)
  );
  const join = JOINS[wanted.kind];
  const series = join
    ? pairs(wanted, found, join)
    : found.flatMap((series, i) =>
      series ? [{ ...series, name: wanted.names[i] ?? series.name }] : []
    );
  if (series.length === 0) return null;
  const marks = (wanted.marks ?? []).flatMap(({ axis, result, label }) => {
    const value = results[result];
    return typeof value === "number" ? [{ axis, value, label }] : [];
  });
  return {
    id: `figure-${wanted.id}`,
    kind: wanted.kind === "sizes" ? "difference" : wanted.kind,
    title: wanted.title,
    xLabel: wanted.x.label,
    yLabel: wanted.y.label,
    logX: wanted.x.scale === "log",
    logY: wanted.y.scale === "log",
    series,
    ...(marks.length > 0 && { marks }),
    ...(wanted.landscape && { surface: surfaceOf(wanted.landscape) }),
  };
}

type Join = (first: Series, second: Series) => Series;

/** How two series become one curve, in the figures that take them two by two. */
const JOINS: Partial<Record<Wanted["kind"], Join>> = {
  difference: differenceOf,
  scatter: scatterOf,
  contour: pathOf,
};

/** The joined series of those pairs of which both were recorded. */
function pairs(
  { names }: Wanted,
  found: readonly (Series | undefined)[],
  join: Join,
): Series[] {
  return names.flatMap((name, i) => {
    const [first, second] = found.slice(2 * i, 2 * i + 2);
    return first && second ? [{ ...join(first, second), name }] : [];
  });
}

/**
 * The figures of a run: first those that are wanted, then one per quantity for
 * all other series.
 */
export function figuresOf(
  all: readonly Series[],
  wanted: readonly Wanted[] = [],
  results: Readonly<Record<string, unknown>> = {},
): Figure[] {
  const used = new Set(wanted.flatMap(({ series }) => series));
  const asked = wanted.flatMap((one) => figureFrom(one, all, results) ?? []);
  const rest = all.filter(({ name }) => !used.has(name));
  return [...asked, ...byQuantity(rest)];
}

function byQuantity(all: readonly Series[]): Figure[] {
  const groups = new Map<string, Series[]>();
  for (const series of all) {
    const { quantity, curve } = partsOf(series.name);
    const group = groups.get(quantity) ?? [];
    groups.set(quantity, [...group, { ...series, name: curve }]);
  }
  const rank = (name: string) => {
    const place = FIRST.indexOf(name);
    return place < 0 ? FIRST.length : place;
  };
  return [...groups].sort(([a], [b]) => rank(a) - rank(b))
    .map(([quantity, series]) => ({
      id: idOf(quantity, [...groups.keys()]),
      kind: /difference/i.test(quantity) ? "difference" : "lines",
      title: titleOf(quantity),
      xLabel: "step",
      yLabel: isIdentifier(quantity) ? wordsOf(quantity) : quantity,
      logX: false,
      logY: false,
      series: series.toSorted((a, b) => trained(b) - trained(a)),
    }));
}

/** An id for a quantity, numbered where others would have the same. */
function idOf(quantity: string, all: readonly string[]): string {
  const slug = (name: string) => name.replace(/[^A-Za-z0-9]+/g, "-");
  const alike = all.filter((one) => slug(one) === slug(quantity));
  const place = alike.indexOf(quantity);
  return `chart-${slug(quantity)}${place === 0 ? "" : `-${place + 1}`}`;
}

/** 1 for the curve of what was trained on, which comes before those of evaluations. */
function trained({ name }: Series): number {
  return Number(/(^|\.)train$/.test(name));
}

/**
 * The quantity of a series and the curve that it is, as in `train.loss`: words
 * joined by dots. Any other name is a quantity of its own.
 */
function partsOf(name: string): { quantity: string; curve: string } {
  const words = name.split(".");
  if (words.length < 2 || !words.every(isIdentifier)) {
    return { quantity: name, curve: name };
  }
  return { quantity: words.at(-1)!, curve: words.slice(0, -1).join(".") };
}

function isIdentifier(word: string): boolean {
  return /^[A-Za-z_][\w-]*$/.test(word);
}

/** `gradientNorm` as "Gradient norm"; free text as it is. */
function titleOf(quantity: string): string {
  if (!isIdentifier(quantity)) return quantity;
  const words = wordsOf(quantity);
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** `gradientNorm` as "gradient norm". */
function wordsOf(name: string): string {
  return name.replace(/([a-z])([A-Z])/g, "$1 $2").toLowerCase();
}
