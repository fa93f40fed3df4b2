import assert from "node:assert/strict";
import type { SqliteStore } from "../../lib/results/sqlite.ts";
import { storeOf } from "../../lib/results/store.ts";
import { type Ending, startWorker } from "../../lib/train/host.ts";
import type { FromWorker } from "../../lib/train/protocol.ts";
import { lockRun } from "../../lib/train/run_lock.ts";
import { resumable, supervise } from "../../lib/train/supervisor.ts";
import { withStore } from "../results/support.ts";
import { testWith } from "../support/permissions.ts";
import counting from "./fixtures/counting.ts";

const module = new URL("./fixtures/counting.ts", import.meta.url).href;
const files = { read: true, write: true };

/** Counts under a supervisor, with the smoke preset changed by `config`. */
function count(
  [store, folder]: [SqliteStore, string],
  config: Record<string, unknown> = {},
  options: { seed?: number; watchdog?: number; log?: string[] } = {},
) {
  return supervise({
    experiment: counting,
    module,
    store: storeOf(store),
    folder,
    preset: "custom",
    config: { ...counting.presets.smoke, ...config },
    seed: options.seed ?? 0,
    replicas: 1,
    command: ["test"],
    watchdog: options.watchdog,
    onLog: (text) => options.log?.push(text),
  });
}

const counted = (store: SqliteStore, id: string) =>
  store.metrics(id, { series: "count" }).map(({ value }) => value);
const upTo = (n: number) => [...Array(n).keys()];

const ODD_ENDINGS: Record<string, RegExp> = {
  exit: /Cannot end a run with Deno\.exit\(\)/,
  process: /Cannot end a run with process\.exit\(\)/,
  close: /Cannot end a run with self\.close\(\)/,
  string: /the experiment threw "stuck", which is no Error/,
  object: /the experiment threw \{ code: 7 \}, which is no Error/,
  undefined: /the experiment threw undefined, which is no Error/,
  cause: /Error: outer \(caused by RangeError: inner\)/,
};

for (const [fault, message] of Object.entries(ODD_ENDINGS)) {
  testWith(
    files,
    `supervise() says at once how a run ended on ${fault}`,
    () =>
      withStore(async (store, folder) => {
        const { run, exitCode } = await count([store, folder], { fault });
        assert.equal(exitCode, 1);
        assert.equal(run.status, "failed");
        assert.match(run.error!, message);
        assert.deepEqual(counted(store, run.id), upTo(15));
      }),
  );
}

testWith(
  files,
  "supervise() records metrics, results and verdicts",
  () =>
    withStore(async (store, folder) => {
      const { run, exitCode } = await count([store, folder]);
      assert.equal(exitCode, 0);
      assert.equal(run.status, "completed");
      assert.deepEqual(counted(store, run.id), upTo(30));
      assert.deepEqual(run.results, { last: 29 });
      assert.deepEqual(run.expectations, [
        {
          name: "all numbers",
          holds: true,
          measured: 30,
          expected: "as many as steps",
        },
        { name: "seed", holds: true, measured: 0, expected: "even" },
      ]);
      assert.equal(store.latestCheckpoint(run.id)?.step, 30);
    }),
);

testWith(
  files,
  "supervise() ends with 1 when an expectation is missed",
  () =>
    withStore(async (store, folder) => {
      const { run, exitCode } = await count([store, folder], {}, { seed: 1 });
      assert.equal(exitCode, 1);
      assert.equal(run.status, "completed");
      assert.deepEqual(run.expectations.map(({ holds }) => holds), [
        true,
        false,
      ]);
    }),
);

testWith(
  files,
  "supervise() receives every row of a fast run",
  () =>
    withStore(async (store, folder) => {
      // 98 messages, more than may be under way at once.
      const steps = 100_000;
      const config = { steps, checkpointEvery: steps };
      const { run, exitCode } = await count([store, folder], config);
      assert.equal(exitCode, 0);
      assert.equal(counted(store, run.id).length, steps);
    }),
);

for (const fault of ["throw", "reject", "timer"]) {
  testWith(
    files,
    `supervise() fails the run and keeps what was recorded on ${fault}`,
    () =>
      withStore(async (store, folder) => {
        const { run, exitCode } = await count([store, folder], { fault });
        assert.equal(exitCode, 1);
        assert.equal(run.status, "failed");
        assert.match(
          run.error!,
          /the counter is stuck\n.*counting\.ts:\d+:\d+/s,
        );
        assert.deepEqual(counted(store, run.id), upTo(15));
        assert.equal(store.latestCheckpoint(run.id)?.step, 10);
      }),
  );
}

