import assert from "node:assert/strict";
import difference_chart from "./snapshots/difference_chart.svg" with {
  type: "text",
};
import line_chart from "./snapshots/line_chart.svg" with { type: "text" };
import small_chart from "./snapshots/small_chart.svg" with { type: "text" };
import { describe } from "../../lib/plots/chart.ts";
import { differenceOf } from "../../lib/plots/difference_chart.ts";
import { LARGEST } from "../../lib/plots/axes.ts";
import { seriesOf } from "../../lib/plots/series.ts";
import {
  figureWith,
  lossSeries,
  normalised,
  SNAPSHOTS,
  svgOf,
} from "./charts.ts";

const stored: Record<string, string> = {
  difference_chart,
  line_chart,
  small_chart,
};

for (const [name, chart] of Object.entries(SNAPSHOTS)) {
  Deno.test(`${name}.ts draws what its snapshot shows`, () => {
    assert.equal(
      normalised(chart()),
      stored[name],
      "if the change is meant: deno run -RWE tests/plots/charts.ts, then look at the files",
    );
  });
}

/** Marks for values that are not on the axis: their vertical rules, one each. */
function faultRules(svg: string): number {
  const group =
    /<g[^>]*aria-label="rule".*?<\/g><\/g>|<g[^>]*aria-label="rule".*?<\/g>/s
      .exec(svg)?.[0] ?? "";
  return group.split("<line ").length - 1;
}

Deno.test("lineChart() shows NaN and both infinities as gaps with a mark each", () => {
  const clean = svgOf(figureWith([lossSeries()]));
  assert.equal(faultRules(clean), 0);
  const odd = svgOf(
    figureWith([lossSeries("train", { 4: NaN, 9: Infinity, 14: -Infinity })]),
  );
  assert.equal(faultRules(odd), 3);
  const path = /aria-label="line".*?<path d="([^"]*)"/s.exec(odd)![1]!;
  assert.equal(path.split("M").length - 1, 4, "three gaps make four pieces");
  assert.ok(!/NaN|Infinity/.test(odd));
});

Deno.test("lineChart() shows values that a log axis cannot hold as marks", () => {
  const svg = svgOf(
    figureWith([lossSeries("train", { 3: 0, 7: -2 })], { logY: true }),
  );
  assert.equal(faultRules(svg), 2);
  assert.ok(!/NaN|Infinity/.test(svg));
});

Deno.test("lineChart() draws huge, constant, single and no values", () => {
  const cases = [
    [lossSeries("huge", { 0: 1e308, 1: -1e308, 2: LARGEST, 3: -LARGEST })],
    [{ name: "constant", x: [0, 1], y: [3, 3] }],
    [{ name: "zero", x: [0, 1], y: [0, 0] }],
    [{ name: "single", x: [5], y: [1e-30] }],
    [{ name: "all NaN", x: [0, 1], y: [NaN, NaN] }],
    [{ name: "empty", x: [], y: [] }],
    [],
  ];
  for (const series of cases) {
    for (const logX of [true, false]) {
      for (const logY of [true, false]) {
        const svg = svgOf(figureWith(series, { logX, logY }));
        assert.ok(!/NaN|Infinity/.test(svg), `${series[0]?.name}: ${svg}`);
      }
    }
  }
});

Deno.test("lineChart() leaves hidden series out and keeps the others' colours", () => {
  const figure = figureWith([lossSeries("train"), lossSeries("test")]);
  const svg = svgOf(figure, { hidden: ["train"] });
  assert.ok(!svg.includes("--series-1"));
  assert.ok(svg.includes("--series-2"));
});

Deno.test("lineChart() draws the raw line behind the smoothed one", () => {
  const lines = (smoothing: number) =>
    svgOf(figureWith([lossSeries()]), { smoothing })
      .split('aria-label="line"').length - 1;
  assert.deepEqual([lines(0), lines(0.9)], [1, 2]);
});

Deno.test("lineChart() shows only what a zoomed view asks for", () => {
  const all = svgOf(figureWith([lossSeries()]));
  const some = svgOf(figureWith([lossSeries()]), { range: [5, 10] });
  const points = (svg: string) =>
    /aria-label="line".*?<path d="([^"]*)"/s.exec(svg)![1]!.split("L").length;
  assert.ok(points(some) < points(all));
});

Deno.test("lineChart() writes names and labels as text", () => {
  const name = "</script><script>alert(1)</script>";
  const svg = svgOf(figureWith([lossSeries(name)], { yLabel: name }));
  assert.ok(!svg.includes("<script>"));
  assert.ok(svg.includes("&lt;script&gt;"));
});

Deno.test("differenceChart() shows every exact zero on a line of its own", () => {
  const ours = lossSeries("ours");
  const same = figureWith([differenceOf(ours, ours)], { kind: "difference" });
  const zeros = svgOf(same).match(/<circle/g)?.length;
  assert.equal(zeros, 21);
  assert.match(svgOf(same), />0<\/text>/);
});

Deno.test("differenceOf() compares common steps and keeps NaN", () => {
  const { x, y } = differenceOf(
    { name: "a", x: [0, 1, 2, 3], y: [1, 2, NaN, Infinity] },
    { name: "b", x: [1, 2, 3, 4], y: [2.5, 1, Infinity, 1] },
  );
  assert.deepEqual(x, [1, 2, 3]);
  assert.deepEqual(y, [0.5, NaN, NaN]);
});

Deno.test("describe() says range, first and last value and what is not finite", () => {
  assert.equal(
    describe(figureWith([
      { name: "train", x: [0, 10], y: [2.5, 0.125] },
      { name: "test", x: [5], y: [NaN] },
    ])),
    "Loss, step 0 to 10: train from 2.5 to 0.125; test from NaN to NaN, 1 values not finite.",
  );
});

Deno.test("lineChart() draws a million points with a NaN among them in two seconds", () => {
  const rows = Array.from({ length: 1e6 }, (_, step) => ({
    ...{ series: "train.loss", step, replica: 0 },
    value: step === 654_321 ? NaN : Math.sin(step / 1e4),
  }));
  const start = performance.now();
  const svg = svgOf(figureWith(seriesOf(rows)));
  assert.ok(performance.now() - start < 2000);
  assert.equal(faultRules(svg), 1);
  assert.ok(svg.length < 100_000);
});
