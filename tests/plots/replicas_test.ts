import assert from "node:assert/strict";
import { downsample, slice } from "../../lib/plots/downsample.ts";
import { extentY } from "../../lib/plots/figure.ts";
import { figureFrom, type Wanted } from "../../lib/plots/groups.ts";
import { scatterOf } from "../../lib/plots/scatter_chart.ts";
import {
  bandAt,
  MOST_SINGLE,
  type Row,
  seriesOf,
} from "../../lib/plots/series.ts";
import { figureWith, svgOf } from "./charts.ts";

/** Rows of a series, one list of replicas for each step. */
function rowsOf(series: string, steps: Record<number, number[]>): Row[] {
  return Object.entries(steps).flatMap(([step, values]) =>
    values.map((value, replica) => ({
      ...{ series, replica, value },
      step: Number(step),
    }))
  );
}

/** Lines of curves and of replicas. */
function paths(svg: string): number {
  const groups = svg.match(/<g[^>]*aria-label="line".*?<\/g>/gs) ?? [];
  return groups.join("").split("<path").length - 1;
}

Deno.test("seriesOf() keeps every replica, up to as many as a chart can tell apart", () => {
  const [few] = seriesOf(rowsOf("a", { 0: [1, 2, 6], 1: [3, NaN, 4] }));
  assert.deepEqual(few!.single, [[1, 2, 6], [3, NaN, 4]]);
  assert.deepEqual(few!.y, [3, 3.5]);
  const [one] = seriesOf(rowsOf("a", { 0: [1] }));
  assert.equal(one!.single, undefined);
  const many = new Array(MOST_SINGLE + 1).fill(1);
  const [crowd] = seriesOf(rowsOf("a", { 0: many, 1: many }));
  assert.equal(crowd!.single, undefined);
  assert.equal(crowd!.replicas, MOST_SINGLE + 1);
  assert.deepEqual([few!.stored, crowd!.stored], [undefined, "a"]);
});

Deno.test("downsample() keeps the replicas of the points that it keeps", () => {
  const steps = Array.from({ length: 100 }, (_, i) => [i, i + 10]);
  const [series] = seriesOf(rowsOf("a", { ...steps }));
  const { x, single } = downsample(series!, 5);
  assert.ok(x.length < 20);
  assert.deepEqual(single, x.map((i) => [i, i + 10]));
});

Deno.test("lineChart() draws every replica where the view asks for it", () => {
  const series = seriesOf(rowsOf("a", { 0: [1, 2, 30], 1: [2, 3, 40] }));
  const figure = figureWith(series);
  assert.equal(paths(svgOf(figure)), 1);
  assert.equal(paths(svgOf(figure, { replicas: true })), 4);
});

const axis = { label: "a", scale: "linear" } as const;
const wanted: Wanted = {
  ...{ id: "w", title: "W", kind: "lines", x: axis, y: axis },
  ...{ series: ["a"], names: ["A"] },
  marks: [
    { axis: "x", result: "threshold", label: "limit" },
    { axis: "y", result: "absent", label: "nowhere" },
  ],
};

Deno.test("figureFrom() takes the marks of a figure from the run's results", () => {
  const series = seriesOf(rowsOf("a", { 0: [1], 9: [2] }));
  assert.equal(figureFrom(wanted, series)!.marks, undefined);
  const figure = figureFrom(wanted, series, { threshold: 4.5, other: 1 })!;
  assert.deepEqual(figure.marks, [{ axis: "x", value: 4.5, label: "limit" }]);
  assert.match(svgOf(figure), />limit<\/text>/);
  // Outside of what the reader zoomed to.
  assert.ok(!svgOf(figure, { range: [6, 9] }).includes("limit"));
});

Deno.test("lineChart() makes room for a mark below the curves", () => {
  const marks = [{ axis: "y", value: 0.001, label: "floor" } as const];
  const figure = figureWith(
    [{ name: "a", x: [0, 1], y: [5, 6] }],
    { marks },
  );
  assert.ok(svgOf(figure).includes("floor"));
});

Deno.test("lineChart() keeps the label of a mark within the chart", () => {
  const label = "threshold of the smaller sample";
  for (const width of [300, 720]) {
    for (let value = 0; value <= 10; value++) {
      const figure = figureWith([{ name: "a", x: [0, 10], y: [5, 6] }], {
        marks: [{ axis: "x", value, label }],
      });
      const svg = svgOf(figure, { width });
      const [, shift, left] =
        /translate\((\d+),6\)"[^>]*><text transform="translate\(([\d.]+),26\)"[^>]*>threshold/
          .exec(svg)!;
      const start = Number(shift) + Number(left);
      // Letters of 12 pixels are some 6.6 wide.
      assert.ok(start > 0 && start + label.length * 6.6 <= width, `${value}`);
      if (value === 0) assert.ok(start < 60, "beside its line");
    }
  }
});

