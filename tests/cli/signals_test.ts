/** `deno task experiment` stopped from outside. */
import assert from "node:assert/strict";
import { openStore } from "../../lib/results/store.ts";
import { withFolder } from "../support/folder.ts";
import { testWith } from "../support/permissions.ts";
import { command, experiment, fixture, needs, run } from "./support.ts";

for (const [signal, code] of [["SIGINT", 130], ["SIGTERM", 143]] as const) {
  testWith(
    needs,
    `experiment stops at ${signal}, saves, says how to go on, and does`,
    () =>
      withFolder(async (folder) => {
        const set = ["--set", "pause=2", "--set", "steps=1000"];
        const args = [fixture("counting"), ...set];
        const child = command(experiment, args, { folder }).spawn();
        await untilRecorded(folder);
        child.kill(signal);
        child.kill(signal);
        const ended = await child.output();
        assert.equal(ended.code, code);
        const stdout = new TextDecoder().decode(ended.stdout);
        const id = stdout.match(
          /Go on with: deno task experiment \S+counting\.ts --resume (\S+)/,
        )![1]!;
        const store = openStore(folder, { mode: "read" });
        assert.equal(store.run(id)!.status, "interrupted");
        const { step } = store.latestCheckpoint(id)!;
        assert.ok(step < 1000);
        assert.equal(store.metrics(id).length, step);
        store.close();
        const again = [fixture("counting"), "--resume", id, "--json"];
        const resumed = await run(experiment, again, {
          folder,
        });
        assert.equal(resumed.code, 0, resumed.stderr);
        assert.equal(JSON.parse(resumed.stdout).expectations[0].measured, 1000);
      }),
  );
}

/** Waits until some rows are in the store. */
async function untilRecorded(folder: string): Promise<void> {
  for (let i = 0; i < 300; i++) {
    await new Promise((go) => setTimeout(go, 50));
    try {
      using store = openStore(folder, { mode: "read" });
      const [run] = store.runs();
      if (run && store.metrics(run.id).length > 20) return;
    } catch {
      // The store is not there yet.
    }
  }
  throw new Error("the run has recorded nothing");
}
