import { parseHTML } from "linkedom";
import { chartOptions } from "../../lib/plots/chart.ts";
import { chordChart } from "../../lib/plots/chord_chart.ts";
import { surfaceOf } from "../../lib/plots/contour_chart.ts";
import { differenceOf } from "../../lib/plots/difference_chart.ts";
import { type Figure, firstView } from "../../lib/plots/figure.ts";
import { kinksChart } from "../../lib/plots/kinks_chart.ts";
import { scatterOf } from "../../lib/plots/scatter_chart.ts";
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

/** Three teachers at five widths: a test loss with a peak, a training loss that falls to 1e-15. */
const widths = [2, 6, 22, 50, 200].flatMap((step, i) =>
  [-1, 0, 1].flatMap((offset, replica) => [
    {
      ...{ series: "test", step, replica },
      value: [0.3, 0.17, 0.74, 0.3, 0.2][i]! + 0.03 * offset,
    },
    {
      ...{ series: "training", step, replica },
      value: [0.2, 0.1, 1e-3, 1e-14, 1e-15][i]! * (1 + 0.2 * offset),
    },
  ])
);

/** Norms of three sets at four learning rates. */
function norms(): Series {
  const rows = [0.02, 0.04, 0.08, 0.16].flatMap((rate, step) =>
    [1, 2, 3].flatMap((factor, replica) => [
      { series: "rate", step, replica, value: rate },
      { series: "norm", step, replica, value: factor * 1e-4 / rate },
    ])
  );
  const [rate, norm] = seriesOf(rows);
  return scatterOf(rate!, norm!);
}

/** Sizes that fall with depth and over time, a zero and a NaN among them. */
function gradients(layer: number): Series {
  const x = [0, 1, 2, 4, 8];
  const sizes = x.map((step) => 10 ** (3 * layer - step / 2 - 9));
  if (layer === 1) sizes.splice(2, 2, 0, NaN);
  return { name: String(layer + 1), x, y: sizes };
}

/** A spiral into a bowl, and a path that leaves it and ends in a NaN. */
function paths(): Series[] {
  const angles = steps.map((step) => step / 2);
  return [
    {
      name: "spiral",
      x: angles.map((angle) => 1.6 * Math.cos(angle) * Math.exp(-angle / 5)),
      y: angles.map((angle) => 0.8 * Math.sin(angle) * Math.exp(-angle / 5)),
    },
    { name: "lost", x: [-1, 0, -0.5, 3, NaN], y: [0.5, -0.5, 0.8, -1, 0] },
  ];
}

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
  contour_chart: () =>
    svgOf(figureWith(paths(), {
      ...{ kind: "contour", xLabel: "θ₁", yLabel: "θ₂" },
      surface: surfaceOf({
        ...{ at: (x, y) => x ** 2 + 4 * y ** 2, x: [-2, 2], y: [-1, 1] },
      }),
    })),
  marked_chart: () =>
    svgOf(
      figureWith(seriesOf(widths), {
        ...{ xLabel: "width M", logX: true },
        marks: [
          { axis: "x", value: 20.5, label: "threshold" },
          { axis: "y", value: 0.09, label: "optimum" },
        ],
      }),
      { replicas: true },
    ),
  scatter_chart: () =>
    svgOf(figureWith([norms()], {
      ...{ kind: "scatter", xLabel: "learning rate", yLabel: "norm" },
      ...{ logX: true, logY: true },
    })),
  theory_chart: () =>
    svgOf(
      figureWith([
        ...seriesOf(replicas),
        lossSeries("theory", { 4: NaN }),
      ], { kind: "theory", logY: true }),
    ),
  heat_chart: () =>
    svgOf(figureWith([0, 1, 2].map(gradients), {
      ...{ kind: "heat", yLabel: "layer", logY: true },
    })),
  kinks_chart: () => {
    const kinks = [{ x: -1, y: 2 }, { x: 0, y: -1 }, { x: 1, y: 2 }];
    const vertices = [{ x: -2, y: -1 }, ...kinks, { x: 2, y: 0 }];
    const labels = { xLabel: "x", yLabel: "f(x)" };
    return draw(kinksChart({ vertices, kinks, ...labels }, {
      ...{ width: 480, height: 240 },
    })).markup;
  },
  chord_chart: () => {
    const kinks = [{ x: -1, y: 0 }, { x: 1, y: 2 }];
    return draw(chordChart({
      ...{ curve: [{ x: -2, y: 0 }, ...kinks, { x: 2, y: 2 }], kinks },
      chord: [{ x: -2, y: 0 }, { x: 0, y: 1 }],
      middle: { chord: { x: -1, y: 0.5 }, graph: { x: -1, y: 0 } },
      ...{ xLabel: "t", yLabel: "f(t)" },
    }, { width: 480, height: 240 })).markup;
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
