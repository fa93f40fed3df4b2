import assert from "node:assert/strict";
import { judge } from "../../lib/study/expectation.ts";
import initialization from "../../lib/studies/initialization/experiment.ts";
import { roughnessInTheory } from "../../lib/studies/initialization/smoothness.ts";
import {
  deviation,
  worst,
} from "../../lib/studies/initialization/statistics.ts";
import { theory } from "../../lib/studies/initialization/variance.ts";
import { testGpu } from "../support/device.ts";
import { fakeContext } from "../support/fake_context.ts";

/** Small enough for a second or two; the effects are there at every size. */
const config = {
  ...{ width: 32, depth: 4, networks: 128, sideBySide: 64 },
  ...{ hidden: 16, scalarNetworks: 512, milliVariances: [30, 300, 3000] },
  zeroUpdates: 8,
};

testGpu(
  "initialization holds its expectations at a small size",
  async (gpu) => {
    const ctx = fakeContext<Record<string, unknown>>({ config, gpu });
    await initialization.run(ctx);
    const { results } = ctx;
    const judged = judge(initialization, {
      ...{ config, results, seed: 0, replicas: 1 },
      series: () => [],
    });
    assert.deepEqual(judged.filter(({ holds }) => !holds), []);
    assert.equal(judged.length, initialization.expect.length);
    const samples = ctx.rows.find((row) => row.startsWith("variance.at 4 "))!;
    // No network twice.
    assert.equal(new Set(samples.split(",")).size, config.networks);
  },
);

testGpu(
  "initialization records means over neighbours where there are many networks",
  async (gpu) => {
    const at = async (networks: number) => {
      const size = { width: 2, depth: 2, networks, sideBySide: 64 };
      const few = { scalarNetworks: 2, zeroUpdates: 1 };
      const ctx = fakeContext<Record<string, unknown>>({
        config: { ...config, ...size, ...few },
        gpu,
      });
      await initialization.run(ctx);
      return ctx.rows.filter((row) => row.startsWith("variance."))
        .map((row) => row.split(" ")[2]!.split(",").map(Number));
    };
    const [one, two] = [await at(256), await at(320)];
    for (const [row, values] of two.entries()) {
      assert.equal(values.length, 160);
      const expected = Array.from(
        { length: 128 },
        (_, i) => (one[row]![2 * i]! + one[row]![2 * i + 1]!) / 2,
      );
      assert.deepEqual(values.slice(0, 128), expected);
    }
  },
);

Deno.test("initialization's expectations fail on wrong results", () => {
  const zero = (moved: string[]) =>
    ["W", "b1", "C", "b2"].map((tensor) => {
      const hasMoved = moved.includes(tensor) ? 1 : 0;
      return { tensor, moved: hasMoved, firstGradient: hasMoved };
    });
  const results = (change: { errors?: number; moved?: string[] }) => ({
    variance: ["below", "at", "above", "xavier"].map((choice) => ({
      ...{ choice, standardErrors: change.errors ?? 1, atLayer: 1 },
      growth: { below: 0.5, above: 2 }[choice] ?? 1,
    })),
    smoothness: [1, 2].map((curvature) => ({
      ...{ slope: 1, curvature, slopeErrors: -(change.errors ?? 1) },
      curvatureErrors: 0,
    })),
    zero: zero(change.moved ?? ["b2"]),
    constantPredictor: {
      ...{ output: 0.75, meanOfTargets: 1, spreadOfOutputs: 0 },
      ...{ updates: 2, learningRate: 0.25 },
    },
  });
  const missed = (change: Parameters<typeof results>[0]) =>
    judge(initialization, {
      ...{ config, results: results(change), seed: 0, replicas: 1 },
      series: () => [],
    }).filter(({ holds }) => !holds).length;
  assert.equal(missed({}), 0);
  assert.equal(missed({ errors: 3.01 }), 5);
  assert.equal(missed({ errors: NaN }), 5);
  assert.equal(missed({ moved: [] }), 1);
  assert.equal(missed({ moved: ["b2", "C"] }), 1);
  assert.equal(missed({ moved: ["C"] }), 1);
});

Deno.test("deviation() counts standard errors of the mean", () => {
  const { mean, standardError, errors } = deviation([1, 2, 3, 6], 2);
  assert.equal(mean, 3);
  // Sample variance 14/3, divided by 4.
  assert.ok(Math.abs(standardError - Math.sqrt(14 / 12)) < 1e-12);
  assert.ok(Math.abs(errors - 1 / Math.sqrt(14 / 12)) < 1e-12);
});

Deno.test("worst() finds the largest distance, and NaN first", () => {
  const of = (errors: number) => ({
    mean: 0,
    theory: 0,
    standardError: 1,
    errors,
  });
  assert.deepEqual(worst([of(1), of(-2), of(1.5)]), { index: 1, errors: 2 });
  assert.equal(worst([of(1), of(NaN), of(9)]).index, 1);
});

Deno.test("theory() is a geometric sequence", () => {
  const at = (gain: number, rectified: boolean, layer: number) =>
    theory({ name: "", gain, rectified }, layer);
  assert.equal(at(2, true, 50), 2);
  assert.equal(at(1, true, 50), 2 ** -49);
  assert.equal(at(4, true, 50), 4 * 2 ** 49);
  assert.equal(at(1, false, 50), 1);
});

Deno.test("roughnessInTheory() tends to the Taylor coefficients' variances at small variance", () => {
  const [hidden, variance] = [10, 1e-4];
  const { slope, curvature } = roughnessInTheory({ hidden, variance });
  // Mean of x² over the 63 inner points of a grid of 1/32.
  let square = 0;
  for (let i = -31; i <= 31; i++) square += (i / 32) ** 2 / 63;
  assert.ok(Math.abs(slope / (hidden * variance ** 2) - 1) < 1e-3);
  // f″ = 6 c₃ x, Var c₃ = 15/9 · Mσ⁸.
  const expected = 36 * square * 15 / 9 * hidden * variance ** 4;
  assert.ok(Math.abs(curvature / expected - 1) < 1e-2);
});