testWith(
  files,
  "supervise() gives up a worker that hangs",
  () =>
    withStore(async (store, folder) => {
      const { run, exitCode } = await count(
        [store, folder],
        { fault: "hang" },
        {
          watchdog: 1000,
        },
      );
      assert.equal(exitCode, 4);
      assert.equal(run.status, "failed");
      assert.match(run.error!, /^hung: no sign of life for 1 s/);
      assert.equal(store.latestCheckpoint(run.id)?.step, 10);
    }),
);

testWith(
  files,
  "supervise() starts again once when the device is lost",
  () =>
    withStore(async (store, folder) => {
      const log: string[] = [];
      const config = { fault: "lose" };
      const { run, exitCode } = await count([store, folder], config, { log });
      assert.equal(exitCode, 0);
      assert.deepEqual(counted(store, run.id), upTo(30));
      assert.match(log.join("\n"), /device was lost; starting again/);
    }),
);

testWith(
  files,
  "supervise() fails when the device is lost a second time",
  () =>
    withStore(async (store, folder) => {
      const config = { fault: "lose", checkpointEvery: 1000 };
      const { run, exitCode } = await count([store, folder], config);
      assert.equal(exitCode, 1);
      assert.match(run.error!, /^device lost: /);
    }),
);

testWith(
  files,
  "supervise() refuses a run that another process trains",
  () =>
    withStore(async (store, folder) => {
      const first = await count([store, folder], { fault: "throw" });
      const lock = lockRun(folder, first.run.id);
      const again = async () =>
        supervise({
          experiment: counting,
          module,
          store: storeOf(store),
          folder,
          preset: "custom",
          config: first.run.config,
          seed: 0,
          replicas: 1,
          command: [],
          resume: await resumable(storeOf(store), first.run.id),
        });
      await assert.rejects(again, /another process is training it/);
      lock.release();
      assert.equal((await again()).run.status, "failed");
    }),
);

testWith(
  files,
  "resumable() refuses a complete run and an unknown one",
  () =>
    withStore(async (store, folder) => {
      const { run } = await count([store, folder]);
      await assert.rejects(resumable(storeOf(store), run.id), /it is complete/);
      await assert.rejects(resumable(storeOf(store), "nobody"), /no such run/);
    }),
);

/** Counts in a worker without a store. */
function hosted(
  config: Record<string, unknown>,
  handle: (message: FromWorker) => void,
) {
  return startWorker({
    module,
    config: { ...counting.presets.smoke, ...config },
    seed: 0,
    replicas: 1,
    dataFolder: undefined,
    profiling: false,
    resume: null,
    tiles: [],
    watchdog: 10_000,
    handle,
  });
}

testWith(
  files,
  "startWorker() stops at a step boundary with a checkpoint",
  async () => {
    const kinds: string[] = [];
    const host = hosted({ steps: 10_000, pause: 1 }, ({ kind }) => {
      kinds.push(kind);
      if (kind === "progress") host.stop();
    });
    assert.deepEqual(await host.ended, { kind: "interrupted" });
    assert.deepEqual(kinds.slice(-2), ["checkpoint", "interrupted"]);
  },
);

testWith(
  files,
  "startWorker() fails the run whose checkpoint cannot be stored",
  async () => {
    const host = hosted({}, ({ kind }) => {
      if (kind === "checkpoint") throw new Error("the disk is full");
    });
    const ending = await host.ended as Extract<Ending, { kind: "failed" }>;
    assert.equal(ending.kind, "failed");
    assert.match(ending.failure.message, /the disk is full/);
  },
);

testWith(
  files,
  "startWorker() ends the run whose metrics cannot be stored",
  async () => {
    const host = hosted({}, ({ kind }) => {
      if (kind === "metrics") throw new Error("the disk is full");
    });
    const ending = await host.ended;
    assert.equal(ending.kind, "failed");
  },
);

testWith(
  files,
  "startWorker() reports a module that is no experiment",
  async () => {
    const host = startWorker({
      module: new URL("./fixtures/nothing.ts", import.meta.url).href,
      config: {},
      seed: 0,
      replicas: 1,
      dataFolder: undefined,
      profiling: false,
      resume: null,
      tiles: [],
      watchdog: 10_000,
      handle: () => {},
    });
    const ending = await host.ended as Extract<Ending, { kind: "failed" }>;
    assert.match(ending.failure.message, /its default export is no experiment/);
  },
);
