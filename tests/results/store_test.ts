/** Runs and checks in a store. */
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { parseRunDocument } from "../../lib/results/documents.ts";
import { exportRun } from "../../lib/results/export.ts";
import { isReadable } from "../../lib/results/listed_run.ts";
import type { CheckRow } from "../../lib/results/schemas.ts";
import { openSqlite } from "../../lib/results/sqlite.ts";
import { storeOf } from "../../lib/results/store.ts";
import { withFolder } from "../support/folder.ts";
import { testWith } from "../support/permissions.ts";
import { PROVENANCE, rows, sample, withStore } from "./support.ts";

const needs = { read: true, write: true };
const old = "2001-01-01T00:00:00.000Z";

testWith(
  needs,
  "createRun() fills in defaults and run() gives it back",
  () =>
    withStore((store) => {
      const created = store.createRun(sample());
      assert.equal(created.status, "running");
      assert.equal(created.replicas, 1);
      assert.deepEqual(created.provenance, PROVENANCE);
      assert.deepEqual(store.run(created.id), created);
      assert.equal(store.run("nobody"), null);
    }),
);

testWith(
  needs,
  "createRun() refuses an id that is taken and a wrong field",
  () =>
    withStore((store) => {
      store.createRun(sample({ id: "a" }));
      assert.throws(() => store.createRun(sample({ id: "a" })), {
        name: "NablaError",
        message: /Cannot create run a: .*--resume a/,
      });
      assert.throws(() => store.createRun(sample({ id: "../b" })), {
        name: "NablaError",
        message: /→ at id/,
      });
      assert.throws(() => store.createRun(sample({ seed: NaN })), /→ at seed/);
      assert.equal(store.runs().length, 1);
    }),
);

testWith(
  needs,
  "updateRun() changes only the given fields",
  () =>
    withStore((store) => {
      const before = store.createRun(sample({ id: "a" }));
      const change = {
        status: "failed",
        error: "loss is NaN",
        endedAt: old,
        results: { loss: NaN, best: [Infinity, -Infinity] },
        expectations: [{
          name: "e",
          holds: false,
          measured: NaN,
          expected: "1",
        }],
      } as const;
      store.updateRun("a", {
        ...change,
        results: { ...change.results, best: [...change.results.best] },
        expectations: [...change.expectations],
      });
      assert.deepEqual(store.run("a"), { ...before, ...change });
      assert.throws(() => store.updateRun("b", { status: "failed" }), {
        message: /Cannot find run b/,
      });
      assert.throws(
        () => store.updateRun("a", { status: "done" as "failed" }),
        /→ at status/,
      );
    }),
);

testWith(needs, "names and notes are just text", () =>
  withStore((store) => {
    const name = `<script>alert(1)</script>' OR 1=1; -- \u202e${
      "x".repeat(10_000)
    }`;
    const { id } = store.createRun(sample({ name, notes: "NaN" }));
    assert.equal(store.run(id)!.name, name);
    assert.equal(store.run(id)!.notes, "NaN");
  }));

testWith(
  needs,
  "runs() orders by creation, not by time",
  () =>
    withStore((store) => {
      store.createRun(sample({ id: "a", study: "one" }));
      store.createRun(sample({ id: "b", study: "two", startedAt: old }));
      store.createRun(sample({ id: "c", study: "one", status: "completed" }));
      const ids = (options = {}) => store.runs(options).map(({ id }) => id);
      assert.deepEqual(ids(), ["c", "b", "a"]);
      assert.deepEqual(ids({ study: "one" }), ["c", "a"]);
      assert.deepEqual(ids({ study: "one", limit: 1 }), ["c"]);
      assert.equal(store.latestRun("one")!.id, "c");
      assert.equal(store.latestRun("one", { status: "running" })!.id, "a");
      assert.equal(store.latestRun("three"), null);
    }),
);

testWith(
  needs,
  "deleteRun() refuses a run that trains and removes any other",
  () =>
    withStore((store, folder) => {
      store.createRun(sample({ id: "a" }));
      store.createRun(sample({ id: "b" }));
      store.appendMetrics("a", rows("loss", [1]));
      store.appendMetrics("b", rows("loss", [2]));
      store.saveCheckpoint("a", { epoch: 1, step: 1 }, new Uint8Array([1]));
      store.saveCheckpoint("a", { epoch: 2, step: 2 }, new Uint8Array([2]));
      store.saveCheckpoint("b", { epoch: 1, step: 1 }, new Uint8Array([2]));
      assert.throws(() => store.deleteRun("a"), {
        name: "NablaError",
        message: /Cannot delete run a: it is training/,
      });
      store.updateRun("a", { heartbeatAt: old });
      store.deleteRun("a");
      assert.equal(store.run("a"), null);
      assert.throws(() => store.metrics("a"), /Cannot find run a/);
      assert.throws(() => store.deleteRun("a"), /Cannot find run a/);
      assert.deepEqual(store.metrics("b").map((row) => row.value), [2]);
      assert.deepEqual(
        store.latestCheckpoint("b")!.bytes,
        new Uint8Array([2]),
      );
      assert.equal([...Deno.readDirSync(`${folder}/artifacts`)].length, 1);
    }),
);

