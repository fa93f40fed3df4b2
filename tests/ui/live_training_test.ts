import assert from "node:assert/strict";
import fc from "fast-check";
import { liveTrainingState as codec } from "../../lib/ui/interactive/live_training_state.ts";

const read = (query: Record<string, string>) =>
  codec.read(new URLSearchParams(query));

Deno.test("the live training's state says what is trained", () => {
  const { state, problems } = read({
    units: "8,8",
    to: "step",
    rate: "0.1",
    seed: "7",
  });
  assert.deepEqual(state, {
    widths: [8, 8],
    target: "step",
    learningRate: 0.1,
    seed: 7,
  });
  assert.deepEqual(problems, {});
  assert.equal(
    String(codec.write(state)),
    "units=8+8&to=step&rate=0.1&seed=7",
  );
});

Deno.test("the live training refuses units out of range, by name", () => {
  for (const units of ["0", "65", "1 2 3 4 5", ",", "x", "8.5"]) {
    const { state, problems } = read({ units });
    assert.deepEqual(state.widths, [16]);
    assert.match(
      problems.widths!,
      /^Cannot use the units: need 1 to 4 hidden layers of 1 to 64 units/,
    );
  }
});

Deno.test("10,000 odd queries give a setting in range, with a problem where they are wrong", () => {
  const text = fc.oneof(
    fc.string({ unit: "binary", maxLength: 50 }),
    fc.double().map(String),
    fc.array(fc.nat(90), { maxLength: 6 }).map((units) => units.join(" ")),
    fc.constantFrom("sine", "Sine", "1e-5", "∞"),
  );
  fc.assert(
    fc.property(text, text, text, text, (units, to, rate, seed) => {
      const { state, problems } = read({ units, to, rate, seed });
      assert.ok(state.widths.length >= 1 && state.widths.length <= 4);
      assert.ok(state.widths.every((unit) => unit >= 1 && unit <= 64));
      assert.ok(state.learningRate > 0 && state.learningRate <= 10);
      assert.ok(Number.isInteger(state.seed));
      for (const problem of Object.values(problems)) {
        assert.match(problem!, /^Cannot use .*: need .*; type another/s);
      }
      assert.deepEqual(codec.read(codec.write(state)).problems, {});
    }),
    { numRuns: 10_000 },
  );
});
