import assert from "node:assert/strict";
import { describe } from "../../lib/plots/chart.ts";
import {
  type Landscape,
  levelsOf,
  lostPoints,
  pathOf,
  surfaceOf,
} from "../../lib/plots/contour_chart.ts";
import { figureFrom, type Wanted } from "../../lib/plots/groups.ts";
import type { Series } from "../../lib/plots/series.ts";
import { figureWith, svgOf } from "./charts.ts";

const bowl: Landscape = {
  at: (x, y) => x ** 2 + y ** 2,
  x: [-2, 2],
  y: [-1, 1],
};
const surface = surfaceOf(bowl);

/** SVG of one path over the bowl. */
const svgOfPath = (path: Partial<Series>) =>
  svgOf(figureWith([{ name: "path", x: [], y: [], ...path }], {
    kind: "contour",
    surface,
  }));
const circles = (svg: string) => svg.split("<circle").length - 1;
/** Symbols other than circles: triangles on the frame and crosses. */
const faults = (svg: string) =>
  svg.split(/<g [^>]*stroke="var\(--fault\)"/).length - 1;

Deno.test("surfaceOf() samples a landscape to one cell beyond its rectangle", () => {
  const { columns, rows, values } = surface;
  assert.equal(values.length, columns * rows);
  const cell = 4 / (columns - 2);
  const [left, low] = [-2 - cell / 2, -1 - cell / 4];
  assert.ok(Math.abs(values[0]! - (left ** 2 + low ** 2)) < 1e-3);
  assert.equal(values.at(-1), values[0], "the bowl is symmetric");
});

Deno.test("levelsOf() halves from the top and skips what is not finite", () => {
  const levels = levelsOf(surface);
  const top = Math.max(...surface.values);
  assert.equal(levels.at(-1), top / 2);
  levels.slice(1).forEach((level, i) => assert.equal(level / levels[i]!, 2));
  assert.deepEqual(
    levelsOf({ ...surface, values: [NaN, Infinity, 8, 1, 0] }),
    [2, 4],
  );
  assert.deepEqual(levelsOf({ ...surface, values: [0, -1, NaN] }), []);
});

Deno.test("contourChart() draws every point inside, a ring where a path starts and a dot where it ends", () => {
  const svg = svgOfPath({ x: [-1, 0, 1, 0.5], y: [0.5, 0, 0.2, 0.1] });
  // Four small dots, the ring and the end.
  assert.equal(circles(svg), 6);
  assert.equal(faults(svg), 0);
});

Deno.test("contourChart() marks where a path leaves and draws its points that come back", () => {
  const x = [0, 1, 9, 1, 0];
  const y = [0, 0, 0, 0.5, 0.5];
  const svg = svgOfPath({ x, y });
  assert.equal(circles(svg), 4 + 2);
  assert.equal(faults(svg), 1);
  const path = /aria-label="line".*?<path [^>]*d="([^"]*)"/s.exec(svg)![1]!;
  assert.equal(path.split("L").length, 3, "the line ends outside");
  const gone = svgOfPath({ x: x.slice(0, 3), y: y.slice(0, 3) });
  assert.equal(circles(gone), 2 + 1, "no dot stands for the end");
  assert.equal(lostPoints({ name: "p", x, y }, surface), "1 point outside");
});

Deno.test("contourChart() shows NaN and infinities as a mark and in words", () => {
  const path = { name: "p", x: [0, NaN, 1], y: [0, 1, -Infinity] };
  const svg = svgOfPath(path);
  assert.equal(faults(svg), 1);
  assert.ok(!/NaN|Infinity/.test(svg));
  assert.equal(lostPoints(path, surface), "2 points not finite");
  for (const empty of [{ x: [], y: [] }, { x: [NaN], y: [NaN] }]) {
    assert.ok(!/NaN|Infinity/.test(svgOfPath(empty)));
  }
});

Deno.test("contourChart() leaves hidden paths out and refuses a figure without a surface", () => {
  const figure = figureWith([{ name: "path", x: [0, 1], y: [0, 0] }], {
    kind: "contour",
    surface,
  });
  assert.equal(circles(svgOf(figure, { hidden: ["path"] })), 0);
  assert.throws(
    () => svgOf({ ...figure, surface: undefined }),
    /has no surface/,
  );
});

Deno.test("describe() says where paths start and end and what is not drawn", () => {
  const figure = figureWith(
    [{ name: "SGD", x: [1, 0.5, 7], y: [0.25, 0, 0] }],
    { kind: "contour", surface, xLabel: "θ₁", yLabel: "θ₂" },
  );
  assert.equal(
    describe(figure),
    "Loss, θ₁ across, θ₂ up: SGD from (1, 0.25) to (7, 0), 1 point outside.",
  );
});

Deno.test("pathOf() joins two series at the steps that both have", () => {
  assert.deepEqual(
    pathOf(
      { name: "x", x: [0, 1, 2, 3], y: [5, 6, 7, 8] },
      { name: "y", x: [1, 2, 3, 4], y: [1, NaN, 3, 4] },
    ),
    { name: "x", x: [6, 7, 8], y: [1, NaN, 3] },
  );
});

const axis = { label: "a", scale: "linear" } as const;
const common = { id: "w", title: "W", x: axis, y: axis };
const recorded: Series[] = ["a.x", "a.y", "b.x"].map((name, i) => ({
  ...{ name, x: [0, 1], y: [i, i + 1] },
}));

Deno.test("figureFrom() makes paths of pairs, as far as both were recorded", () => {
  const wanted: Wanted = {
    ...{ ...common, kind: "contour", landscape: bowl },
    series: ["a.x", "a.y", "b.x", "b.y"],
    names: ["A", "B"],
  };
  const figure = figureFrom(wanted, recorded)!;
  assert.equal(figure.kind, "contour");
  assert.deepEqual(figure.surface, surface);
  assert.deepEqual(figure.series, [{ name: "A", x: [0, 1], y: [1, 2] }]);
});

Deno.test("figureFrom() shows sizes as they are on an axis with a zero", () => {
  const wanted: Wanted = {
    ...{ ...common, kind: "sizes", series: ["a.x", "b.x"], names: ["A", "B"] },
  };
  const figure = figureFrom(wanted, recorded)!;
  assert.equal(figure.kind, "difference");
  assert.deepEqual(figure.series.map(({ y }) => y), [[0, 1], [2, 3]]);
});
