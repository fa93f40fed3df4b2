import type * as Plot from "@observablehq/plot";
import { axisMarks, labelRoom, roundTicks } from "./axes.ts";
import { tickLabels } from "./format.ts";

/** A point of a graph. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Of a drawing, in pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** The frame of a function's graph: options without marks, and the marks of both axes. */
export function graphFrame(
  { xLabel, yLabel }: { readonly xLabel: string; readonly yLabel: string },
  { domain, size }: { domain: [number, number]; size: Size },
): { options: Plot.PlotOptions; axes: Plot.Markish[] } {
  const ticks = roundTicks(domain, size.height / 50);
  return {
    options: {
      ...size,
      marginLeft: labelRoom(tickLabels(ticks)),
      marginRight: 14,
      marginTop: 26,
      marginBottom: 40,
      className: "plot",
      style: { fontSize: "12px", background: "none" },
      x: { label: null },
      y: { domain, label: null },
    },
    axes: [
      ...axisMarks("y", { label: yLabel, ticks }),
      ...axisMarks("x", { label: xLabel }),
    ],
  };
}
