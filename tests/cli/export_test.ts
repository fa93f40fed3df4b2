import assert from "node:assert/strict";
import { decodeSafetensors } from "../../lib/core/safetensors.ts";
import { openStore } from "../../lib/results/store.ts";
import { PROVENANCE, sample } from "../results/support.ts";
import { testWith } from "../support/permissions.ts";
import { summary, trained } from "../support/weights.ts";
import { command, run, withFolder } from "./support.ts";

const needs = { read: true, write: true, run: true };

/** Puts a run with a checkpoint, and one without, into a new store. */
function fill(folder: string): void {
  using store = openStore(folder, { mode: "write" });
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
        [["none", ...weights], 1, /run none: the store has no such run/],
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
        [
          ["a", "--output", "/nowhere/file"],
          2,
          /Cannot write \/nowhere\/file: .*redirect stdout/,
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