Deno.test("scatterOf() pairs steps and replicas, in the order of x", () => {
  const [x, y] = seriesOf([
    ...rowsOf("x", { 0: [4, 6], 1: [1, 3], 7: [0, 0] }),
    ...rowsOf("y", { 0: [10, 20], 1: [30, 50], 8: [0, 0] }),
  ]);
  const scatter = scatterOf(x!, y!);
  assert.deepEqual(scatter.x, [2, 5]);
  assert.deepEqual(scatter.y, [40, 15]);
  assert.deepEqual(scatter.across, [[1, 3], [4, 6]]);
  assert.deepEqual(scatter.single, [[30, 50], [10, 20]]);
});

Deno.test("scatterChart() draws a dot for each replica and each mean, and leaves out what a log axis cannot hold", () => {
  const [x, y] = seriesOf([
    ...rowsOf("x", { 0: [4, 6], 1: [1, 3] }),
    ...rowsOf("y", { 0: [10, 20], 1: [0, 50] }),
  ]);
  const figure = figureWith([scatterOf(x!, y!)], { kind: "scatter" });
  const dots = (svg: string) => svg.split("<circle").length - 1;
  assert.equal(dots(svgOf(figure)), 6);
  const log = svgOf({ ...figure, logX: true, logY: true });
  assert.equal(dots(log), 5);
  assert.ok(!/NaN|Infinity/.test(log));
});

Deno.test("scatterChart() draws nothing, one point and only negative values", () => {
  for (const y of [[], [1], [-1, -2]]) {
    const series = [{ name: "a", x: y.map((_, i) => i + 1), y }];
    for (const logY of [true, false]) {
      const svg = svgOf(figureWith(series, { kind: "scatter", logY }));
      assert.ok(!/NaN|Infinity/.test(svg), svg);
    }
  }
});

Deno.test("bandAt() is mean ± deviation, and the percentiles on a log axis", () => {
  const [series] = seriesOf(rowsOf("a", { 0: [1e-9, 2e-9, 3e-9, 1e-2] }));
  const [below] = bandAt(series!, 0, false)!;
  assert.ok(below < 0, "tiny losses with one large among them");
  const [low, high] = bandAt(series!, 0, true)!;
  assert.ok(low > 1e-9 && low < 2e-9, `${low}`);
  assert.ok(high > 3e-9 && high < 1e-2, `${high}`);
  const [single] = seriesOf(rowsOf("a", { 0: [1] }));
  assert.equal(bandAt(single!, 0, true), null);
});

/** Ends of the band's path, in pixels from the top. */
function heights(svg: string): number[] {
  const [, area] = /aria-label="area".*?<path d="([^"]*)"/s.exec(svg)!;
  return [...area!.matchAll(/,(-?[\d.]+)/g)].map(([, y]) => Number(y));
}

Deno.test("on a log axis the band of tiny losses stays on the chart, on a linear one it is mean ± deviation", () => {
  const series = seriesOf(rowsOf("a", {
    0: [1e-9, 2e-9, 3e-9, 1e-2],
    1: [1e-8, 2e-8, 4e-8, 2e-2],
  }));
  const figure = figureWith(series);
  const floor = 290 - 40;
  const log = heights(svgOf(figure, { logY: true, height: 290 }));
  assert.ok(log.length >= 4 && log.every((y) => y < floor && y > 0), `${log}`);
  const linear = heights(svgOf(figure, { height: 290 }));
  assert.notDeepEqual(linear, log);
});

/** A curve of 100 replicas that have arrived: replica r is at r + step, the last one at NaN in step 1. */
function crowded() {
  const steps = [0, 1, 2, 3];
  const at = (step: number) =>
    Array.from(
      { length: 100 },
      (_, r) => r === 99 && step === 1 ? NaN : r + step,
    );
  const [series] = seriesOf(
    rowsOf("a", Object.fromEntries(steps.map((step) => [step, at(step)]))),
  );
  return { ...series!, crowd: { x: steps, values: steps.map(at) } };
}

Deno.test("lineChart() draws hundreds of replicas that have arrived, and makes room for them", () => {
  const figure = figureWith([crowded()]);
  assert.equal(paths(svgOf(figure)), 1);
  const every = svgOf(figure, { replicas: true });
  assert.equal(paths(every), 101);
  assert.ok(every.includes('stroke-opacity="0.3"'));
  assert.deepEqual(extentY([crowded()]), [0, 102]);
});

Deno.test("slice() keeps the replicas within the range, and a neighbour on each side", () => {
  const { crowd } = slice(crowded(), [1.5, 1.6]);
  assert.deepEqual(crowd!.x, [1, 2]);
  assert.equal(crowd!.values[1]![99], 101);
});
