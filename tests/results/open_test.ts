import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { checkStore } from "../../lib/results/check_store.ts";
import { connect } from "../../lib/results/database.ts";
import {
  migrate,
  MIGRATIONS,
  schemaVersion,
} from "../../lib/results/migrations.ts";
import { openSqlite } from "../../lib/results/sqlite.ts";
import { withFolder } from "../support/folder.ts";
import { testWith } from "../support/permissions.ts";
import { rows, sample } from "./support.ts";

const needs = { read: true, write: true };
const fill = (folder: string) => {
  using store = openSqlite(folder, { mode: "write" });
  store.createRun(sample({ id: "a", status: "completed" }));
  store.appendMetrics("a", rows("loss", Array(5000).fill(0.5)));
};

testWith(
  needs,
  "openSqlite() creates a missing folder for writing only",
  () =>
    withFolder((folder) => {
      const data = `${folder}/a/b`;
      assert.throws(() => openSqlite(data, { mode: "read" }), {
        name: "StoreMissing",
        message: /a\/b\/nabla\.sqlite: there is no such file; .*deno task/,
      });
      assert.throws(() => Deno.statSync(data), Deno.errors.NotFound);
      openSqlite(data, { mode: "write" }).close();
      openSqlite(data, { mode: "read" }).close();
      assert.deepEqual(checkStore(data), []);
    }),
);

testWith(
  needs,
  "openSqlite() treats an empty file as a store to come",
  () =>
    withFolder((folder) => {
      Deno.writeTextFileSync(`${folder}/nabla.sqlite`, "");
      assert.throws(() => openSqlite(folder, { mode: "read" }), {
        name: "StoreMissing",
      });
      openSqlite(folder, { mode: "write" }).close();
      openSqlite(folder, { mode: "read" }).close();
    }),
);

