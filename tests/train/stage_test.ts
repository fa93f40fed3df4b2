import assert from "node:assert/strict";
import { TorchRandom } from "../../lib/core/random.ts";
import { Interrupted } from "../../lib/train/context.ts";
import { rounds, stage } from "../../lib/train/stage.ts";
import { testGpu } from "../support/device.ts";
import { type FakeContext, fakeContext } from "../support/fake_context.ts";
import { train } from "../support/fit.ts";
import { resumeEverywhere } from "../support/resume.ts";

/** Two stages, one of them inside another, and one of three rounds; tells what it did. */
async function work(ctx: FakeContext, did: string[] = []): Promise<void> {
  const first = await stage(ctx, "first", () => {
    did.push("first");
    ctx.record("first", 0, 1);
    return { values: Float32Array.of(0.1, NaN, -Infinity, -0), none: null };
  });
  ctx.result("first", first);
  await stage(ctx, "outer", async () => {
    const inner = await stage(ctx, "inner", () => {
      did.push("inner");
      ctx.record("inner", 0, 2);
      return 2;
    });
    did.push("outer");
    ctx.record("outer", 0, inner + 1);
  });
  const random = new TorchRandom(5);
  const { sum } = await rounds(ctx, "rounds", {
    count: 3,
    start: { sum: 0, generator: [...random.save()] },
    round({ sum, generator }, done) {
      did.push(`round ${done}`);
      random.restore(Uint32Array.from(generator));
      const drawn = random.rand(3)[2]!;
      ctx.record("rounds", done, drawn);
      return { sum: sum + drawn, generator: [...random.save()] };
    },
  });
  ctx.result("sum", sum);
}

const all = ["first", "inner", "outer", "round 0", "round 1", "round 2"];

Deno.test("stage() and rounds() go on after every checkpoint to the same record", async () => {
  assert.deepEqual(await resumeEverywhere(work), [
    "first",
    "first, inner",
    "first, outer",
    "first, outer, (rounds)",
    "first, outer, (rounds × 2)",
    "first, outer, rounds × 3",
  ]);
});

Deno.test("stage() and rounds() do nothing again that was finished", async () => {
  for (const [i, name] of all.entries()) {
    const before = fakeContext();
    const save = before.checkpoint;
    let saved = 0;
    before.checkpoint = async (checkpoint) => {
      await save(checkpoint);
      if (++saved === i) throw new Interrupted();
    };
    const resume = async () => {
      if (i > 0) await assert.rejects(work(before), Interrupted);
      return before.saved;
    };
    const did: string[] = [];
    await work(fakeContext({ resume: await resume() }), did);
    assert.deepEqual(did, all.slice(i), `killed before ${name}`);
  }
});

Deno.test("stage() and rounds() begin nothing once the run shall stop", async () => {
  for (const [stopAfter, begun] of [[0, 0], [1, 1], [2, 3], [4, 4], [5, 5]]) {
    const ctx = fakeContext({ stopAfter });
    const did: string[] = [];
    await assert.rejects(work(ctx, did), Interrupted);
    assert.deepEqual(did, all.slice(0, begun), `after ${stopAfter} rows`);
  }
});

Deno.test("stage() returns the same whether it was stopped or not", async () => {
  const whole = fakeContext();
  await work(whole);
  const expected = {
    values: [Math.fround(0.1), NaN, -Infinity, 0],
    none: null,
  };
  assert.deepEqual(whole.results.first, expected);
  const after = fakeContext({ resume: whole.saved });
  await work(after);
  assert.deepEqual(after.results, whole.results);
  assert.deepEqual(after.rows, []);
});

Deno.test("rounds() keeps a state that the next round changes", async () => {
  const start = [0];
  const run = async (ctx: FakeContext) => {
    const found = await rounds(ctx, "outer", {
      ...{ count: 2, start },
      async round(state, done) {
        state[0]!++;
        // A checkpoint in the middle of the round.
        await stage(ctx, `inner ${done}`, () => {});
        ctx.record("state", done, state);
        return state;
      },
    });
    ctx.result("found", found);
  };
  const found = await resumeEverywhere(run);
  assert.equal(found.length, 4);
  const ctx = fakeContext();
  await run(ctx);
  assert.deepEqual([start, ctx.results.found], [[0], [2]]);
  const none = {
    count: 0,
    start: Float32Array.of(3),
    round: Float32Array.from,
  };
  assert.deepEqual(await rounds(ctx, "none", none), [3]);
});

Deno.test("stage() refuses what JSON cannot hold, and names it", async () => {
  await assert.rejects(
    stage(fakeContext(), "big", () => ({ count: 1n })),
    /big.count .* bigint/,
  );
});

testGpu(
  "fit() goes on inside a stage, and no finished fit again",
  async (gpu) => {
    const run = async (ctx: FakeContext) => {
      const ends = [];
      for (const name of ["one", "two"]) {
        ends.push(
          await stage(ctx, name, async () => {
            const { result, left } = await train(gpu, ctx, {
              ...{ name, steps: 6, checkpointEvery: 3, evaluations: [] },
              onEnd: async () => {
                // An answer that takes a while is waited for.
                await Promise.resolve();
                ctx.record(`${name}.last`, 0, 0);
              },
            });
            ctx.record(`${name}.end`, 0, left[0]!);
            return result;
          }),
        );
      }
      ctx.result("ends", ends);
    };
    assert.deepEqual(await resumeEverywhere(run), [
      ...["(one)", "one", "one"],
      ...["one, (two)", "one, two", "one, two"],
    ]);
    const whole = fakeContext();
    await run(whole);
    // The weights of the last fit stay at hand, as for deno task export.
    const { tensors, step } = whole.saved!;
    assert.ok("dense2.bias" in tensors);
    assert.equal(step, 6);
    // In the first fit, between the two, in the second.
    for (const stopAfter of [2, 8, 11]) {
      const first = fakeContext({ stopAfter });
      await assert.rejects(run(first), Interrupted);
      const second = fakeContext({ resume: first.saved });
      await run(second);
      assert.deepEqual([...first.rows, ...second.rows], whole.rows);
      assert.deepEqual(second.results, whole.results);
    }
    // Stopped again and again: each time it goes on from the last stop.
    const rows: string[] = [];
    let resume: FakeContext["saved"] = null;
    for (const stopAfter of [8, 2, Infinity]) {
      const ctx: FakeContext = fakeContext({ stopAfter, resume });
      const ended = run(ctx);
      await (stopAfter < Infinity ? assert.rejects(ended, Interrupted) : ended);
      resume = ctx.saved;
      rows.push(...ctx.rows);
    }
    assert.deepEqual(rows, whole.rows);
  },
);
