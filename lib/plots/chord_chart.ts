import * as Plot from "@observablehq/plot";
import { padded } from "./axes.ts";
import { graphFrame, type Point, type Size } from "./graph_frame.ts";

/** A graph, its kinks, and a chord with its middle and the graph's point there. */
export interface ChordFigure {
  readonly curve: readonly Point[];
  readonly kinks: readonly Point[];
  readonly chord: readonly [Point, Point];
  readonly middle: { readonly chord: Point; readonly graph: Point };
  readonly xLabel: string;
  readonly yLabel: string;
}

/** The graph as a line with a ring at every kink, the chord dashed, and an arrow from the graph to the chord's middle. */
export function chordChart(
  figure: ChordFigure,
  size: Size,
): Plot.PlotOptions {
  const { curve, kinks, chord, middle } = figure;
  const ys = [...curve, ...chord].map(({ y }) => y);
  const domain = padded([Math.min(...ys), Math.max(...ys)], 0.08);
  const { options, axes } = graphFrame(figure, { domain, size });
  const at = { x: "x", y: "y" } as const;
  return {
    ...options,
    marks: [
      ...axes,
      Plot.line(curve, { ...at, stroke: "var(--series-1)", strokeWidth: 1.8 }),
      Plot.line(chord, {
        ...at,
        stroke: "var(--series-2)",
        strokeWidth: 1.8,
        strokeDasharray: "6 3",
      }),
      Plot.dot(kinks, {
        ...at,
        r: 3,
        fill: "var(--page)",
        stroke: "var(--series-1)",
        strokeWidth: 1.5,
      }),
      Plot.dot(chord, { ...at, r: 4, fill: "var(--series-2)" }),
      Plot.arrow([middle], {
        x1: (d) => d.graph.x,
        y1: (d) => d.graph.y,
        x2: (d) => d.chord.x,
        y2: (d) => d.chord.y,
        stroke: "var(--ink)",
        strokeWidth: 1.5,
        headLength: 6,
      }),
    ],
  };
}
