/** `deno task experiment`: what it records, prints and lists. */
import assert from "node:assert/strict";
import { studies } from "../../lib/studies/mod.ts";
import { openSqlite } from "../../lib/results/sqlite.ts";
import { withFolder } from "../support/folder.ts";
import { testWith } from "../support/permissions.ts";
import { experiment, fixture, needs, run, testTraining } from "./support.ts";

testTraining(
  needs,
  "experiment backprop-mlp --json prints the record, the printed gradients in it",
  () =>
    withFolder(async (folder) => {
      const args = ["backprop-mlp", "--preset", "smoke", "--json"];
      const { code, stdout, stderr } = await run(experiment, args, { folder });
      assert.equal(code, 0, stderr);
      const document = JSON.parse(stdout);
      assert.match(document.run, /^\d{8}-\d{4}-backprop-mlp-\w{4}$/);
      const { study, preset, seed, status } = document;
      assert.deepEqual({ study, preset, seed, status }, {
        study: "backprop-mlp",
        preset: "smoke",
        seed: 0,
        status: "completed",
      });
      assert.equal(typeof document.adapter.description, "string");
      for (const expectation of document.expectations) {
        assert.deepEqual(Object.keys(expectation).sort(), [
          "expected",
          "holds",
          "measured",
          "name",
        ]);
        assert.equal(expectation.holds, true, expectation.name);
      }
      const print = (rows: number[][]) =>
        rows.map((row) => row.map((value) => value.toExponential(4)));
      assert.deepEqual(print(document.results.dA1), [
        ["2.3943e-5", "3.7064e-5", "4.2687e-6", "6.3700e-6"],
        ["3.4104e-5", "5.2794e-5", "6.0804e-6", "9.0735e-6"],
        ["2.4438e-5", "3.7831e-5", "4.3571e-6", "6.5019e-6"],
        ["2.0187e-5", "3.1250e-5", "3.5991e-6", "5.3707e-6"],
      ]);
      assert.deepEqual(print([document.results.db1]), [
        ["4.8247e-5", "6.8722e-5", "4.9245e-5", "4.0678e-5"],
      ]);
    }),
);

testTraining(
  needs,
  "experiment torch-parity and shared-weight-gradient hold at their smoke size",
  () =>
    withFolder(async (folder) => {
      for (const study of ["torch-parity", "shared-weight-gradient"]) {
        const args = [study, "--preset", "smoke", "--json"];
        const { code, stdout, stderr } = await run(experiment, args, {
          folder,
        });
        assert.equal(code, 0, stderr);
        const { expectations } = JSON.parse(stdout);
        assert.ok(expectations.length >= 2);
      }
    }),
);

testTraining(
  needs,
  "experiment reports a WGSL error in a reader's own kernel by line and column",
  () =>
    withFolder(async (folder) => {
      const args = [fixture("own_kernel"), "--set", "broken=true", "--json"];
      const { code, stdout } = await run(experiment, args, { folder });
      assert.equal(code, 1);
      const { status, error } = JSON.parse(stdout);
      assert.equal(status, "failed");
      assert.match(
        error,
        /^Cannot compile softsign\.wgsl:3:50 for "dense1 forward \+ softsign"/,
      );
    }),
);

testTraining(
  needs,
  "experiment goes on after the device was lost and records the same numbers",
  () =>
    withFolder(async (folder) => {
      const numbers = async (args: string[]) => {
        const all = [fixture("own_kernel"), "--json", ...args];
        const { code, stdout, stderr } = await run(experiment, all, { folder });
        assert.equal(code, 0, stderr);
        using store = openSqlite(folder, { mode: "read" });
        const { run: id } = JSON.parse(stdout);
        const { bytes } = store.latestCheckpoint(id)!;
        const losses = store.metrics(id).map((
          { step, value },
        ) => [step, value]);
        return { losses, bytes };
      };
      const lost = await numbers(["--set", "loseAt=20"]);
      assert.deepEqual(lost, await numbers([]));
    }),
);

testTraining(
  needs,
  "experiment --profile prints a table of kernels",
  () =>
    withFolder(async (folder) => {
      const args = [fixture("own_kernel"), "--profile"];
      const { code, stdout } = await run(experiment, args, { folder });
      assert.equal(code, 0);
      assert.match(
        stdout,
        /kernel +dispatch +times +ms +share +GFLOPS +GB\/s\n/,
      );
      assert.match(stdout, /gemm\.wgsl +dense1 forward \+ softsign +1 /);
    }),
);

testWith(
  needs,
  "experiment --list shows every study that trains",
  () =>
    withFolder(async (folder) => {
      const { stdout } = await run(experiment, ["--list", "--json"], {
        folder,
      });
      const ids = studies.filter(({ derivationOnly }) => !derivationOnly)
        .map(({ id }) => id);
      const list = JSON.parse(stdout) as {
        id: string;
        question: string;
        fields: { description: string }[];
      }[];
      assert.deepEqual(list.map(({ id }) => id), ids.sort());
      for (const { id, question, fields } of list) {
        assert.match(question, /\?$/, id);
        assert.ok(fields.every(({ description }) => description !== ""), id);
      }
    }),
);
