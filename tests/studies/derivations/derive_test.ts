import assert from "node:assert/strict";
import { openSqlite } from "../../../lib/results/sqlite.ts";
import { withFolder } from "../../support/folder.ts";
import { testWith } from "../../support/permissions.ts";

/** Runs `scripts/derive.ts` on a data folder of its own. */
async function derive(folder: string, ...args: string[]) {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--no-prompt",
      "--allow-read",
      "--allow-env=NABLA_DATA",
      `--allow-write=${folder}`,
      "scripts/derive.ts",
      ...args,
    ],
    env: { NABLA_DATA: folder, NO_COLOR: "1", XDG_RUNTIME_DIR: folder },
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, stdout: text(stdout), stderr: text(stderr) };
}

const needs = { read: true, write: true, run: true };

testWith(
  needs,
  "derive prints, stores and repeats the checks of a study",
  () =>
    withFolder(async (folder) => {
      const study = "shared-weight-gradient";
      const { code, stdout } = await derive(folder, study, "--json");
      assert.equal(code, 0);
      const { checks } = JSON.parse(stdout);
      assert.ok(checks.every((row: { holds: boolean }) => row.holds));
      using store = openSqlite(folder, { mode: "read" });
      assert.deepEqual(store.checks(study), checks);

      const table = await derive(folder, study, "--seed", "3");
      assert.match(table.stdout, /part-b .*1\.0e-10 .*✓/);
      assert.match(table.stdout, /All \d+ checked lines hold\./);
    }),
);

testWith(
  needs,
  "derive suggests an id for one that does not exist and exits with 2",
  () =>
    withFolder(async (folder) => {
      const { code, stderr } = await derive(folder, "backprop-mpl");
      assert.equal(code, 2);
      assert.match(stderr, /did you mean backprop-mlp\?/);
    }),
);
