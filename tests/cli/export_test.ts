import assert from "node:assert/strict";
import { decodeSafetensors } from "../../lib/core/safetensors.ts";
import { decodeShipped } from "../../lib/results/shipped/file.ts";
import { openSqlite } from "../../lib/results/sqlite.ts";
import { PROVENANCE, sample } from "../results/support.ts";
import { withFolder } from "../support/folder.ts";
import { testWith } from "../support/permissions.ts";
import { summary, trained } from "../support/weights.ts";
import { command, run } from "./support.ts";

const needs = { read: true, write: true, run: true };

/** Puts a run with a checkpoint, and one without, into a new store. */
function fill(folder: string): void {
  using store = openSqlite(folder, { mode: "write" });
  const provenance = { ...PROVENANCE, plans: [summary] };
  store.createRun(sample({ id: "a", provenance, replicas: 2 }));
  store.saveCheckpoint("a", { epoch: 2, step: 40 }, trained());
  store.createRun(sample({ id: "bare" }));
}

testWith(
  needs,
  "export --format safetensors writes the weights to stdout and to --output",
  () =>
    withFolder(async (folder) => {
      fill(folder);
      const args = ["a", "--format", "safetensors"];
      const { code, stdout, stderr } = await command("export.ts", args, {
        folder,
      }).output();
      assert.equal(code, 0);
      assert.match(new TextDecoder().decode(stderr), /Weights after 40 steps/);
      const { tensors, metadata } = decodeSafetensors(stdout);
      assert.deepEqual(tensors["conv2d1.weight"]!.shape, [3, 2, 2, 3]);
      assert.equal(metadata.step, "40");
      const file = `${folder}/weights.safetensors`;
      const written = await run("export.ts", [...args, "--output", file], {
        folder,
      });
      assert.deepEqual([written.code, written.stdout], [0, ""]);
      assert.deepEqual(Deno.readFileSync(file), stdout);
      const second = [...args, "--output", file, "--replica", "1"];
      assert.equal((await run("export.ts", second, { folder })).code, 0);
      const other = decodeSafetensors(Deno.readFileSync(file));
      assert.equal(other.metadata.replica, "1");
      assert.notDeepEqual(other.tensors, tensors);
    }),
);

testWith(
  needs,
  "export says why there are no weights",
  () =>
    withFolder(async (folder) => {
      fill(folder);
      const weights = ["--format", "safetensors"];
      const cases: [string[], number, RegExp][] = [
        [
          ["bare", ...weights],
          1,
          /weights of run bare: it saved no checkpoint/,
        ],
        [
          ["none", ...weights],
          1,
          /Cannot export none: there is no such run or study/,
        ],
        [
          ["a", ...weights, "--replica", "2"],
          1,
          /it trained 2, counted from 0/,
        ],
        [
          ["a", ...weights, "--json"],
          2,
          /Cannot use --json with --format safe/,
        ],
      ];
      const answers = await Promise.all(
        cases.map(([args]) => run("export.ts", args, { folder })),
      );
      cases.forEach(([args, code, message], i) => {
        assert.equal(answers[i]!.code, code, args.join(" "));
        assert.match(answers[i]!.stderr, message);
      });
    }),
);

testWith(
  needs,
  "export --format shipped writes a quick run in which everything held, others only when forced",
  () =>
    withFolder(async (folder) => {
      const expectation = { name: "a", measured: 1, expected: "1" };
      {
        using store = openSqlite(folder, { mode: "write" });
        const study = "momentum-forms";
        for (const [id, holds] of [["good", true], ["bad", false]] as const) {
          const provenance = { ...PROVENANCE, dirty: true };
          store.createRun(sample({ id, study, preset: "quick", provenance }));
          store.updateRun(id, {
            status: "completed",
            expectations: [{ ...expectation, holds }],
          });
        }
      }
      const file = `${folder}/shipped.json.gz`;
      const ship = (...args: string[]) =>
        run("export.ts", [...args, "--format", "shipped", "--output", file], {
          folder,
        });
      const good = await ship("good");
      assert.equal(good.code, 0, good.stderr);
      assert.match(good.stderr, /0 of 0 rows.*uncommitted changes/);
      const shipped = decodeShipped(Deno.readFileSync(file)).run;
      assert.deepEqual([shipped.id, shipped.shipped], ["good", true]);
      const refused = await ship("bad");
      assert.equal(refused.code, 1);
      assert.match(refused.stderr, /ship run bad: it misses "a".*--force/);
      assert.equal((await ship("bad", "--force")).code, 0);
      assert.equal(decodeShipped(Deno.readFileSync(file)).run.id, "bad");
      // Of the study, the newest of its quick runs is meant.
      assert.match((await ship("momentum-forms")).stderr, /ship run bad/);
      assert.match((await ship("rmsprop")).stderr, /no completed quick run/);
      assert.match((await ship("none")).stderr, /run none: .*no such run/);
    }),
);

testWith(
  needs,
  "runs --shipped lists what came with Nabla, which export reads without a store",
  () =>
    withFolder(async (folder) => {
      const listed = await run("runs.ts", ["--shipped", "--json"], { folder });
      const [first] = JSON.parse(listed.stdout);
      assert.deepEqual([first.shipped, first.preset], [true, "quick"]);
      const { code, stdout } = await run("export.ts", [first.run], { folder });
      assert.equal(code, 0);
      const document = JSON.parse(stdout);
      assert.equal(document.run, first.run);
      assert.ok(document.metrics.length > 0);
    }),
);
