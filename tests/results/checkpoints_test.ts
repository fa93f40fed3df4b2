import assert from "node:assert/strict";
import { sha256Of } from "../../lib/results/artifacts.ts";
import { checkStore } from "../../lib/results/check_store.ts";
import { openSqlite } from "../../lib/results/sqlite.ts";
import { withFolder } from "../support/folder.ts";
import { testWith } from "../support/permissions.ts";
import { rows, sample, withStore } from "./support.ts";

const needs = { read: true, write: true };
const bytes = (step: number) => new Uint8Array(1000).fill(step);
const names = (folder: string) =>
  [...Deno.readDirSync(`${folder}/artifacts`)].map(({ name }) => name).sort();
const fileOf = (step: number) => `${sha256Of(bytes(step))}.safetensors`;

testWith(
  needs,
  "saveCheckpoint() keeps the last two files",
  () =>
    withStore((store, folder) => {
      store.createRun(sample({ id: "a" }));
      assert.equal(store.latestCheckpoint("a"), null);
      store.appendMetrics("a", rows("loss", [3, 2, 1]));
      for (const step of [10, 20, 30]) {
        store.saveCheckpoint("a", { epoch: step / 10, step }, bytes(step));
      }
      assert.deepEqual(names(folder), [fileOf(20), fileOf(30)].sort());
      assert.deepEqual(store.latestCheckpoint("a"), {
        epoch: 3,
        step: 30,
        sequence: 3,
        sha256: sha256Of(bytes(30)),
        bytes: bytes(30),
        warning: null,
      });
    }),
);

testWith(
  needs,
  "saveCheckpoint() keeps two different ones when the last is saved again",
  () =>
    withStore((store, folder) => {
      store.createRun(sample({ id: "a" }));
      [1, 2, 2, 2].forEach((step, i) => {
        // Rows recorded in between make it no other checkpoint.
        if (i < 3) store.appendMetrics("a", rows(`loss${i}`, [1]));
        store.saveCheckpoint("a", { epoch: 1, step }, bytes(step));
      });
      assert.equal(store.latestCheckpoint("a")!.sequence, 3);
      assert.deepEqual(names(folder), [fileOf(1), fileOf(2)].sort());
      Deno.removeSync(`${folder}/artifacts/${fileOf(2)}`);
      const found = store.latestCheckpoint("a")!;
      assert.equal(found.step, 1);
      assert.match(found.warning!, /at step 2 .* continuing from step 1/);
    }),
);

testWith(
  needs,
  "saveCheckpoint() keeps a file another row needs",
  () =>
    withStore((store, folder) => {
      store.createRun(sample({ id: "a" }));
      store.createRun(sample({ id: "b" }));
      store.saveCheckpoint("b", { epoch: 1, step: 1 }, bytes(1));
      for (const step of [1, 2, 3, 4]) {
        store.saveCheckpoint("a", { epoch: 1, step }, bytes(step));
      }
      assert.deepEqual(
        names(folder),
        [fileOf(1), fileOf(3), fileOf(4)].sort(),
      );
      assert.equal(store.latestCheckpoint("b")!.warning, null);
      assert.deepEqual(checkStore(folder), []);
    }),
);

const damages: Record<string, (path: string) => void> = {
  "cut short": (path) => Deno.truncateSync(path, 500),
  "changed": (path) => Deno.writeFileSync(path, bytes(99)),
  "missing": (path) => Deno.removeSync(path),
  "replaced by a link": (path) => {
    Deno.renameSync(path, `${path}.away`);
    Deno.symlinkSync(`${path}.away`, path);
  },
};
for (const [damage, inflict] of Object.entries(damages)) {
  testWith(
    needs,
    `latestCheckpoint() falls back with a warning when the file is ${damage}`,
    () =>
      withStore((store, folder) => {
        store.createRun(sample({ id: "a" }));
        store.saveCheckpoint("a", { epoch: 1, step: 10 }, bytes(1));
        store.saveCheckpoint("a", { epoch: 2, step: 20 }, bytes(2));
        inflict(`${folder}/artifacts/${fileOf(2)}`);
        const found = store.latestCheckpoint("a")!;
        assert.deepEqual([found.step, found.bytes], [10, bytes(1)]);
        assert.match(found.warning!, /step 20 .*continuing from step 10/);
        assert.match(checkStore(folder).join(), /run a: .*step 20/);
        inflict(`${folder}/artifacts/${fileOf(1)}`);
        assert.throws(() => store.latestCheckpoint("a"), {
          name: "NablaError",
          message: /step 20 .* and step 10 .*without --resume/,
        });
      }),
  );
}

testWith(
  needs,
  "saveCheckpoint() that cannot write leaves the previous one",
  () =>
    withStore((store, folder) => {
      store.createRun(sample({ id: "a" }));
      store.saveCheckpoint("a", { epoch: 1, step: 10 }, bytes(1));
      // A folder where the file belongs: the rename fails, even for root.
      Deno.mkdirSync(`${folder}/artifacts/${fileOf(2)}/full`, {
        recursive: true,
      });
      assert.throws(
        () => store.saveCheckpoint("a", { epoch: 2, step: 20 }, bytes(2)),
        { name: "NablaError", message: /Cannot write .*\(1000 bytes\)/ },
      );
      const found = store.latestCheckpoint("a")!;
      assert.deepEqual([found.step, found.warning], [10, null]);
      assert.deepEqual(names(folder), [fileOf(1), fileOf(2)].sort());
    }),
);

testWith(
  needs,
  "openSqlite() and saveCheckpoint() refuse an artifact folder that is a link",
  () =>
    withFolder((folder) => {
      const [data, elsewhere] = [`${folder}/data`, `${folder}/elsewhere`];
      Deno.mkdirSync(elsewhere);
      const store = openSqlite(data, { mode: "write" });
      store.createRun(sample({ id: "a" }));
      Deno.removeSync(`${data}/artifacts`);
      Deno.symlinkSync(elsewhere, `${data}/artifacts`);
      const refusal = { name: "NablaError", message: /symbolic link/ };
      assert.throws(
        () => store.saveCheckpoint("a", { epoch: 1, step: 1 }, bytes(1)),
        refusal,
      );
      store.close();
      assert.throws(() => openSqlite(data, { mode: "write" }), refusal);
      assert.throws(() => openSqlite(data, { mode: "read" }), refusal);
      assert.deepEqual([...Deno.readDirSync(elsewhere)], []);
    }),
);

testWith(
  needs,
  "openSqlite() removes temporary files only after their writer is gone",
  () =>
    withFolder((folder) => {
      openSqlite(folder, { mode: "write" }).close();
      const now = Date.now() / 1000;
      for (
        const [name, age] of [["old.tmp", 86_400], ["new.tmp", 600]] as const
      ) {
        const path = `${folder}/artifacts/${name}`;
        Deno.writeTextFileSync(path, "");
        Deno.utimeSync(path, now - age, now - age);
      }
      openSqlite(folder, { mode: "write" }).close();
      assert.deepEqual(names(folder), ["new.tmp"]);
    }),
);
