import assert from "node:assert/strict";
import { checkStore } from "../../lib/results/check_store.ts";
import { openSqlite } from "../../lib/results/sqlite.ts";
import { withFolder } from "../support/folder.ts";
import { testWith } from "../support/permissions.ts";
import { child, rows, sample } from "./support.ts";

const needs = { read: true, write: true, run: true };
const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

/** Kills a recording child at a random moment; returns the last sequence it was promised. */
async function killWhileRecording(folder: string, id: string): Promise<number> {
  const process = child("./record_forever.ts", [folder, id]);
  const errors = new Response(process.stderr).text();
  let output = "";
  let killing = false;
  for await (const chunk of process.stdout) {
    output += text(chunk);
    if (killing) continue;
    killing = true;
    setTimeout(() => process.kill("SIGKILL"), Math.random() * 150);
  }
  await process.status;
  assert.equal(await errors, "");
  const promised = output.split("\n").slice(0, -1);
  return Number(promised.at(-1));
}

testWith(
  needs,
  "20 writers killed at random moments lose no acknowledged row",
  () =>
    withFolder(async (folder) => {
      for (let round = 0; round < 5; round++) {
        const ids = [0, 1, 2, 3].map((writer) => `run-${round}-${writer}`);
        const promised = await Promise.all(
          ids.map((id) => killWhileRecording(folder, id)),
        );
        using store = openSqlite(folder, { mode: "write" });
        for (const [i, id] of ids.entries()) {
          const read = store.metrics(id);
          assert.ok(promised[i]! >= 3, `${id} was killed before its first row`);
          assert.ok(read.length >= promised[i]!, `${id}: ${read.length} rows`);
          assert.equal(read.length % 3, 0, `${id} holds part of a batch`);
          assert.ok(
            read.every((row, at) =>
              row.sequence === at + 1 && row.step === Math.floor(at / 3) &&
              Object.is(row.value, row.step % 5 === 0 ? NaN : row.step)
            ),
          );
          const checkpoint = store.latestCheckpoint(id);
          if (promised[i]! < 12) continue;
          assert.equal(checkpoint!.warning, null);
          assert.equal(checkpoint!.sequence, 3 * (checkpoint!.step + 1));
        }
      }
      const problems = checkStore(folder)
        .filter((line) => !line.includes("belongs to no run"));
      assert.deepEqual(problems, []);
    }),
);

testWith(
  needs,
  "four processes create and write one store at once",
  () =>
    withFolder(async (folder) => {
      const data = `${folder}/data`;
      const ids = ["a", "b", "c", "d"];
      const outputs = await Promise.all(
        ids.map((id) =>
          child("./record_some.ts", [data, id, "40", "1000"]).output()
        ),
      );
      for (const { stdout, stderr } of outputs) {
        assert.deepEqual([text(stdout), text(stderr)], ["", ""]);
      }
      using store = openSqlite(data, { mode: "read" });
      for (const id of ids) {
        assert.equal(store.run(id)!.status, "completed");
        assert.equal(store.metrics(id).length, 4000);
      }
    }),
);

testWith(
  needs,
  "openSqlite() waits while another process creates the store",
  () =>
    withFolder(async (folder) => {
      const process = child("./hold_lock.ts", [`${folder}/nabla.sqlite`]);
      const output = process.stdout.getReader();
      await output.read();
      openSqlite(folder, { mode: "write" }).close();
      await output.cancel();
      await process.stderr.cancel();
      await process.status;
      assert.deepEqual(checkStore(folder), []);
    }),
);

testWith(
  needs,
  "a reader sees rows while another process writes them",
  () =>
    withFolder(async (folder) => {
      openSqlite(folder, { mode: "write" }).close();
      using store = openSqlite(folder, { mode: "read" });
      const before = store.version();
      const process = child("./record_forever.ts", [folder, "a"]);
      const output = process.stdout.getReader();
      try {
        let after = 0;
        for (let reads = 0; reads < 10; reads++) {
          const { value } = await output.read();
          const promised = Number(text(value!).trim().split("\n").at(-1));
          const fresh = store.metrics("a", { after });
          const start = after;
          assert.ok(fresh.every((row, i) => row.sequence === start + i + 1));
          after += fresh.length;
          assert.ok(after >= promised, `${after} rows of ${promised}`);
        }
        assert.notEqual(store.version(), before);
      } finally {
        process.kill("SIGKILL");
        await output.cancel();
        await process.stderr.cancel();
        await process.status;
      }
    }),
);

