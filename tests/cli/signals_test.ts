/** `deno task experiment` stopped from outside. */
import assert from "node:assert/strict";
import { openSqlite, type SqliteStore } from "../../lib/results/sqlite.ts";
import { withFolder } from "../support/folder.ts";
import { testWith } from "../support/permissions.ts";
import { fixture, launch, needs, runTask } from "./support.ts";

for (const [signal, code] of [["SIGINT", 130], ["SIGTERM", 143]] as const) {
  testWith(
    needs,
    `experiment stops at ${signal}, saves, says how to go on, and does`,
    () =>
      withFolder(async (folder) => {
        const set = ["--set", "pause=2", "--set", "steps=1000"];
        const args = [fixture("counting"), ...set];
        const child = launch(["experiment", ...args], { folder }).spawn();
        await untilRecorded(folder);
        child.kill(signal);
        child.kill(signal);
        const ended = await child.output();
        assert.equal(ended.code, code);
        const stdout = new TextDecoder().decode(ended.stdout);
        const id = stdout.match(
          /Go on with: deno task experiment \S+counting\.ts --resume (\S+)/,
        )![1]!;
        const store = openSqlite(folder, { mode: "read" });
        assert.equal(store.run(id)!.status, "interrupted");
        const { step } = store.latestCheckpoint(id)!;
        assert.ok(step < 1000);
        assert.equal(store.metrics(id).length, step);
        store.close();
        const again = ["experiment", fixture("counting"), "--resume", id];
        const resumed = await runTask([...again, "--json"], {
          folder,
        });
        assert.equal(resumed.code, 0, resumed.stderr);
        assert.equal(JSON.parse(resumed.stdout).expectations[0].measured, 1000);
      }),
  );
}

testWith(
  needs,
  "experiment stops in order, with a checkpoint, when its launcher is killed",
  () =>
    withFolder(async (folder) => {
      const set = ["--set", "pause=2", "--set", "steps=100000"];
      const args = ["experiment", fixture("counting"), ...set];
      const child = launch(args, { folder }).spawn();
      await untilRecorded(folder);
      child.kill("SIGKILL");
      await child.output();
      await until(folder, ({ runs, latestCheckpoint }) => {
        const [run] = runs({ status: "interrupted" });
        return run !== undefined &&
          latestCheckpoint(run.id) !== null;
      });
    }),
);

/** Waits until some rows are in the store. */
function untilRecorded(folder: string): Promise<void> {
  return until(folder, ({ runs, metrics }) => {
    const [run] = runs();
    return run !== undefined && metrics(run.id).length > 20;
  });
}

/** Waits until something holds of the store. */
async function until(
  folder: string,
  holds: (store: SqliteStore) => boolean,
): Promise<void> {
  const end = performance.now() + 60_000;
  while (performance.now() < end) {
    await new Promise((go) => setTimeout(go, 50));
    try {
      using store = openSqlite(folder, { mode: "read" });
      if (holds(store)) return;
    } catch {
      // The store is not there yet.
    }
  }
  throw new Error("the store does not come to hold what is waited for");
}
