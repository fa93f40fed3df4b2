import assert from "node:assert/strict";
import fc from "fast-check";
import { downsample, nearest, slice } from "../../lib/plots/downsample.ts";
import {
  formatExact,
  formatNumber,
  formatTick,
  tickLabels,
} from "../../lib/plots/format.ts";
import { figuresOf, type Wanted } from "../../lib/plots/groups.ts";
import { appendRows, type Curve, seriesOf } from "../../lib/plots/series.ts";
import { smooth } from "../../lib/plots/smooth.ts";
import { brush, pan, zoom } from "../../lib/plots/zoom.ts";

const row = (step: number, value: number, replica = 0) => ({
  ...{ series: "train.loss", step, replica, value },
});

Deno.test("seriesOf() gives mean, sample deviation and count of replicas", () => {
  const [series] = seriesOf([
    ...[row(0, 1, 0), row(0, 2, 1), row(0, 6, 2)],
    ...[row(1, 4, 0), row(1, NaN, 1), row(1, 8, 2)],
  ]);
  assert.deepEqual(series!.x, [0, 1]);
  assert.deepEqual(series!.y, [3, 6]);
  assert.deepEqual(series!.deviation, [Math.sqrt(7), Math.sqrt(8)]);
  assert.equal(series!.replicas, 3);
  assert.deepEqual(series!.faults, [{ x: 1, value: NaN }]);
});

Deno.test("tickLabels() gives different ticks different labels, equal ones equal labels", () => {
  const axes = fc.tuple(
    fc.double({ min: -1e6, max: 1e6, noNaN: true }),
    fc.constantFrom(1, 2, 5),
    fc.integer({ min: -12, max: 4 }),
    fc.integer({ min: 2, max: 9 }),
  );
  fc.assert(fc.property(axes, ([start, lead, power, count]) => {
    const ticks = Array.from(
      { length: count },
      (_, i) => start + i * lead * 10 ** power,
    );
    assert.equal(new Set(tickLabels(ticks)).size, new Set(ticks).size);
  }));
  assert.deepEqual(tickLabels([1.00001, 1.00002]), ["1.00001", "1.00002"]);
  assert.equal(new Set(tickLabels([1e-7, 1.0000000000000002e-7])).size, 2);
  assert.deepEqual(tickLabels([0.1, 0.2, 0.1]), ["0.1", "0.2", "0.1"]);
});

Deno.test("appendRows() gives the same curves in one go and in pieces", () => {
  const rows = Array.from(
    { length: 30 },
    (_, i) => row(Math.floor(i / 3), Math.sin(i), i % 3),
  );
  const [whole] = seriesOf(rows);
  for (let cut = 0; cut <= rows.length; cut++) {
    const curves = new Map<string, Curve>();
    appendRows(curves, rows.slice(0, cut));
    appendRows(curves, rows.slice(cut));
    const { points: _, ...series } = curves.get("train.loss")!;
    assert.deepEqual(series, whole);
  }
});

Deno.test("appendRows() draws every row, in whatever order it comes", () => {
  const [sweep] = seriesOf([200, 50, 100, 10, 20].map((x) => row(x, 1 / x)));
  assert.deepEqual(sweep!.x, [10, 20, 50, 100, 200]);
  assert.deepEqual(sweep!.y, [10, 20, 50, 100, 200].map((x) => 1 / x));
  const [twice] = seriesOf([row(0, 1), row(1, 2), row(0, 3), row(1, NaN)]);
  assert.deepEqual(twice!.x, [0, 0, 1, 1]);
  assert.deepEqual(twice!.y, [1, 3, 2, NaN]);
});

Deno.test("appendRows() gives the same curves for every order of distinct rows", () => {
  const rows = fc.uniqueArray(
    fc.record({
      step: fc.integer({ min: 0, max: 30 }),
      replica: fc.integer({ min: 0, max: 3 }),
      value: fc.oneof(fc.integer(), fc.constantFrom(NaN, Infinity)),
    }),
    { selector: ({ step, replica }) => `${step} ${replica}`, maxLength: 60 },
  ).chain((all) =>
    fc.tuple(
      fc.constant(all),
      fc.shuffledSubarray(all, { minLength: all.length }),
      fc.nat(all.length),
    )
  );
  const named = (all: readonly object[]) =>
    all.map((one) => ({ series: "s", ...one })) as ReturnType<typeof row>[];
  fc.assert(fc.property(rows, ([all, shuffled, cut]) => {
    const [expected] = seriesOf(named(all));
    const curves = new Map<string, Curve>();
    appendRows(curves, named(shuffled.slice(0, cut)));
    appendRows(curves, named(shuffled.slice(cut)));
    const [found] = curves.values();
    assert.deepEqual(found?.x, expected?.x);
    const drawn = new Set(all.map(({ step }) => step));
    assert.equal(found?.x.length ?? 0, drawn.size);
    found?.y.forEach((mean, i) => {
      const other = expected!.y[i]!;
      // Replicas are added up in the order of their numbers.
      assert.ok(Object.is(mean, other), `${mean} against ${other}`);
    });
    assert.deepEqual(found?.faults?.length, expected?.faults?.length);
  }));
});