// A limit on the size of files stands for a full disk: the same writes fail.
const limited = (blocks: number) => ({
  prefix: ["sh", "-c", `trap '' XFSZ; ulimit -f ${blocks}; exec "$@"`, "sh"],
});
const testOnLinux: typeof testWith = (needs, name, test) =>
  Deno.build.os === "linux" && testWith(needs, name, test);

testOnLinux(
  needs,
  "a disk that is full for a checkpoint leaves the previous one",
  () =>
    withFolder(async (folder) => {
      using store = openSqlite(folder, { mode: "write" });
      store.createRun(sample({ id: "a" }));
      store.saveCheckpoint("a", { epoch: 1, step: 1 }, new Uint8Array([1]));
      const size = String(4_000_000);
      const { stdout } = await child(
        "./record_some.ts",
        [folder, "b", "1", size],
        limited(2000),
      ).output();
      assert.match(text(stdout), /^NablaError: Cannot write .*4000000 bytes/);
      assert.equal(store.metrics("b").length, 100);
      assert.equal(store.latestCheckpoint("b"), null);
      assert.equal(store.latestCheckpoint("a")!.warning, null);
      assert.equal([...Deno.readDirSync(`${folder}/artifacts`)].length, 1);
    }),
);

testOnLinux(
  needs,
  "a disk that is full for metrics says so and keeps what was recorded",
  () =>
    withFolder(async (folder) => {
      const { stdout } = await child(
        "./record_some.ts",
        [folder, "a", "1000", "10"],
        limited(1000),
      ).output();
      assert.match(text(stdout), /^NablaError: .*the disk is full/);
      assert.deepEqual(checkStore(folder), []);
      using store = openSqlite(folder, { mode: "write" });
      const kept = store.metrics("a").length;
      assert.ok(kept > 0 && kept % 100 === 0, `${kept} rows`);
      assert.equal(store.appendMetrics("a", rows("loss", [1])), kept + 1);
    }),
);

/** A prefix that takes from root, if that is who tests, the right to write anywhere. */
function withoutOverride(readOnlyFolder: string): { prefix: string[] } {
  try {
    Deno.writeTextFileSync(`${readOnlyFolder}/probe`, "");
    Deno.removeSync(`${readOnlyFolder}/probe`);
    return { prefix: ["setpriv", "--bounding-set", "-dac_override"] };
  } catch {
    return { prefix: [] };
  }
}

testOnLinux(
  needs,
  "a read-only folder is refused before anything is trained",
  () =>
    withFolder(async (folder) => {
      const record = () =>
        child(
          "./record_some.ts",
          [folder, "a", "1", "10"],
          withoutOverride(folder),
        ).output();
      openSqlite(folder, { mode: "write" }).close();
      Deno.chmodSync(folder, 0o555);
      try {
        assert.match(
          text((await record()).stdout),
          /^NablaError: Cannot write to the store .*read-only.*NABLA_DATA/,
        );
        Deno.chmodSync(folder, 0o755);
        Deno.removeSync(`${folder}/nabla.sqlite`);
        Deno.removeSync(`${folder}/artifacts`);
        Deno.chmodSync(folder, 0o555);
        assert.match(
          text((await record()).stdout),
          /^NablaError: Cannot create the folder .*NABLA_DATA/,
        );
      } finally {
        Deno.chmodSync(folder, 0o755);
      }
    }),
);

testOnLinux(
  needs,
  "a store in a read-only folder can be read, unless rows wait to be merged",
  () =>
    withFolder(async (folder) => {
      const read = async () => {
        Deno.chmodSync(folder, 0o555);
        const limits = withoutOverride(folder);
        const { stdout } = await child("./read_runs.ts", [folder], limits)
          .output();
        Deno.chmodSync(folder, 0o755);
        return text(stdout);
      };
      const store = openSqlite(folder, { mode: "write" });
      store.createRun(sample({ id: "a" }));
      for (const end of ["", "-wal"]) {
        const name = `nabla.sqlite${end}`;
        Deno.copyFileSync(`${folder}/${name}`, `${folder}/kept${end}`);
      }
      store.close();
      assert.equal(await read(), "a\n");
      for (const end of ["", "-wal"]) {
        const name = `nabla.sqlite${end}`;
        Deno.renameSync(`${folder}/kept${end}`, `${folder}/${name}`);
      }
      assert.match(await read(), /its last rows are in .*-wal.*NABLA_DATA/);
    }),
);
