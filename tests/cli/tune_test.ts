/** `deno task tune`, and what `experiment` and `verify` make of its file. */
import assert from "node:assert/strict";
import { openSqlite } from "../../lib/results/sqlite.ts";
import { readTiles, writeTiles } from "../../lib/train/adapter_tiles.ts";
import { gpu } from "../support/device.ts";
import { withFolder } from "../support/folder.ts";
import { testWith } from "../support/permissions.ts";
import { fixture, run } from "./support.ts";

const needs = { read: true, write: true, run: true };

testWith(
  needs,
  "tune says what is wrong, and its rule",
  () =>
    withFolder(async (folder) => {
      const metal = { DENO_WEBGPU_BACKEND: "metal" };
      const [unknown, help, absent] = await Promise.all([
        run("tune.ts", ["dense"], { folder }),
        run("tune.ts", ["--help"], { folder }),
        run("tune.ts", ["conv", "--json"], { folder, env: metal }),
      ]);
      assert.equal(unknown.code, 2);
      assert.match(unknown.stderr, /Cannot tune "dense": .* gemm NT 64², /);
      assert.equal(help.code, 0);
      assert.match(help.stdout, /Nothing is ever measured by itself/);
      assert.equal(absent.code, 3);
      assert.equal(JSON.parse(absent.stdout).error.exitCode, 3);
      assert.deepEqual(readTiles(folder), { measured: [], problem: null });
    }),
);

if (gpu) {
  const { adapter } = gpu;

  testWith(
    needs,
    "tune measures the classes it is told and keeps them",
    () =>
      withFolder(async (folder) => {
        const key = "conv NT 64²";
        const args = [key, "--json"];
        const { code, stdout, stderr } = await run("tune.ts", args, { folder });
        assert.equal(code, 0, stderr);
        const { path, seconds, tuned } = JSON.parse(stdout);
        assert.equal(path, `${folder}/tiles.json`);
        assert.ok(seconds > 0);
        assert.deepEqual(tuned.map((one: { key: string }) => one.key), [key]);
        const names = tuned[0].tiles.map(({ tile }: { tile: string }) => tile);
        assert.ok(names.includes(tuned[0].shipped.tile));
        for (const name of names) assert.ok(stderr.includes(name), stderr);
        const { measured } = readTiles(folder);
        assert.equal(measured[0]!.adapter!.description, adapter.description);
        assert.deepEqual(Object.keys(measured[0]!.tiles), [key]);
      }),
  );

  /** The parts that the fixture's run recorded, in its series and its provenance. */
  const train = async (
    folder: string,
    args = [fixture("parted"), "--json"],
  ) => {
    const ran = await run("experiment.ts", args, { folder });
    assert.equal(ran.code, 0, ran.stderr);
    const { run: id } = JSON.parse(ran.stdout);
    using store = openSqlite(folder, { mode: "read" });
    const [row] = store.metrics(id, { series: "parts" });
    const [kernel] = store.run(id)!.provenance.kernels;
    assert.equal(kernel!.choice!.parts, row!.value);
    return { id, parts: row!.value, log: ran.stderr, choice: kernel!.choice! };
  };
  const parted = { "gemm NT 64²": [{ tile: "4×4 plain", parts: 3, rate: 1 }] };

  testWith(
    needs,
    "experiment trains with the tiles that were measured, verify repeats and --resume goes on with those of the record",
    () =>
      withFolder(async (folder) => {
        writeTiles(folder, { adapter, tiles: parted });
        const { id, choice } = await train(folder);
        assert.deepEqual(choice, {
          product: "gemm NT 2×3×40 ×1",
          tile: "4×4 plain",
          parts: 3,
        });
        const other = [{ tile: "4×4 plain", parts: 2, rate: 1 }];
        writeTiles(folder, { adapter, tiles: { "gemm NT 64²": other } });
        const stop = (id: string) => {
          using store = openSqlite(folder, { mode: "write" });
          store.updateRun(id, { status: "interrupted" });
          return id;
        };
        const { stdout } = await run(
          "verify.ts",
          [fixture("parted"), id, "--json"],
          { folder },
        );
        assert.equal(JSON.parse(stdout).verdict, "bit-identical");
        const resumed = await train(folder, [
          fixture("parted"),
          "--resume",
          stop(id),
          "--json",
        ]);
        assert.deepEqual([resumed.id, resumed.parts], [id, 3]);
        assert.equal((await train(folder)).parts, 2);
      }),
  );

  testWith(
    needs,
    "experiment goes on without tiles that are malformed or another adapter's, and says so",
    () =>
      withFolder(async (folder) => {
        assert.doesNotMatch((await train(folder)).log, /tiles/);
        const strange = { ...adapter, description: "elsewhere" };
        writeTiles(folder, { adapter: strange, tiles: parted });
        const foreign = await train(folder);
        assert.equal(foreign.parts, 1);
        assert.match(
          foreign.log,
          /^Going on .* measured on elsewhere and not/m,
        );
        Deno.writeTextFileSync(`${folder}/tiles.json`, "[]");
        const malformed = await train(folder);
        assert.equal(malformed.parts, 1);
        assert.match(malformed.log, /^Going on .*tiles\.json cannot be read/m);
      }),
  );
}
