import assert from "node:assert/strict";
import { StoreMissing } from "../../lib/results/errors.ts";
import { openSqlite } from "../../lib/results/sqlite.ts";
import { gpu } from "../support/device.ts";
import { withFolder } from "../support/folder.ts";
import { testWith } from "../support/permissions.ts";
import { command, fixture, run } from "./support.ts";

const kills = 10;
const args = ["--set", "steps=3000", "--set", "checkpointEvery=40", "--json"];

/** What a run left behind: weights with everything else in the checkpoint, and metrics. */
function outcome(folder: string, id: string) {
  using store = openSqlite(folder, { mode: "read" });
  const { status } = store.run(id)!;
  const { step, bytes, warning } = store.latestCheckpoint(id)!;
  const losses = store.metrics(id).map(({ step, value }) => [step, value]);
  return { status, step, bytes, warning, losses };
}

interface Recorded {
  readonly id: string;
  readonly status: string;
  /** Steps up to the last checkpoint. */
  readonly step: number;
}

/** How far the newest run of a store is recorded. */
function recorded(folder: string): Recorded | null {
  try {
    using store = openSqlite(folder, { mode: "read" });
    const [listed] = store.runs();
    const run = listed && store.run(listed.id);
    if (!run) return null;
    const step = store.latestCheckpoint(run.id)?.step ?? 0;
    return { id: run.id, status: run.status, step };
  } catch (error) {
    if (error instanceof StoreMissing) return null;
    throw error;
  }
}

/** How a process ended and what it wrote. */
async function output(child: Deno.ChildProcess) {
  const { signal, code, stderr } = await child.output();
  return { signal, code, text: new TextDecoder().decode(stderr) };
}

/** Kills a process after so many milliseconds, unless it has ended by then. */
async function kill(child: Deno.ChildProcess, milliseconds: number) {
  const timer = setTimeout(() => child.kill("SIGKILL"), milliseconds);
  child.status.then(() => clearTimeout(timer));
  return await output(child);
}

if (gpu) {
  testWith(
    { read: true, write: true, run: true },
    `experiment killed ${kills} times loses no recorded epoch and ends in the same weights`,
    () =>
      withFolder(async (folder) => {
        const whole = `${folder}/whole`;
        const killed = `${folder}/killed`;
        const module = fixture("own_kernel");
        const first = await run("experiment.ts", [module, ...args], {
          folder: whole,
        });
        assert.equal(first.code, 0, first.stderr);
        const expected = outcome(whole, JSON.parse(first.stdout).run);

        let known: Recorded | null = null;
        let hits = 0;
        let resumes = 0;
        // A run that ends before the next kill is judged, and another begun.
        while (hits < kills || known !== null) {
          if (known !== null) resumes++;
          const how: string[] = known
            ? [module, "--resume", known.id, "--json"]
            : [module, ...args];
          const child = command("experiment.ts", how, { folder: killed })
            .spawn();
          const wait = 300 + 900 * Math.random();
          const ended =
            await (hits < kills ? kill(child, wait) : output(child));
          const now = recorded(killed);
          if (ended.signal === "SIGKILL") {
            hits++;
            const before: number = known?.step ?? 0;
            assert.ok((now?.step ?? 0) >= before, "a checkpoint is gone");
            known = now?.status === "completed" ? null : now;
          } else {
            assert.equal(ended.code, 0, ended.text);
            assert.deepEqual(outcome(killed, now!.id), expected);
            known = null;
          }
        }
        assert.ok(resumes > 0, "no run was killed and resumed");
      }),
  );
}