testWith(
  needs,
  "saveChecks() keeps the newest outcome of each line",
  () =>
    withStore((store) => {
      const check = (line: string, error: number): CheckRow => ({
        study: "xor",
        line,
        error,
        tolerance: 1e-9,
        holds: error < 1e-9,
        kernel: null,
        kernelError: null,
        checkedAt: old,
      });
      store.saveChecks([check("one", 0), check("two", NaN)]);
      store.saveChecks([check("one", 1), { ...check("a", 0), study: "other" }]);
      assert.deepEqual(store.checks("xor"), [
        check("one", 1),
        check("two", NaN),
      ]);
      assert.equal(store.checks().length, 3);
    }),
);

testWith(
  needs,
  "version() changes with every write, its own and others'",
  () =>
    withStore((store, folder) => {
      using reader = openSqlite(folder, { mode: "read" });
      const [own, other] = [store.version(), reader.version()];
      assert.deepEqual([store.version(), reader.version()], [own, other]);
      const { id } = store.createRun(sample());
      const [own2, other2] = [store.version(), reader.version()];
      assert.ok(own2 !== own && other2 !== other);
      store.appendMetrics(id, rows("loss", [1]));
      assert.ok(store.version() !== own2 && reader.version() !== other2);
    }),
);

testWith(
  needs,
  "version() tells when the file was removed or replaced",
  () =>
    withFolder((folder) => {
      openSqlite(folder, { mode: "write" }).close();
      using reader = openSqlite(folder, { mode: "read" });
      Deno.renameSync(reader.path, `${folder}/elsewhere`);
      assert.throws(() => reader.version(), { name: "StoreMissing" });
      openSqlite(folder, { mode: "write" }).close();
      assert.throws(() => reader.version(), { name: "StoreMissing" });
    }),
);

testWith(
  needs,
  "a store opened for reading refuses to write",
  () =>
    withFolder((folder) => {
      openSqlite(folder, { mode: "write" }).close();
      using reader = openSqlite(folder, { mode: "read" });
      assert.throws(() => reader.createRun(sample()), {
        name: "NablaError",
        message: /opened for reading/,
      });
    }),
);

testWith(
  needs,
  "exportRun() writes JSON that parseRunDocument() reads back",
  () =>
    withStore(async (store) => {
      const run = store.createRun(sample({ id: "a", status: "completed" }));
      store.appendMetrics("a", rows("loss", [1, NaN, -Infinity]));
      const text = await exportRun(storeOf(store), "a", "json");
      const metrics = store.metrics("a");
      assert.match(
        await exportRun(storeOf(store), "a", "csv"),
        /\r\n3,2,loss,0,-Infinity\r\n$/,
      );
      await assert.rejects(
        exportRun(storeOf(store), "b", "csv"),
        /no such run/,
      );
      assert.deepEqual(parseRunDocument(JSON.parse(text)), { run, metrics });
    }),
);

testWith(
  needs,
  "latestRun() leaves out a preset, and unreadable runs",
  () =>
    withStore((store, folder) => {
      store.createRun(sample({ id: "quick", preset: "quick" }));
      store.createRun(sample({ id: "smoke", preset: "smoke" }));
      const except = "smoke" as const;
      assert.equal(store.latestRun("xor")!.id, "smoke");
      assert.equal(store.latestRun("xor", { except })!.id, "quick");
      assert.equal(store.latestRun("xor", { except: "quick" })!.id, "smoke");
      const other = new DatabaseSync(`${folder}/nabla.sqlite`);
      other.exec("UPDATE runs SET status = 'weird' WHERE id = 'smoke'");
      other.close();
      assert.equal(store.latestRun("xor")!.id, "quick");
      assert.deepEqual(
        store.runs().map((run) => [run.id, isReadable(run)]),
        [["smoke", false], ["quick", true]],
      );
      assert.throws(() => store.run("smoke"), {
        name: "RunUnreadable",
        message:
          /Cannot read run smoke: .*status.* deno task runs --delete smoke/s,
      });
      store.deleteRun("smoke");
      assert.equal(store.count(), 1);
    }),
);
