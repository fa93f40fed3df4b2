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
    "first, inner, outer",
    "first, inner, outer, rounds",
    "first, inner, outer, rounds × 2",
    "first, inner, outer, rounds × 3",
  ]);
});

Deno.test("stage() and rounds() do nothing again that was finished", async () => {
  for (const [i, name] of all.entries()) {
    const before = fakeContext({ stopAfter: i });
    const did: string[] = [];
    await assert.rejects(work(before, did), Interrupted);
    assert.deepEqual(did, all.slice(0, i), `stopped before ${name}`);
    const after = fakeContext({ resume: before.saved });
    did.length = 0;
    await work(after, did);
    assert.deepEqual(did, all.slice(i), `resumed at ${name}`);
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

Deno.test("rounds() gives every round numbers of its own", async () => {
  const seen: number[][] = [];
  const start = [0];
  const found = await rounds(fakeContext(), "numbers", {
    ...{ count: 2, start },
    round(state) {
      seen.push(state);
      state[0]!++;
      return state;
    },
  });
  assert.deepEqual([start, seen, found], [[0], [[1], [2]], [2]]);
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
            const { result, left } = await train(gpu, ctx, { name });
            ctx.record(`${name}.end`, 0, left[0]!);
            return result;
          }),
        );
      }
      ctx.result("ends", ends);
    };
    // Every 15 of 40 updates, and at the end.
    assert.deepEqual(await resumeEverywhere(run), [
      ...["(one)", "(one)", "(one)", "one"],
      ...["one, (two)", "one, (two)", "one, (two)", "one, two"],
    ]);
    const whole = fakeContext();
    await run(whole);
    const last = whole.saved!;
    // The weights of the last fit stay at hand, as for deno task export.
    assert.ok("dense2.bias" in last.tensors);
    assert.equal(last.step, 40);
    for (const stopAfter of [0, 20, 49, 60]) {
      const first = fakeContext({ stopAfter });
      await assert.rejects(run(first), Interrupted);
      const second = fakeContext({ resume: first.saved });
      await run(second);
      assert.deepEqual([...first.rows, ...second.rows], whole.rows);
      assert.deepEqual(second.results, whole.results);
    }
  },
);