const damages: Record<string, (path: string) => void> = {
  "not SQLite": (path) => Deno.writeTextFileSync(path, "<html>".repeat(1000)),
  "a text of five letters": (path) => Deno.writeTextFileSync(path, "hello"),
  "cut after a page": (path) => Deno.truncateSync(path, 4096),
  "cut in the middle": (path) => Deno.truncateSync(path, 100_001),
  "overwritten in its header": (path) => {
    using file = Deno.openSync(path, { write: true });
    file.seekSync(100, Deno.SeekMode.Start);
    file.writeSync(new Uint8Array(500).fill(0xff));
  },
  "of another program": (path) => {
    Deno.removeSync(path);
    const database = new DatabaseSync(path);
    database.exec("CREATE TABLE places (url TEXT)");
    database.close();
  },
};
for (const [damage, inflict] of Object.entries(damages)) {
  testWith(
    needs,
    `openSqlite() refuses and does not touch a file that is ${damage}`,
    () =>
      withFolder((folder) => {
        fill(folder);
        const path = `${folder}/nabla.sqlite`;
        inflict(path);
        const before = Deno.readFileSync(path);
        for (const mode of ["write", "read"] as const) {
          assert.throws(() => openSqlite(folder, { mode }), {
            name: "StoreDamaged",
            message: /nabla\.sqlite: .*left untouched; move it away \(mv /,
          });
        }
        assert.deepEqual(Deno.readFileSync(path), before);
      }),
  );
}

testWith(
  needs,
  "checkStore() finds a page overwritten far from the header",
  () =>
    withFolder((folder) => {
      fill(folder);
      const path = `${folder}/nabla.sqlite`;
      const size = Deno.statSync(path).size;
      {
        using file = Deno.openSync(path, { write: true });
        file.seekSync(size - 5000, Deno.SeekMode.Start);
        file.writeSync(new Uint8Array(4000).fill(0xff));
      }
      assert.notDeepEqual(checkStore(folder), []);
    }),
);

testWith(
  needs,
  "openSqlite() refuses a newer schema and names both versions",
  () =>
    withFolder((folder) => {
      fill(folder);
      const path = `${folder}/nabla.sqlite`;
      const database = new DatabaseSync(path);
      database.exec("PRAGMA user_version = 99");
      database.close();
      const before = Deno.readFileSync(path);
      for (const mode of ["write", "read"] as const) {
        assert.throws(() => openSqlite(folder, { mode }), {
          name: "NablaError",
          message: new RegExp(`version 99,.* up to ${MIGRATIONS.length};`),
        });
      }
      assert.deepEqual(Deno.readFileSync(path), before);
    }),
);

testWith(
  needs,
  "migrate() copies an older file, then changes it in one transaction",
  () =>
    withFolder((folder) => {
      fill(folder);
      const database = connect(`${folder}/nabla.sqlite`, {
        writable: true,
        timeout: 100,
      });
      const last = MIGRATIONS.length;
      const next = [...MIGRATIONS, "ALTER TABLE runs ADD COLUMN extra TEXT"];
      assert.throws(
        () => migrate(database, [...next, "INSERT INTO nowhere VALUES (1)"]),
        {
          name: "NablaError",
          message: new RegExp(`version ${last} to ${last + 2}: .*unchanged`),
        },
      );
      assert.equal(schemaVersion(database), last);
      assert.throws(() => database.all("SELECT extra FROM runs"));

      migrate(database, next);
      assert.equal(schemaVersion(database), last + 1);
      assert.equal(database.all("SELECT extra FROM runs").length, 1);
      database.close();

      const backup = [...Deno.readDirSync(folder)]
        .find(({ name }) => name.endsWith(".backup"))!;
      assert.match(
        backup.name,
        new RegExp(`^nabla\\.sqlite\\.v${last}-\\d{8}T\\d{6}\\.backup$`),
      );
      Deno.mkdirSync(`${folder}/restored`);
      Deno.copyFileSync(
        `${folder}/${backup.name}`,
        `${folder}/restored/nabla.sqlite`,
      );
      using restored = openSqlite(`${folder}/restored`, { mode: "read" });
      assert.equal(restored.metrics("a").length, 5000);
    }),
);

testWith(
  needs,
  "connect() waits for another's lock as long as it is told",
  () =>
    withFolder((folder) => {
      for (const timeout of [0, 123]) {
        const database = connect(`${folder}/a`, { writable: true, timeout });
        assert.equal(database.get("PRAGMA busy_timeout")!.timeout, timeout);
        database.close();
      }
    }),
);

testWith(
  needs,
  "openSqlite() says what lies where a folder or a file should be",
  () =>
    withFolder((folder) => {
      Deno.writeTextFileSync(`${folder}/file`, "");
      Deno.mkdirSync(`${folder}/data/nabla.sqlite`, { recursive: true });
      const places: [directory: string, reason: RegExp][] = [
        ["file", /the data folder: .*\/file is no folder; .*NABLA_DATA/],
        ["file/data", /the data folder: .*\/file is no folder; .*NABLA_DATA/],
        ["data", /: .*\/data\/nabla\.sqlite is no file; .*NABLA_DATA/],
      ];
      for (const [directory, message] of places) {
        for (const mode of ["write", "read"] as const) {
          assert.throws(() => openSqlite(`${folder}/${directory}`, { mode }), {
            name: "NablaError",
            message,
          });
        }
      }
    }),
);

testWith(
  needs,
  "a writer that finds the store locked says so",
  () =>
    withFolder((folder) => {
      fill(folder);
      using store = openSqlite(folder, { mode: "write", timeout: 50 });
      const other = new DatabaseSync(store.path);
      other.exec("BEGIN IMMEDIATE");
      assert.throws(() => store.appendMetrics("a", rows("loss", [1])), {
        name: "NablaError",
        message: /kept it locked/,
      });
      other.exec("ROLLBACK");
      other.close();
      store.appendMetrics("a", rows("loss", [1]));
      assert.equal(store.metrics("a").length, 5001);
    }),
);