Deno.test("appendRows() leaves out what a resumed run records again", () => {
  const before = [row(0, 1), row(1, 2), row(2, NaN), row(3, 9)];
  const [series] = seriesOf([...before, row(1, 2), row(2, NaN), row(4, 5)]);
  assert.deepEqual(series!.x, [0, 1, 2, 3, 4]);
  assert.deepEqual(series!.y, [1, 2, NaN, 9, 5]);
});

Deno.test("downsample() keeps extremes and every kind of value that is not finite", () => {
  const value = fc.oneof(
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.constantFrom(NaN, Infinity, -Infinity),
  );
  fc.assert(fc.property(
    fc.array(value, { maxLength: 500 }),
    fc.integer({ min: 1, max: 40 }),
    (y, buckets) => {
      const x = y.map((_, i) => i);
      const thin = downsample({ name: "s", x, y }, buckets);
      const finite = (list: number[]) => list.filter(Number.isFinite);
      assert.ok(thin.x.every((at, i) => Object.is(thin.y[i], y[at])));
      assert.ok(thin.x.every((at, i) => i === 0 || at > thin.x[i - 1]!));
      assert.equal(Math.max(...finite(thin.y)), Math.max(...finite(y)));
      assert.equal(Math.min(...finite(thin.y)), Math.min(...finite(y)));
      for (const odd of [NaN, Infinity, -Infinity]) {
        const has = (list: number[]) => list.some((v) => Object.is(v, odd));
        assert.equal(has(thin.y), has(y));
      }
      assert.ok(finite(thin.y).length <= 2 * Math.max(buckets, y.length));
      if (y.length > 2 * buckets) {
        assert.ok(finite(thin.y).length <= 2 * buckets + 2);
      }
    },
  ));
});

Deno.test("slice() keeps one neighbour on each side", () => {
  const series = { name: "s", x: [0, 1, 2, 3, 4, 5], y: [0, 1, 2, 3, 4, 5] };
  assert.deepEqual(slice(series, [2, 3]).x, [1, 2, 3, 4]);
  assert.deepEqual(slice(series, [-9, 99]).x, series.x);
  assert.deepEqual(slice(series, [2.2, 2.4]).x, [2, 3]);
});

Deno.test("nearest() finds the closest x", () => {
  const x = [0, 10, 20];
  assert.deepEqual([-5, 4, 6, 14, 99].map((at) => nearest(x, at)), [
    ...[0, 0, 1, 1, 2],
  ]);
  assert.equal(nearest([], 1), -1);
});

Deno.test("smooth() averages without start-up bias and starts afresh behind a gap", () => {
  assert.deepEqual(smooth([3, 3, 3], 0.9).map((v) => v.toFixed(9)), [
    ...["3.000000000", "3.000000000", "3.000000000"],
  ]);
  assert.deepEqual(smooth([1, 2, NaN, 5], 0), [1, 2, NaN, 5]);
  const [first, second, gap, after] = smooth([1, 2, NaN, 5], 0.5);
  assert.deepEqual([first, gap, after], [1, NaN, 5]);
  assert.ok(Math.abs(second! - 5 / 3) < 1e-15);
});

Deno.test("zoom(), pan() and brush() stay within the whole range", () => {
  const whole = [0, 100] as const;
  assert.deepEqual(zoom(null, { whole, factor: 0.5 }), [25, 75]);
  assert.deepEqual(zoom([0, 50], { whole, factor: 0.5, center: 0 }), [0, 25]);
  assert.equal(zoom([25, 75], { whole, factor: 2 }), null);
  assert.deepEqual(pan([80, 95], { whole, share: 1 }), [85, 100]);
  assert.deepEqual(pan([5, 25], { whole, share: -1 }), [0, 20]);
  assert.equal(pan(null, { whole, share: 1 }), null);
  assert.deepEqual(brush(60, -10, whole), [0, 60]);
  assert.equal(brush(60, 60, whole), null);
  for (const log of [true, false]) {
    let range: readonly [number, number] | null = null;
    for (let i = 0; i < 100; i++) {
      range = zoom(range, { whole, factor: 0.5, center: 70, log });
    }
    const [low, high] = range!;
    assert.ok(low < high && low <= 70.1 && high >= 69.9, `${range}`);
  }
});

