import assert from "node:assert/strict";
import { formatEstimate, mayStart } from "../../scripts/estimate/consent.ts";
import {
  experimentIds,
  loadExperiment,
} from "../../scripts/cli/experiments.ts";
import { openSqlite } from "../../lib/results/sqlite.ts";
import { presetNames } from "../../lib/study/setting.ts";
import { timeOfTrial } from "../../scripts/estimate/trial.ts";
import { gpu } from "../support/device.ts";
import { withFolder } from "../support/folder.ts";
import { testWith } from "../support/permissions.ts";
import { subgroupTarget } from "../support/targets.ts";
import { fixture, run } from "./support.ts";

const needs = { read: true, write: true, run: true };
const HOUR = 3_600_000;
/** Holds the full sizes of every study. */
const large = {
  ...subgroupTarget,
  maxBindingBytes: 2 ** 34,
  memoryBytes: 2 ** 40,
};
const from = "a few steps";

Deno.test("mayStart() asks before more than an hour, and refuses where nobody can be asked", () => {
  const asked: string[] = [];
  const answer = (yes: boolean) => (question: string) => {
    asked.push(question);
    return yes;
  };
  const short = { ms: HOUR, from };
  const long = { ms: HOUR + 1, from };
  assert.equal(mayStart("a", short, { yes: false, ask: null }), true);
  assert.equal(mayStart("a", short, { yes: false, ask: answer(false) }), true);
  assert.equal(mayStart("a", long, { yes: true, ask: answer(false) }), true);
  assert.equal(asked.length, 0);
  assert.equal(mayStart("a", long, { yes: false, ask: answer(false) }), false);
  assert.equal(mayStart("a", long, { yes: false, ask: answer(true) }), true);
  assert.equal(asked.length, 2);
  assert.throws(
    () => mayStart("a", { ms: 2.04 * HOUR, from }, { yes: false, ask: null }),
    { name: "UsageError", message: /^Cannot start a: .*2 h 01 min.*--yes/ },
  );
});

Deno.test("formatEstimate() gives two digits", () => {
  assert.equal(
    formatEstimate({ ms: 123_456, from }),
    "Takes about 2 min 00 s on this adapter, from a few steps",
  );
  assert.match(formatEstimate({ ms: 900, from }), /a minute or less/);
});

testWith(
  { read: true },
  "every experiment that counts its steps counts those of plans it has",
  async () => {
    let counting = 0;
    for (const id of experimentIds()) {
      const { experiment } = await loadExperiment(id);
      if (experiment.work === null) continue;
      counting++;
      const [smoke, quick, full] = presetNames.map((name) =>
        experiment.work!({
          config: experiment.presets[name],
          replicas: 1,
          target: large,
        }).reduce((sum, { steps }) => sum + steps, 0)
      ) as [number, number, number];
      const all = `${id}: ${smoke}, ${quick}, ${full}`;
      assert.ok(Number.isInteger(full) && smoke > 0, all);
      assert.ok(smoke <= quick && quick <= full, all);
    }
    assert.ok(counting >= 5);
  },
);

const testTraining: typeof testWith = gpu
  ? testWith
  : (_, name) =>
    Deno.test.ignore(
      `${name} (needs a WebGPU adapter: deno task setup)`,
      () => {},
    );

testTraining(
  needs,
  "experiment refuses a run of hours without a terminal or --yes, and records nothing",
  () =>
    withFolder(async (folder) => {
      const long = (...args: string[]) =>
        run("experiment.ts", [fixture("long"), ...args], { folder });
      const refused = await long("--preset", "full");
      assert.equal(refused.code, 2, refused.stderr);
      assert.match(
        refused.stdout,
        /Takes about \d+ h .*1,000,000,000,000,000 steps/,
      );
      assert.match(refused.stderr, /Cannot start long, full preset: .*--yes/);
      const changed = await long("--set", "steps=999999999999999", "--json");
      assert.equal(changed.code, 2, changed.stderr);
      assert.match(
        JSON.parse(changed.stdout).error.message,
        /long, custom preset/,
      );
      {
        using store = openSqlite(folder, { mode: "read" });
        assert.deepEqual(store.runs(), []);
      }
      assert.equal((await long("--preset", "full", "--yes")).code, 0);
      const quick = await long();
      assert.equal(quick.code, 0);
      assert.doesNotMatch(quick.stdout, /Takes/);
    }),
);

testTraining(
  needs,
  "experiment tries a run that does not count its steps for some seconds",
  () =>
    withFolder(async (folder) => {
      const args = [
        fixture("counting"),
        "--preset",
        "full",
        "--set",
        "steps=2000",
      ];
      const { code, stdout, stderr } = await run("experiment.ts", args, {
        folder,
      });
      assert.equal(code, 0, stderr);
      assert.match(stdout, /Takes about a minute or less .* a trial/);
      using store = openSqlite(folder, { mode: "read" });
      assert.equal(store.runs().length, 1);
    }),
);

testWith(
  needs,
  "timeOfTrial() tells the whole time from the first seconds, and nothing of a run that fails",
  async () => {
    const trial = (config: Record<string, unknown>) =>
      timeOfTrial({
        ...{ config, seed: 0, replicas: 1, tiles: [], profiling: false },
        ...{ resume: null, dataFolder: undefined },
        module: new URL(`../../${fixture("counting")}`, import.meta.url).href,
      });
    const counting = { steps: 300_000, checkpointEvery: 100, pause: 1 };
    const ms = await trial({ ...counting, fault: "none" });
    // A pause takes 1 ms and, where the machine is busy, some more.
    assert.ok(ms! > 300_000 && ms! < 30_000_000, `${ms}`);
    assert.equal(await trial({ ...counting, fault: "throw" }), null);
  },
);
