/** fit() that ends before its last update. */
import assert from "node:assert/strict";
import type { Gpu } from "../../lib/gpu/mod.ts";
import { Interrupted } from "../../lib/train/context.ts";
import type { FitOptions } from "../../lib/train/fit.ts";
import { testGpu } from "../support/device.ts";
import { type FakeContext, fakeContext } from "../support/fake_context.ts";
import { steps, train } from "../support/fit.ts";

/** Ends when it was asked for the third time, which it has to remember. */
function third(): Pick<FitOptions, "until" | "notes"> {
  const notes: { asked?: number; seen?: number } = {};
  return {
    notes,
    until: {
      every: 7,
      holds: () => (notes.asked = (notes.asked ?? 0) + 1) === 3,
    },
  };
}

const run = (gpu: Gpu, ctx: FakeContext) => train(gpu, ctx, third());

testGpu(
  "fit() ends where its rule holds, measured and recorded",
  async (gpu) => {
    const ctx = fakeContext();
    const { result } = await run(gpu, ctx);
    assert.equal(result.steps, 21);
    assert.equal(ctx.series("train.loss").length, 21);
    assert.deepEqual(ctx.results, {
      "train.stopped": { step: 21, of: steps },
    });
    // Every 12 updates, and at the end.
    const measured = ctx.rows.filter((row) => row.startsWith("all.loss"));
    assert.deepEqual(measured.map((row) => row.split(" ")[1]), [
      ...["0", "12", "21"],
    ]);
    const last = Number(measured.at(-1)!.split(" ")[2]);
    assert.equal(result.evaluations.all!.loss[0], last);
    // The same weights as a fit of so many updates.
    const short = await train(gpu, fakeContext(), { steps: 21 });
    assert.deepEqual((await run(gpu, fakeContext())).state, short.state);
  },
);

testGpu("fit() shows its rule the newest numbers", async (gpu) => {
  const seen: number[][] = [];
  const ctx = fakeContext();
  const { result } = await train(gpu, ctx, {
    until: {
      every: 8,
      holds(step, { loss }, { all }) {
        seen.push([step, loss![0]!, all!.loss[0]!]);
        return false;
      },
    },
  });
  const losses = ctx.series("train.loss");
  const all = ctx.series("all.loss");
  // Measured after 0, 12, 24, 36 and 40 updates.
  assert.deepEqual(seen, [
    [8, losses[7], all[0]],
    [16, losses[15], all[1]],
    [24, losses[23], all[2]],
    [32, losses[31], all[2]],
  ]);
  assert.equal(result.steps, steps);
  assert.deepEqual(ctx.results, {});
});

testGpu("fit() goes on from a stop to the same end", async (gpu) => {
  const whole = fakeContext();
  const expected = await run(gpu, whole);
  for (const stopAfter of [0, 5, 13, 16]) {
    const first = fakeContext({ stopAfter });
    await assert.rejects(run(gpu, first), Interrupted, `${stopAfter}`);
    const second = fakeContext({ resume: first.saved });
    const { state, result } = await run(gpu, second);
    assert.deepEqual(state, expected.state);
    assert.deepEqual(result, expected.result);
    assert.deepEqual([...first.rows, ...second.rows], whole.rows);
  }
});

testGpu("fit() that has ended stays ended", async (gpu) => {
  const first = fakeContext();
  const expected = await run(gpu, first);
  const second = fakeContext({ resume: first.saved });
  const { state, result } = await run(gpu, second);
  assert.deepEqual(state, expected.state);
  assert.deepEqual(result, expected.result);
  assert.deepEqual(second.rows, []);
});
