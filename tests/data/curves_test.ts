import assert from "node:assert/strict";
import katex from "katex";
import { NablaError } from "../../lib/core/errors.ts";
import { TorchRandom } from "../../lib/core/random.ts";
import { type CurveName, curves, sampleCurve } from "../../lib/data/curves.ts";

const names = Object.keys(curves) as CurveName[];

Deno.test("curves have their values at points known by hand", () => {
  const known: Record<CurveName, [number, number][]> = {
    sine: [[0.25, 1], [-0.25, -1], [0, 0]],
    chirp: [[0, 0], [Math.sqrt(1 / 12), 1], [-Math.sqrt(1 / 12), 1]],
    bump: [[0, 1], [0.25, Math.exp(-1)], [-0.25, Math.exp(-1)]],
    absolute: [[-0.5, 0.5], [0.75, 0.75], [0, 0]],
    triangle: [[-0.5, 0], [-0.25, 1], [0, 0], [0.125, 0.5], [0.375, 0.5]],
    sawtooth: [[-0.5, -1], [-0.25, 0], [0, -1], [0.125, -0.5], [0.375, 0.5]],
    step: [[-1e-9, -1], [0, 1], [1, 1]],
  };
  for (const name of names) {
    for (const [x, y] of known[name]) {
      const at = curves[name].at(x);
      assert.ok(Math.abs(at - y) < 1e-12, `${name}(${x}) = ${at}, not ${y}`);
    }
  }
});

Deno.test("curves stay within [-1, 1] and have a formula that TeX reads", () => {
  for (const name of names) {
    const { x, target } = sampleCurve(name, { count: 401 });
    assert.ok((target.data as Float32Array).every((y) => Math.abs(y) <= 1));
    assert.equal(x.data[0], -1);
    assert.equal(x.data[400], 1);
    assert.match(katex.renderToString(curves[name].tex), /katex/);
  }
});

Deno.test("sampleCurve() draws points and noise from the generator", () => {
  const draw = (seed: number, noise?: number) =>
    sampleCurve("step", { count: 500, random: new TorchRandom(seed), noise });
  const { x, target } = draw(1);
  assert.deepEqual([x.shape, target.shape], [[500, 1], [500, 1]]);
  assert.ok(
    (x.data as Float32Array).every((value) => value >= -1 && value < 1),
  );
  assert.deepEqual(draw(1), { x, target });
  assert.notDeepEqual(draw(2).x, x);
  const noisy = draw(1, 0.1);
  assert.deepEqual(noisy.x, x);
  const square = (noisy.target.data as Float32Array).reduce(
    (sum, value, i) => sum + (value - Number(target.data[i])) ** 2 / 500,
    0,
  );
  // The mean of 500 squares of N(0, 0.01): four standard deviations.
  assert.ok(Math.abs(square - 0.01) < 4 * 0.01 * Math.sqrt(2 / 500));
});

Deno.test("sampleCurve() refuses no points, and noise without a generator", () => {
  assert.deepEqual([...sampleCurve("sine", { count: 1 }).x.data], [0]);
  for (const count of [0, -1, 1.5]) {
    assert.throws(() => sampleCurve("sine", { count }), NablaError);
  }
  assert.throws(
    () => sampleCurve("sine", { count: 3, noise: 0.1 }),
    /without a generator/,
  );
});
