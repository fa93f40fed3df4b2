import * as Plot from "@observablehq/plot";
import { LARGEST, padded, paddedLog } from "./axes.ts";
import { downsample } from "./downsample.ts";
import { colorOf, dashOf, extentX, extentY, type Figure } from "./figure.ts";
import { curveMarks, faultMarks, faultsOf } from "./marks.ts";

/** Width and height in pixels. */
export interface Size {
  width: number;
  height: number;
}

/**
 * A chart of the size of a word: the curves of a figure without axes, a dot at
 * the last value of each, marks where a value is not on the axis.
 */
export function smallChart(
  figure: Figure,
  { width, height }: Size = { width: 240, height: 64 },
): Plot.PlotOptions {
  const log = figure.logY || figure.kind === "difference";
  const accept = (value: number) =>
    Math.abs(value) <= LARGEST && !(log && value <= 0);
  const shown = figure.series.map((one) => downsample(one, width));
  const extent = extentY(shown, accept, { log });
  const domain = log ? paddedLog(extent ?? [0.1, 1]) : padded(extent ?? [0, 1]);
  const last = shown.flatMap(({ x, y }, index) =>
    accept(y.at(-1) ?? NaN)
      ? [{ x: x.at(-1), y: y.at(-1), color: colorOf(index) }]
      : []
  );
  return {
    width,
    height,
    margin: 4,
    className: "plot",
    x: {
      axis: null,
      type: figure.logX ? "symlog" : "linear",
      domain: extentX(shown),
      inset: 3,
    },
    y: {
      axis: null,
      type: log ? "log" : "linear",
      domain,
    },
    color: { type: "identity" },
    marks: [
      ...shown.flatMap((one, index) =>
        curveMarks(one, {
          color: colorOf(index),
          dash: dashOf(index),
          smoothing: 0,
          accept,
          floor: log ? domain[0] : undefined,
          log,
        })
      ),
      Plot.dot(last, { x: "x", y: "y", fill: "color", r: 3 }),
      ...faultMarks(shown.flatMap((one) => faultsOf(one, accept))),
    ],
  };
}
