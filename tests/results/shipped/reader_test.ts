import assert from "node:assert/strict";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { StoreMissing } from "../../../lib/results/errors.ts";
import { layered } from "../../../lib/results/layered.ts";
import { encodeChecks } from "../../../lib/results/shipped/checks.ts";
import { openShipped } from "../../../lib/results/shipped/reader.ts";
import { shipRun } from "../../../lib/results/shipped/ship.ts";
import type { CheckRow } from "../../../lib/results/schemas.ts";
import type { SqliteStore } from "../../../lib/results/sqlite.ts";
import { storeOf } from "../../../lib/results/store.ts";
import { testWith } from "../../support/permissions.ts";
import { rows, sample, withStore } from "../support.ts";

const needs = { read: true, write: true };

const check = (study: string, error = 1e-15): CheckRow => ({
  ...{ study, line: "dW", error, tolerance: 1e-9, holds: true },
  ...{ kernel: null, kernelError: null, checkedAt: "2026-11-20T08:55:00.000Z" },
});

const ORIGIN = { revision: "0123", dirty: false, adapter: "llvmpipe" };

/** Writes the runs of `store` and the checks of two studies as shipped files; returns their folder. */
async function shipAll(
  store: SqliteStore,
  folder: string,
): Promise<URL> {
  const target = join(folder, "shipped");
  Deno.mkdirSync(target);
  for (const { id } of store.runs()) {
    const { bytes } = await shipRun(storeOf(store), id);
    Deno.writeFileSync(join(target, `${id}.json.gz`), bytes);
  }
  const checks = encodeChecks(ORIGIN, [check("xor"), check("other")]);
  Deno.writeFileSync(join(target, "_checks.json.gz"), checks);
  return pathToFileURL(`${target}/`);
}

testWith(
  needs,
  "openShipped() reads runs and rows as a store does",
  () =>
    withStore(async (store, folder) => {
      const startedAt = "2026-11-20T09:00:00.000Z";
      store.createRun(sample({ id: "old", status: "completed", startedAt }));
      store.createRun(sample({ id: "new", status: "completed" }));
      store.createRun(sample({ id: "apart", study: "other" }));
      store.appendMetrics("new", rows("loss", [3, NaN, 1]));
      store.appendMetrics("new", rows("accuracy", [0.5, 0.75]));
      const shipped = openShipped(await shipAll(store, folder));

      assert.deepEqual(
        (await shipped.runs({ study: "xor" })).map(({ id }) => id),
        ["new", "old"],
      );
      assert.equal((await shipped.runs({ limit: 1 })).length, 1);
      assert.equal((await shipped.latestRun("xor"))?.id, "new");
      assert.equal(
        await shipped.latestRun("other", { status: "completed" }),
        null,
      );
      assert.equal(await shipped.run("none"), null);
      assert.deepEqual(await shipped.run("new"), {
        ...store.run("new")!,
        shipped: true,
      });
      assert.deepEqual(await shipped.metrics("new"), store.metrics("new"));
      for (const after of [0, 2, 3, 4]) {
        assert.deepEqual(
          await shipped.metrics("new", { after, limit: 2 }),
          store.metrics("new", { after, limit: 2 }),
        );
      }
      assert.deepEqual(await shipped.series("new"), store.series("new"));
      assert.deepEqual(
        await shipped.downsampled("new", "accuracy"),
        store.metrics("new", { series: "accuracy" }),
      );
      assert.deepEqual(await shipped.series("old"), []);
      await assert.rejects(shipped.metrics("none"), /none.*runs --shipped/);
      assert.deepEqual(await shipped.checks("xor"), [
        { ...check("xor"), shipped: ORIGIN },
      ]);
      assert.equal((await shipped.checks()).length, 2);
    }),
);

testWith(
  needs,
  "openShipped() leaves out what it cannot read, and needs no folder",
  () =>
    withStore(async (store, folder) => {
      store.createRun(sample({ id: "a" }));
      const url = await shipAll(store, folder);
      Deno.writeFileSync(new URL("b.json.gz", url), new Uint8Array([1, 2]));
      Deno.writeFileSync(new URL("_checks.json.gz", url), new Uint8Array([1]));
      const lines: string[] = [];
      const { error } = console;
      console.error = (line: string) => lines.push(line);
      try {
        const shipped = openShipped(url);
        assert.deepEqual((await shipped.runs()).map(({ id }) => id), ["a"]);
        assert.deepEqual(await shipped.checks(), []);
        await shipped.runs();
      } finally {
        console.error = error;
      }
      assert.equal(lines.length, 2);
      assert.match(
        lines[0]!,
        /b\.json\.gz is left out\. Cannot read a shipped/,
      );
      const none = openShipped(new URL("none/", url));
      assert.deepEqual([await none.runs(), await none.checks()], [[], []]);
    }),
);

testWith(
  needs,
  "layered() shows a reader's own runs and checks in place of the shipped",
  () =>
    withStore(async (theirs, folder) => {
      theirs.createRun(sample({ id: "theirs", status: "completed" }));
      theirs.appendMetrics("theirs", rows("loss", [1]));
      const shipped = openShipped(await shipAll(theirs, folder));
      return withStore(async (mine) => {
        const both = layered(storeOf(mine), shipped);
        assert.equal((await both.latestRun("xor"))?.id, "theirs");
        mine.createRun(sample({ id: "mine", status: "interrupted" }));
        mine.appendMetrics("mine", rows("loss", [2, 3]));
        assert.equal((await both.latestRun("xor"))?.id, "mine");
        const completed = () => both.latestRun("xor", { status: "completed" });
        assert.equal((await completed())?.id, "theirs");
        mine.updateRun("mine", { status: "completed" });
        assert.equal((await completed())?.id, "mine");
        assert.deepEqual((await both.runs()).map(({ id }) => id), [
          "mine",
          "theirs",
        ]);
        assert.equal((await both.runs({ limit: 1 })).length, 1);
        assert.equal((await both.metrics("theirs")).length, 1);
        assert.equal((await both.metrics("mine")).length, 2);
        assert.equal((await both.series("theirs"))[0]!.count, 1);
        assert.equal(await both.run("none"), null);

        mine.saveChecks([check("xor", 2e-15)]);
        assert.deepEqual(await both.checks("xor"), [check("xor", 2e-15)]);
        assert.deepEqual(
          (await both.checks()).map((
            { study, shipped },
          ) => [study, shipped?.revision]),
          [["xor", undefined], ["other", "0123"]],
        );
      });
    }),
);

testWith(
  needs,
  "layered() without a store shows shipped runs alone and throws for others",
  () =>
    withStore(async (theirs, folder) => {
      theirs.createRun(sample({ id: "theirs" }));
      const shipped = openShipped(await shipAll(theirs, folder));
      const alone = layered(new StoreMissing("no store"), shipped);
      assert.equal((await alone.run("theirs"))?.id, "theirs");
      assert.equal((await alone.latestRun("xor"))?.id, "theirs");
      assert.equal(await alone.latestRun("none"), null);
      assert.equal((await alone.runs()).length, 1);
      await assert.rejects(alone.run("other"), { name: "StoreMissing" });
      await assert.rejects(alone.metrics("other"), { name: "StoreMissing" });
    }),
);
