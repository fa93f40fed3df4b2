import * as Plot from "@observablehq/plot";
import { tickLabels } from "./format.ts";

/** Powers of ten inside [low, high], thinned to at most `most`. */
export function decades([low, high]: [number, number], most = 7): number[] {
  const first = Math.ceil(Math.log10(low) - 1e-9);
  const last = Math.floor(Math.log10(high) + 1e-9);
  const every = Math.max(1, Math.ceil((last - first + 1) / most));
  const powers: number[] = [];
  for (let power = first; power <= last; power += every) {
    powers.push(10 ** power);
  }
  return powers;
}

/** Ticks of an axis over `log(1 + x)`: 0, 1, 10, 100, … */
export function stepDecades([low, high]: [number, number]): number[] {
  const powers = high >= 1 ? logTicks([Math.max(1, low), high]) : [];
  return low <= 0 ? [0, ...powers] : powers;
}

/** Powers of ten inside [low, high], with 2 and 5 of them where there are less than three. */
export function logTicks([low, high]: [number, number]): number[] {
  const powers = decades([low, high]);
  if (powers.length > 2) return powers;
  const first = 10 ** Math.floor(Math.log10(low));
  return [1, 2, 5, 10, 20, 50, 100, 200, 500]
    .map((factor) => Number((factor * first).toPrecision(1)))
    .filter((tick) => tick >= low && tick <= high);
}

/** Largest size a linear axis holds: the span between two such numbers is still finite. */
export const LARGEST = 8e307;

/** Round numbers inside [low, high], about `count` of them. */
export function roundTicks(
  [low, high]: [number, number],
  count: number,
): number[] {
  const rough = (high - low) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5, 10].find((f) => f * power >= rough) ?? 10);
  if (!(step > 0)) return [];
  const ticks: number[] = [];
  for (let i = Math.ceil(low / step); i * step <= high; i++) {
    ticks.push(Number((i * step).toPrecision(12)));
  }
  return ticks;
}

/** Room for the labels of an axis at the left, in pixels. */
export function labelRoom(labels: readonly string[]): number {
  const longest = Math.max(3, ...labels.map((label) => label.length));
  return Math.ceil(longest * 6.6) + 14;
}

/** Pads [low, high] by `share`, and opens a range of no length. */
export function padded(
  [low, high]: [number, number],
  share = 0.05,
): [number, number] {
  const pad = (high - low) * share || Math.abs(low) * share || 1;
  return [low - pad, high + pad];
}

/** Pads a positive range by `share` of its logarithm. */
export function paddedLog([low, high]: [number, number]): [number, number] {
  const factor = Math.max((high / low) ** 0.04, 1.12);
  return [Math.max(low / factor, 1e-307), Math.min(high * factor, 1e307)];
}

/** Grid and labelled axis of one direction. */
export function axisMarks(
  axis: "x" | "y",
  { label, ticks, format = tickLabels }: {
    label: string;
    /** Values to label; about one per 90 pixels where absent. */
    ticks?: number[];
    /** Labels of all ticks together. */
    format?: (ticks: readonly number[]) => string[];
  },
): Plot.Markish[] {
  const shared = ticks ? { ticks } : { tickSpacing: 90 };
  const look = {
    ...shared,
    // Not `tickFormat`, which a log scale leaves out for ticks it finds too many.
    text: { transform: (all: Iterable<number>) => format([...all]) },
    tickSize: 0,
    fontSize: 12,
    labelArrow: "none",
  } as const;
  return axis === "x"
    ? [Plot.axisX({ ...look, label, labelAnchor: "right", labelOffset: 34 })]
    : [
      Plot.gridY({ ...shared, stroke: "var(--grid)", strokeOpacity: 1 }),
      Plot.axisY({ ...look, label, labelAnchor: "top" }),
    ];
}
