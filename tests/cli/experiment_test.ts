import assert from "node:assert/strict";
import { openStore } from "../../lib/results/store.ts";
import { gpu } from "../support/device.ts";
import { testWith } from "../support/permissions.ts";
import { command, fixture, run, withFolder } from "./support.ts";

const needs = { read: true, write: true, run: true };
const experiment = "experiment.ts";
/** Registers a test that trains on the GPU; skipped, and named so, where there is none. */
const testTraining: typeof testWith = (needs, name, test) => {
  if (gpu) testWith(needs, name, test);
  else {Deno.test.ignore(
      `${name} (needs a WebGPU adapter: deno task setup)`,
      () => {},
    );}
};

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
  "verify finds a repeated run bit-identical",
  () =>
    withFolder(async (folder) => {
      const args = [fixture("own_kernel"), "--seed", "5", "--json"];
      const first = await run(experiment, args, { folder });
      assert.equal(first.code, 0, first.stderr);
      const id = JSON.parse(first.stdout).run;
      const { code, stdout } = await run("verify.ts", [id, "--json"], {
        folder,
      });
      assert.equal(code, 0);
      const { verdict, compared, largest, at } = JSON.parse(stdout);
      assert.deepEqual({ verdict, compared, largest, at }, {
        verdict: "bit-identical",
        compared: 64,
        largest: 0,
        at: null,
      });
    }),
);

testTraining(
  needs,
  "verify names the step at which a run diverges",
  () =>
    withFolder(async (folder) => {
      const first = await run(experiment, [fixture("own_kernel"), "--json"], {
        folder,
      });
      const id = JSON.parse(first.stdout).run;
      const store = openStore(folder, { mode: "write" });
      store.updateRun(id, { seed: 1 });
      store.close();
      const { code, stdout } = await run("verify.ts", [id], { folder });
      assert.equal(code, 1);
      assert.match(
        stdout,
        /diverged: .*\nThey part at step 0: train\.loss of replica 0 was/,
      );
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
        using store = openStore(folder, { mode: "read" });
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
  "experiment says what is wrong with a command line and exits 2",
  () =>
    withFolder(async (folder) => {
      const cases: [string[], RegExp][] = [
        [["torch-paritty"], /no such study; did you mean torch-parity\?/],
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
      const { code, stdout } = await run(experiment, args, { folder, env });
      assert.equal(code, 3);
      assert.match(
        stdout,
        /no WebGPU adapter was found: install a Vulkan driver/,
      );
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
  "experiment names the flag that a reader's script lacks",
  () =>
    withFolder(async (folder) => {
      const args = [fixture("counting"), "--set", "fault=denied"];
      const { code, stdout } = await run(experiment, args, { folder });
      assert.equal(code, 1);
      assert.match(stdout, /--allow-read/);
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

testWith(
  needs,
  "runs and export show a recorded run",
  () =>
    withFolder(async (folder) => {
      await run(experiment, [fixture("counting"), "--seed", "1"], { folder });
      const listed = await run("runs.ts", ["--json"], { folder });
      const [document] = JSON.parse(listed.stdout);
      assert.equal(document.study, "counting");
      assert.equal(document.status, "completed");
      const table = await run("runs.ts", [], { folder });
      assert.match(
        table.stdout,
        new RegExp(`${document.run} +counting +quick +1 +1 +completed +1 of 2`),
      );
      const exported = await run("export.ts", [document.run], { folder });
      assert.equal(JSON.parse(exported.stdout).metrics.length, 30);
      const csv = await run("export.ts", [document.run, "--format", "csv"], {
        folder,
      });
      assert.equal(
        csv.stdout.trim().split("\n").at(-1)?.split(",").includes("29"),
        true,
      );
      const html = await run("export.ts", [document.run, "--format", "pdf"], {
        folder,
      });
      assert.equal(html.code, 2);
      assert.match(html.stderr, /one of json, csv/);
      const checked = await run("runs.ts", ["--check"], { folder });
      assert.deepEqual([checked.code, checked.stdout], [
        0,
        "The store is sound\n",
      ]);
    }),
);

testWith(
  needs,
  "experiment --list shows every file of scripts/experiments",
  () =>
    withFolder(async (folder) => {
      const { stdout } = await run(experiment, ["--list", "--json"], {
        folder,
      });
      const files = [
        ...Deno.readDirSync(
          new URL("../../scripts/experiments/", import.meta.url),
        ),
      ];
      const ids = files.filter(({ isFile }) => isFile).map(({ name }) =>
        name.replace(".ts", "").replaceAll("_", "-")
      );
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
          /Go on with: deno task experiment --resume (\S+)/,
        )![1]!;
        const store = openStore(folder, { mode: "read" });
        assert.equal(store.run(id)!.status, "interrupted");
        const { step } = store.latestCheckpoint(id)!;
        assert.ok(step < 1000);
        assert.equal(store.metrics(id).length, step);
        store.close();
        const resumed = await run(experiment, ["--resume", id, "--json"], {
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
