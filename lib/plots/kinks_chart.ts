import * as Plot from "@observablehq/plot";
import { padded } from "./axes.ts";
import { graphFrame, type Point, type Size } from "./graph_frame.ts";

/** A piecewise linear function on an interval and where it bends. */
export interface KinksFigure {
  /** Ends of the interval and everything in between at which the line bends. */
  readonly vertices: readonly Point[];
  readonly kinks: readonly Point[];
  readonly xLabel: string;
  readonly yLabel: string;
}

/** Most kinks whose heights are all shown; of more, the outermost twentieth may lie outside of the frame. */
const FEW = 12;

/** The range of y that shows the kinks; the ends of the line too where there are few. */
function rangeOf({ vertices, kinks }: KinksFigure): [number, number] {
  const shown = (kinks.length > FEW ? kinks : vertices).map(({ y }) => y)
    .sort((a, b) => a - b);
  const spare = kinks.length > FEW ? Math.floor(shown.length / 20) : 0;
  return padded([shown[spare]!, shown.at(-1 - spare)!], 0.12);
}

/** The graph as one line through its vertices, with a dot and a rule at every kink. */
export function kinksChart(
  figure: KinksFigure,
  size: Size,
): Plot.PlotOptions {
  const domain = rangeOf(figure);
  const inside = figure.kinks.filter(({ y }) =>
    y >= domain[0] && y <= domain[1]
  );
  const { options, axes } = graphFrame(figure, { domain, size });
  return {
    ...options,
    marks: [
      ...axes,
      Plot.ruleX(figure.kinks, {
        x: "x",
        stroke: "var(--series-2)",
        strokeOpacity: 0.35,
      }),
      Plot.line(figure.vertices, {
        x: "x",
        y: "y",
        stroke: "var(--series-1)",
        strokeWidth: 1.8,
        clip: true,
      }),
      Plot.dot(inside, {
        x: "x",
        y: "y",
        r: inside.length > 40 ? 2 : 3,
        fill: "var(--page)",
        stroke: "var(--series-2)",
        strokeWidth: 1.5,
      }),
    ],
  };
}
