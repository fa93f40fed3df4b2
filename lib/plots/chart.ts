import type * as Plot from "@observablehq/plot";
import { contourChart, describePath } from "./contour_chart.ts";
import { differenceChart } from "./difference_chart.ts";
import { extentX, type Figure, type View } from "./figure.ts";
import { formatNumber } from "./format.ts";
import { heatChart } from "./heat_chart.ts";
import { lineChart } from "./line_chart.ts";
import { scatterChart } from "./scatter_chart.ts";
import { theoryChart } from "./theory_chart.ts";

const KINDS = {
  lines: lineChart,
  difference: differenceChart,
  theory: theoryChart,
  heat: heatChart,
  scatter: scatterChart,
  contour: contourChart,
};

/** Plot options of a figure as its view asks for. */
export function chartOptions(figure: Figure, view: View): Plot.PlotOptions {
  return KINDS[figure.kind](figure, view);
}

/** One sentence for those who do not see the chart: range of x, first and last value of each series, or both ends of each path. */
export function describe(figure: Figure): string {
  const { surface } = figure;
  if (surface) {
    const paths = figure.series.map((one) => describePath(one, surface));
    return `${figure.title}, ${figure.xLabel} across, ${figure.yLabel} up: ${
      paths.join("; ")
    }.`;
  }
  const [from, to] = extentX(figure.series).map((x) => formatNumber(x));
  const curves = figure.series.map(({ name, y, faults = [] }) => {
    const lost = y.filter((value) => !Number.isFinite(value)).length +
      faults.length;
    return `${name} from ${formatNumber(y[0] ?? NaN)} to ${
      formatNumber(y.at(-1) ?? NaN)
    }` + (lost > 0 ? `, ${lost} values not finite` : "");
  });
  return `${figure.title}, ${figure.xLabel} ${from} to ${to}: ${
    curves.join("; ")
  }.`;
}
