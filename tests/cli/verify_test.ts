/** `deno task verify` on runs as they were recorded, and on one that was changed. */
import assert from "node:assert/strict";
import { openSqlite } from "../../lib/results/sqlite.ts";
import { withFolder } from "../support/folder.ts";
import { testWith } from "../support/permissions.ts";
import {
  experiment,
  experimentText,
  fixture,
  needs,
  run,
  testTraining,
} from "./support.ts";

testTraining(
  needs,
  "verify finds a repeated run bit-identical",
  () =>
    withFolder(async (folder) => {
      const args = [fixture("own_kernel"), "--seed", "5", "--json"];
      const first = await run(experiment, args, { folder });
      assert.equal(first.code, 0, first.stderr);
      const id = JSON.parse(first.stdout).run;
      const { code, stdout } = await run("verify.ts", [
        id,
        fixture("own_kernel"),
        "--json",
      ], {
        folder,
      });
      assert.equal(code, 0);
      const { verdict, compared, largest, at } = JSON.parse(stdout);
      assert.deepEqual({ verdict, compared, largest, at }, {
        verdict: "bit-identical",
        compared: 64,
        largest: 0,
        at: null,
      });
    }),
);

testTraining(
  needs,
  "verify names the step at which a run diverges",
  () =>
    withFolder(async (folder) => {
      const first = await run(experiment, [fixture("own_kernel"), "--json"], {
        folder,
      });
      const id = JSON.parse(first.stdout).run;
      const store = openSqlite(folder, { mode: "write" });
      store.updateRun(id, { seed: 1 });
      store.close();
      const { code, stdout } = await run("verify.ts", [
        id,
        fixture("own_kernel"),
      ], { folder });
      assert.equal(code, 1);
      assert.match(
        stdout,
        /diverged: .*\nThey part at step 0: train\.loss of replica 0 was/,
      );
    }),
);

testWith(
  needs,
  "a run keeps its own file, and going on or verifying says when it changed",
  () =>
    withFolder(async (folder) => {
      const file = `${folder}/mine.ts`;
      const write = (step: number) =>
        Deno.writeTextFileSync(
          file,
          experimentText(`ctx.record("a", ${step}, 1);`),
        );
      write(0);
      const first = await run(experiment, [file, "--json"], { folder });
      assert.equal(first.code, 0, first.stderr);
      const document = JSON.parse(first.stdout);
      const { provenance, run: id } = document;
      assert.equal(provenance.file.name, "mine.ts");
      assert.equal(provenance.file.text, Deno.readTextFileSync(file));
      {
        using store = openSqlite(folder, { mode: "write" });
        store.updateRun(id, { status: "interrupted" });
      }
      write(1);
      const verified = await run("verify.ts", [id, file], { folder });
      assert.match(
        verified.stderr,
        /mine\.ts changed since the run was started/,
      );
      assert.equal(verified.code, 1);
      const resume = [file, "--resume", id];
      const refused = await run(experiment, resume, { folder });
      assert.equal(refused.code, 2);
      assert.match(refused.stderr, /mine\.ts changed since .* add --changed/);
      const changed = [...resume, "--changed"];
      const gone = await run(experiment, changed, { folder });
      assert.equal(gone.code, 0, gone.stderr);
    }),
);
