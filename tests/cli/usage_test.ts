/** What the commands answer where they cannot do what is asked. */
import assert from "node:assert/strict";
import { openSqlite } from "../../lib/results/sqlite.ts";
import { withFolder } from "../support/folder.ts";
import { testWith } from "../support/permissions.ts";
import { experiment, fixture, needs, run } from "./support.ts";

testWith(
  needs,
  "experiment says what is wrong with a command line and exits 2",
  () =>
    withFolder(async (folder) => {
      const cases: [string[], RegExp][] = [
        [["torch-paritty"], /no such study; did you mean torch-parity\?/],
        [["computational-graph"], /needs no run; deno task serve shows it at/],
        [["torch-parity", "--prest", "smoke"], /did you mean --preset\?/],
        [
          ["torch-parity", "--preset", "smok"],
          /one of smoke, quick, full; did you mean smoke\?/,
        ],
        [["torch-parity", "--preset"], /--preset: it needs smoke, quick, full/],
        [
          ["torch-parity", "--seed", "x"],
          /--seed to "x": it is an integer from 0/,
        ],
        [["torch-parity", "--seed=-1"], /--seed to "-1"/],
        [
          ["backprop-mlp", "--set", "lr=abc"],
          /no field lr; did you mean learningRate\?/,
        ],
        [
          ["backprop-mlp", "--set", "learningRate=abc"],
          /it is a number above 0/,
        ],
        [
          ["torch-parity", "--set", "steps=1e9"],
          /steps to "1e9": it is an integer/,
        ],
        [["backprop-mlp", "--set", "hidden=1025"], /hidden to "1025"/],
        [
          ["torch-parity", "--set", "programs=mlp,cmm"],
          /programs to "mlp,cmm": it is a list of values, each one of mlp, cnn,/,
        ],
        [
          ["torch-parity", "--set", "programs=cnn,cnn"],
          /programs to "cnn,cnn": .*each once/,
        ],
        [["shared-weight-gradient", "--replicas", "2"], /trains at most 1/],
        [["--set", "steps=1"], /name a study first/],
        [["one", "two"], /"two" is one word too many/],
        [["./nothing.ts"], /there is no file .*nothing\.ts/],
        [["--list=1"], /--list to "1": it takes no value/],
      ];
      for (const [args, message] of cases) {
        const { code, stdout, stderr } = await run(experiment, args, {
          folder,
        });
        assert.match(stderr, message);
        assert.deepEqual({ code, stdout }, { code: 2, stdout: "" });
        assert.doesNotMatch(stderr, /^ +at /m);
      }
    }),
);

testWith(
  needs,
  "experiment --json prints an error as one document",
  () =>
    withFolder(async (folder) => {
      const { code, stdout } = await run(experiment, ["nothing", "--json"], {
        folder,
      });
      assert.equal(code, 2);
      assert.deepEqual(Object.keys(JSON.parse(stdout)), ["error"]);
      assert.equal(JSON.parse(stdout).error.exitCode, 2);
    }),
);

testWith(
  needs,
  "experiment ends with 3 and a hint where there is no adapter",
  () =>
    withFolder(async (folder) => {
      const args = ["backprop-mlp", "--preset", "smoke"];
      const env = { DENO_WEBGPU_BACKEND: "metal" };
      const { code, stderr } = await run(experiment, args, { folder, env });
      assert.equal(code, 3);
      assert.match(
        stderr,
        /no WebGPU adapter was found: install a Vulkan driver/,
      );
      using store = openSqlite(folder, { mode: "read" });
      assert.equal(store.count(), 0);
    }),
);

testWith(
  needs,
  "experiment lists the flags it lacks",
  () =>
    withFolder(async (folder) => {
      const flags = ["--allow-read=."];
      const none = await run(experiment, ["backprop-mlp"], { folder, flags });
      assert.equal(none.code, 2);
      assert.match(none.stderr, /add --allow-env=NABLA_DATA/);
      flags.push("--allow-env=NABLA_DATA");
      const some = await run(experiment, ["backprop-mlp"], { folder, flags });
      assert.equal(some.code, 2);
      assert.match(
        some.stderr,
        new RegExp(`--allow-read=${folder} --allow-write=${folder}`),
      );
    }),
);

testWith(
  needs,
  "experiment says what a reader's script may not do",
  () =>
    withFolder(async (folder) => {
      const args = [fixture("counting"), "--set", "fault=denied"];
      const { code, stdout } = await run(experiment, args, { folder });
      assert.equal(code, 1);
      assert.match(stdout, /Requires read access to .*A task may read/);
    }),
);

testWith(
  needs,
  "experiment refuses a store that is damaged and leaves it as it is",
  () =>
    withFolder(async (folder) => {
      const path = `${folder}/nabla.sqlite`;
      await Deno.writeTextFile(path, "this is no store".repeat(100));
      const { code, stderr } = await run(experiment, [fixture("counting")], {
        folder,
      });
      assert.equal(code, 1);
      assert.match(stderr, /Cannot use the store .*nabla\.sqlite/);
      assert.match(await Deno.readTextFile(path), /^this is no store/);
    }),
);

testWith(
  needs,
  "runs, export and verify say what is missing where there is no store",
  () =>
    withFolder(async (folder) => {
      for (
        const [script, ...args] of [["runs.ts"], ["export.ts", "x"], [
          "verify.ts",
          "x",
        ]]
      ) {
        const { code, stderr } = await run(script!, args, { folder });
        assert.equal(code, 1, stderr);
        assert.match(stderr, /Cannot read the store .*deno task experiment/);
      }
    }),
);
