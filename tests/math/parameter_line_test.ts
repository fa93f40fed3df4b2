import assert from "node:assert/strict";
import {
  bendOf,
  curvatureAt,
  jumpsOf,
  networkOn,
  product,
  ramp,
  unitsOn,
} from "../../lib/math/parameter_line.ts";
import { Random } from "../../lib/math/random.ts";
import { drawReluNetwork, outputAt } from "../../lib/math/relu_network.ts";

Deno.test("the ramp and the product are what they say", () => {
  for (const t of [-3, -1, -0.5, 0, 0.25, 1, 2.5]) {
    assert.equal(
      outputAt(networkOn(ramp, t), 1),
      Math.max(t + 1, 0) - Math.max(t - 1, 0),
    );
    assert.equal(
      outputAt(networkOn(product, t), 1) + 0,
      t * Math.max(t + 1, 0) + 0,
    );
  }
  assert.deepEqual(jumpsOf(unitsOn(ramp, [1])), [
    { t: -1, jump: 1 },
    { t: 1, jump: -1 },
  ]);
  assert.equal(bendOf(unitsOn(ramp, [1])), "neither");
  assert.deepEqual(jumpsOf(unitsOn(product, [1])), [{ t: -1, jump: -1 }]);
  assert.equal(curvatureAt(unitsOn(product, [1]), 0), 2);
  assert.equal(bendOf(unitsOn(product, [1])), "neither");
});

Deno.test("bendOf() names lines that bend one way or not at all", () => {
  const unit = { z: 0, dz: 1, v: 1, dv: 0 };
  assert.equal(bendOf([]), "linear");
  assert.equal(bendOf([unit]), "convex");
  assert.equal(bendOf([{ ...unit, v: -1 }]), "concave");
  // ReLU(t) − ReLU(−t) = t.
  assert.equal(bendOf([unit, { ...unit, dz: -1, v: -1 }]), "linear");
  // Only the output weight moves.
  assert.equal(bendOf([{ z: 2, dz: 0, v: 1, dv: 3 }]), "linear");
  // t ReLU(t): flat, then t².
  assert.equal(bendOf([{ ...unit, v: 0, dv: 1 }]), "convex");
});

Deno.test("bendOf() agrees with second differences on a dense grid", () => {
  const random = new Random(3);
  const seen = { linear: 0, convex: 0, concave: 0, neither: 0 };
  for (let i = 0; i < 60; i++) {
    const widths = [1, random.integer(1, 4), 1];
    const line = {
      start: drawReluNetwork(random, widths),
      direction: drawReluNetwork(random, widths),
    };
    const units = unitsOn(line, [1]);
    const bend = bendOf(units);
    const ends = jumpsOf(units).map(({ t }) => t).concat(0);
    const [low, high] = [Math.min(...ends) - 1, Math.max(...ends) + 1];
    const count = 4001;
    const step = (high - low) / (count - 1);
    const y = Array.from(
      { length: count },
      (_, i) => outputAt(networkOn(line, low + i * step), 1),
    );
    const bends = y.slice(1, -1).map((_, i) =>
      y[i]! - 2 * y[i + 1]! + y[i + 2]!
    );
    const noise = 1e-12 * Math.max(...y.map(Math.abs));
    const [up, down] = [
      bends.some((b) => b > noise),
      bends.some((b) => b < -noise),
    ];
    const sampled = up && down
      ? "neither"
      : up
      ? "convex"
      : down
      ? "concave"
      : "linear";
    assert.equal(bend, sampled, `line ${i}`);
    seen[bend]++;
  }
  assert.ok(
    seen.neither > 20 && seen.convex > 2 && seen.concave > 2,
    JSON.stringify(seen),
  );
});
