/** A run of any parts in any order that goes on from a stop records what an uninterrupted one does. */
import assert from "node:assert/strict";
import type { ExperimentContext } from "../../lib/train/experiment.ts";
import { rounds, stage } from "../../lib/train/stage.ts";
import { testGpu } from "../support/device.ts";
import { type FakeContext, fakeContext } from "../support/fake_context.ts";
import { resumeEverywhere } from "../support/resume.ts";
import script from "./fixtures/script.ts";

testGpu(
  "random scripts go on from every checkpoint to the same rows and weights",
  async (gpu) => {
    for (let seed = 0; seed < 4; seed++) {
      const config = { script: seed, pause: 0 };
      const names = await resumeEverywhere<Record<string, unknown>>(
        (ctx) => script.run(ctx as unknown as ExperimentContext),
        { config, gpu, every: 3 },
      );
      assert.ok(names.length > 2, `script ${seed} saved ${names}`);
    }
  },
);

/** Saves once, then ends; the checkpoint it leaves. */
async function stoppedAfter(work: (ctx: FakeContext) => Promise<unknown>) {
  const ctx = fakeContext();
  await work(ctx);
  return ctx.saved;
}

Deno.test("rows between parts are recorded once, whatever came before", async () => {
  const run = async (ctx: FakeContext) => {
    ctx.record("a", 0, [1, 2]);
    await stage(ctx, "one", () => ctx.record("b", 0, 3));
    ctx.record("a", 0, 4);
    ctx.record("a", 0, 4);
    await rounds(ctx, "many", {
      count: 3,
      start: null,
      round: (_, done) => {
        ctx.record("c", done, 5);
        return null;
      },
    });
    ctx.record("a", 9, 6);
  };
  const names = await resumeEverywhere(run);
  assert.deepEqual(names, [
    "one",
    "one, (many)",
    "one, (many × 2)",
    "one, many × 3",
  ]);
});

Deno.test("a run that comes to other parts than before is refused, with both", async () => {
  const resume = await stoppedAfter(async (ctx) => {
    ctx.record("x", 0, 1);
    await stage(ctx, "first", () => 1);
    await stage(ctx, "second", () => 2);
  });
  const renamed = fakeContext({ resume });
  renamed.record("x", 0, 1);
  await assert.rejects(stage(renamed, "frist", () => 1), {
    name: "NablaError",
    message:
      /recorded 1 rows when it came to stage first, now it comes to stage frist after 1\. .*changed since\?/,
  });
  const more = fakeContext({ resume });
  more.record("x", 0, [1, 2]);
  await assert.rejects(
    stage(more, "first", () => 1),
    /stage first, now it comes to stage first after 2/,
  );
});

Deno.test("a checkpoint of another version is refused", () => {
  const resume = { epoch: 0, step: 1, tensors: {}, state: { stages: {} } };
  assert.throws(
    () => fakeContext({ resume }),
    /saved by another version of Nabla; start the run again without --resume/,
  );
});
