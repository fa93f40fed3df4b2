/**
 * Runs of random parts that are killed at random moments, again and again: each
 * ends in the rows, results and weights of one that was left alone. `KILLS` says
 * how often, `KILLS_SEED` which scripts and moments.
 */
import assert from "node:assert/strict";
import { StoreMissing } from "../../lib/results/errors.ts";
import { openSqlite } from "../../lib/results/sqlite.ts";
import { Random } from "../../lib/math/random.ts";
import { gpu } from "../support/device.ts";
import { withFolder } from "../support/folder.ts";
import { testWith } from "../support/permissions.ts";
import { command, fixture, run } from "./support.ts";

const needs = { read: true, write: true, run: true, env: true };
const setting = (name: string, otherwise: number) =>
  Deno.permissions.querySync({ name: "env", variable: name }).state ===
      "granted"
    ? Number(Deno.env.get(name) ?? otherwise)
    : otherwise;
const kills = setting("KILLS", 30);
const seed = setting("KILLS_SEED", 0);

/** Kills of one run, at most. */
const PER_RUN = 6;

/** Everything a run recorded; the weights are among the rows. */
function outcome(folder: string, id: string) {
  using store = openSqlite(folder, { mode: "read" });
  const { status, results } = store.run(id)!;
  const rows = store.metrics(id).map(({ series, step, replica, value }) =>
    `${series} ${step} ${replica} ${value}`
  );
  return { status, results, rows };
}

/** The newest run of a store and how many rows it has. */
function recorded(folder: string): { id: string; rows: number } | null {
  try {
    using store = openSqlite(folder, { mode: "read" });
    const [run] = store.runs({ limit: 1 });
    return run ? { id: run.id, rows: store.metrics(run.id).length } : null;
  } catch (error) {
    if (error instanceof StoreMissing) return null;
    throw error;
  }
}

const pause = (milliseconds: number) =>
  new Promise((go) => setTimeout(go, milliseconds));

/** Ends a process once its run has `rows` rows, or `later` ms after it was found; `false` if it ended first. */
async function killAt(
  child: Deno.ChildProcess,
  folder: string,
  { rows, later, signal }: {
    rows: number;
    later: number;
    signal: Deno.Signal;
  },
): Promise<boolean> {
  let ended = false;
  const status = child.status.then(() => ended = true);
  while (!ended && (recorded(folder)?.rows ?? -1) < rows) await pause(5);
  if (!ended) await Promise.race([status, pause(later)]);
  if (ended) return false;
  child.kill(signal);
  await status;
  return true;
}

if (gpu) {
  testWith(
    needs,
    `runs of any parts, stopped ${kills} times, record what they do when left alone`,
    () =>
      withFolder(async (folder) => {
        const random = new Random(seed);
        const module = fixture("script");
        let left = kills;
        for (let script = 1000 * seed; left > 0; script++) {
          const set = ["--set", `script=${script}`, "--json"];
          const whole = `${folder}/whole${script}`;
          const alone = await run("experiment.ts", [module, ...set], {
            folder: whole,
          });
          assert.equal(alone.code, 0, alone.stderr);
          const expected = outcome(whole, JSON.parse(alone.stdout).run);

          const killed = `${folder}/killed${script}`;
          let id: string | null = null;
          for (let k = 0; k < PER_RUN && left > 0; k++) {
            const how: string[] = id ? ["--resume", id, "--json"] : set;
            const child = command("experiment.ts", [module, ...how], {
              folder: killed,
            }).spawn();
            const output = child.stdout.cancel().then(() =>
              child.stderr.text()
            );
            const stopped = await killAt(child, killed, {
              rows: random.integer(0, expected.rows.length),
              later: random.integer(0, 30),
              signal: random.integer(0, 4) === 0 ? "SIGINT" : "SIGKILL",
            });
            id = recorded(killed)?.id ?? null;
            if (!stopped) {
              const { code } = await child.status;
              assert.equal(code, 0, await output);
              break;
            }
            await output;
            left--;
          }
          if (id && outcome(killed, id).status !== "completed") {
            const { code, stderr } = await run("experiment.ts", [
              module,
              "--resume",
              id,
            ], { folder: killed });
            assert.equal(code, 0, stderr);
          }
          if (id) {
            assert.deepEqual(outcome(killed, id), expected, `script ${script}`);
          }
        }
      }),
  );
}
