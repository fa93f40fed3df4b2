import { parseHTML } from "linkedom";
import { chartOptions } from "../../lib/plots/chart.ts";
import { differenceOf } from "../../lib/plots/difference_chart.ts";
import { type Figure, firstView } from "../../lib/plots/figure.ts";
import { type Series, seriesOf } from "../../lib/plots/series.ts";
import { smallChart } from "../../lib/plots/small_chart.ts";
import { draw, setDrawingDocument } from "../../lib/ui/draw.ts";

setDrawingDocument(parseHTML("<html></html>").document);

const steps = Array.from({ length: 21 }, (_, i) => i);

/** A loss that falls, with the values in `odd` in place of its own. */
export function lossSeries(
  name = "train",
  odd: Record<number, number> = {},
): Series {
  return {
    name,
    x: steps,
    y: steps.map((x) => odd[x] ?? 2 * Math.exp(-x / 6) + 0.1),
  };
}

/** A figure of curves, with what a test changes in it. */
export function figureWith(
  series: Series[],
  more: Partial<Figure> = {},
): Figure {
  return {
    ...{ id: "f", kind: "lines", title: "Loss", xLabel: "step" },
    ...{ yLabel: "loss", logX: false, logY: false },
    series,
    ...more,
  };
}

/** SVG text of a figure, seen with `view`. */
export function svgOf(
  figure: Figure,
  view: Parameters<typeof firstView>[1] = {},
): string {
  return draw(chartOptions(figure, firstView(figure, view))).markup;
}

/** `svg` with numbers rounded to a tenth and counted ids renamed, one element per line. */
export function normalised(svg: string): string {
  const ids = new Map<string, string>();
  return "<!-- deno-fmt-ignore-file -->\n" + svg
    .replace(/plot-clip-\d+/g, (id) => {
      if (!ids.has(id)) ids.set(id, `clip-${ids.size + 1}`);
      return ids.get(id)!;
    })
    .replace(/-?\d+\.\d{2,}/g, (n) => String(Math.round(Number(n) * 10) / 10))
    .replaceAll("><", ">\n<") +
    "\n";
}

const replicas = steps.flatMap((step) =>
  [-1, 0, 1].map((offset, replica) => ({
    series: "three seeds",
    ...{ step, replica },
    value: 2 * Math.exp(-step / 6) + 0.3 + 0.1 * offset,
  }))
);

/** One chart of each kind, by the name of its snapshot. */
export const SNAPSHOTS: Record<string, () => string> = {
  line_chart: () =>
    svgOf(
      figureWith([
        lossSeries("train", { 8: NaN, 12: Infinity, 15: -Infinity }),
        ...seriesOf(replicas),
      ]),
      { smoothing: 0.5 },
    ),
  difference_chart: () => {
    const other = lossSeries("PyTorch");
    other.y = other.y.map((y, x) => x < 6 ? y : y + 1e-9 * 4 ** (x / 3));
    return svgOf(figureWith([differenceOf(lossSeries("ours"), other)], {
      ...{ kind: "difference", yLabel: "|ours − PyTorch|" },
    }));
  },
  small_chart: () =>
    draw(smallChart(
      figureWith([lossSeries("train", { 10: NaN }), lossSeries("test")]),
    )).markup,
};

if (import.meta.main) {
  for (const [name, chart] of Object.entries(SNAPSHOTS)) {
    const file = new URL(`./snapshots/${name}.svg`, import.meta.url);
    Deno.writeTextFileSync(file, normalised(chart()));
  }
}
