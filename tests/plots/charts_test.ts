import assert from "node:assert/strict";
import chord_chart from "./snapshots/chord_chart.svg" with { type: "text" };
import contour_chart from "./snapshots/contour_chart.svg" with { type: "text" };
import difference_chart from "./snapshots/difference_chart.svg" with {
  type: "text",
};
import heat_chart from "./snapshots/heat_chart.svg" with { type: "text" };
import kinks_chart from "./snapshots/kinks_chart.svg" with { type: "text" };
import line_chart from "./snapshots/line_chart.svg" with { type: "text" };
import marked_chart from "./snapshots/marked_chart.svg" with { type: "text" };
import scatter_chart from "./snapshots/scatter_chart.svg" with {
  type: "text",
};
import small_chart from "./snapshots/small_chart.svg" with { type: "text" };
import theory_chart from "./snapshots/theory_chart.svg" with {
  type: "text",
};
import { describe } from "../../lib/plots/chart.ts";
import { differenceOf } from "../../lib/plots/difference_chart.ts";
import { LARGEST } from "../../lib/plots/axes.ts";
import { seriesOf } from "../../lib/plots/series.ts";
import { withErrors } from "../../lib/plots/theory_chart.ts";
import {
  figureWith,
  lossSeries,
  normalised,
  SNAPSHOTS,
  svgOf,
} from "./charts.ts";

const stored: Record<string, string> = {
  chord_chart,
  contour_chart,
  difference_chart,
  heat_chart,
  kinks_chart,
  line_chart,
  marked_chart,
  scatter_chart,
  small_chart,
  theory_chart,
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

Deno.test("lineChart() draws a million points, with a NaN among them, in a short drawing", () => {
  const rows = Array.from({ length: 1e6 }, (_, step) => ({
    ...{ series: "train.loss", step, replica: 0 },
    value: step === 654_321 ? NaN : Math.sin(step / 1e4),
  }));
  const svg = svgOf(figureWith(seriesOf(rows)));
  assert.equal(faultRules(svg), 1);
  assert.ok(svg.length < 100_000);
});

Deno.test("withErrors() turns the deviation of one replica into three standard errors of the mean", () => {
  const [measured] = seriesOf([1, 2, 3, 6].map((value, replica) => ({
    ...{ series: "s", step: 0, replica, value },
  })));
  // Sample variance 14/3 over four replicas.
  const [error] = withErrors(measured!).deviation!;
  assert.ok(Math.abs(error! - 3 * Math.sqrt(14 / 12)) < 1e-12);
  assert.deepEqual(withErrors(lossSeries()), lossSeries());
});

Deno.test("heatChart() shades by size, rings zero, crosses NaN and keeps rows in view", () => {
  const row = { name: "1", x: [0, 1, 2, 3], y: [1e-9, 1, 0, NaN] };
  const svg = svgOf(figureWith([row], { kind: "heat" }));
  const cells = /aria-label="rect".*?<\/g>/s.exec(svg)![0];
  const shades = [...cells.matchAll(/series-1\) (\d+)%/g)].map(([, s]) => s);
  assert.deepEqual(shades, ["8", "100"]);
  assert.equal(svg.match(/<circle/g)?.length, 1, "a ring for zero");
  assert.ok(svg.includes('stroke="var(--fault)"'), "a cross for NaN");
  assert.ok(!/NaN|Infinity/.test(svg));
  const zoomed = svgOf(figureWith([row], { kind: "heat" }), { range: [0, 1] });
  assert.ok(!zoomed.includes("var(--fault)"), "out of view");
});

Deno.test("heatChart() draws no, single and equal values", () => {
  for (const y of [[], [0], [3], [2, 2], [NaN]]) {
    const row = { name: "1", x: y.map((_, i) => i), y };
    const svg = svgOf(figureWith([row], { kind: "heat" }));
    assert.ok(!/NaN|Infinity/.test(svg), String(y));
  }
});