Deno.test("figuresOf() groups series by quantity, loss first", () => {
  const series = ["gradientNorm", "test.accuracy", "train.loss", "test.loss"]
    .map((name) => ({ name, x: [0], y: [1] }));
  assert.deepEqual(
    figuresOf(series).map(({ title, series }) => [
      title,
      series.map(({ name }) => name),
    ]),
    [
      ["Loss", ["train", "test"]],
      ["Accuracy", ["test"]],
      ["Gradient norm", ["gradientNorm"]],
    ],
  );
});

Deno.test("figuresOf() makes the wanted figures first and each series once", () => {
  const series = ["train.loss", "reference.loss", "test.loss", "other.loss"]
    .map((name, i) => ({ name, x: [0], y: [i] }));
  const axis = { label: "a", scale: "log" } as const;
  const wanted: Wanted[] = [
    {
      ...{ id: "both", title: "Both", kind: "lines", x: axis, y: axis },
      ...{ series: ["train.loss", "reference.loss"], names: ["ours"] },
    },
    {
      ...{ id: "apart", title: "Apart", kind: "difference", x: axis, y: axis },
      ...{ series: ["train.loss", "reference.loss"], names: ["size"] },
    },
    {
      ...{ id: "pairs", title: "Apart", kind: "difference", x: axis, y: axis },
      series: ["absent", "test.loss", "test.loss", "train.loss"],
      names: ["half", "second"],
    },
    {
      ...{ id: "none", title: "None", kind: "lines", x: axis, y: axis },
      ...{ series: ["absent"], names: ["absent"] },
    },
  ];
  assert.deepEqual(
    figuresOf(series, wanted).map(({ id, logX, series }) => [
      ...[id, logX],
      ...series.map(({ name, y }) => [name, ...y]),
    ]),
    [
      ["figure-both", true, ["ours", 0], ["reference.loss", 1]],
      ["figure-apart", true, ["size", 1]],
      ["figure-pairs", true, ["second", 2]],
      ["chart-loss", false, ["other", 3]],
    ],
  );
});

Deno.test("formatNumber() writes numbers as people do", () => {
  const cases: [number, string][] = [
    [0, "0"],
    [-0.5, "−0.5"],
    [54000, "54,000"],
    [0.12345678, "0.1235"],
    [2.3943e-5, "2.394×10⁻⁵"],
    [1e-10, "10⁻¹⁰"],
    [1e308, "10³⁰⁸"],
    [NaN, "NaN"],
    [-Infinity, "−∞"],
  ];
  for (const [value, text] of cases) assert.equal(formatNumber(value), text);
});

Deno.test("formatExact() names the stored number and no other", () => {
  assert.equal(formatExact(Math.fround(0.1)), "0.1");
  assert.equal(formatExact(0.1), "0.1");
  assert.equal(formatExact(Math.fround(2.3943e-5)), "2.3943×10⁻⁵");
  assert.equal(formatExact(1 / 3), String(1 / 3));
  fc.assert(fc.property(fc.double({ noNaN: true }), (value) => {
    const text = formatExact(value);
    if (!Number.isFinite(value) || /⁰|¹|²|³|⁴|⁵|⁶|⁷|⁸|⁹/.test(text)) return;
    const read = Number(text.replace("−", "-"));
    assert.ok(read === value || Math.fround(read) === value, text);
  }));
});

Deno.test("formatTick() writes powers of ten as such", () => {
  assert.deepEqual([1e-5, 1, 2.5, 1e6].map(formatTick), [
    ...["10⁻⁵", "1", "2.5", "10⁶"],
  ]);
});

Deno.test("figuresOf() splits names of our own form alone, and keeps the order of recording", () => {
  const names = [
    "test.loss",
    "train.loss",
    "loss at rate 0.1",
    "loss at rate 0.05",
    "run #2 loss",
    "zeta",
    "test.accuracy",
    "beta.v1.5",
  ];
  const all = names.map((name) => ({ name, x: [0], y: [1] }));
  assert.deepEqual(
    figuresOf(all).map(({ title, series }) =>
      [title, ...series.map(({ name }) => name)].join(": ")
    ),
    [
      "Loss: train: test",
      "Accuracy: test",
      "loss at rate 0.1: loss at rate 0.1",
      "loss at rate 0.05: loss at rate 0.05",
      "run #2 loss: run #2 loss",
      "Zeta: zeta",
      "beta.v1.5: beta.v1.5",
    ],
  );
  const ids = ["a b", "a-b", "a.b c"].map((name) => ({ name, x: [], y: [] }));
  const found = figuresOf(ids).map(({ id }) => id);
  assert.equal(new Set(found).size, found.length, `${found}`);
});
