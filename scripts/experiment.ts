/** `deno task experiment`: trains, records, says what held. */
import { UsageError } from "../lib/core/errors.ts";
import { runDocument } from "../lib/results/documents.ts";
import { openStore } from "../lib/results/store.ts";
import type { PresetName } from "../lib/train/experiment.ts";
import { type Outcome, resumable } from "../lib/train/supervisor.ts";
import {
  dataFolder,
  printJson,
  requirePermissions,
  runCommand,
} from "./cli/command.ts";
import { configOptions } from "./cli/configure.ts";
import { loadExperiment, loadModuleOf } from "./cli/experiments.ts";
import { formatList, listExperiments } from "./cli/list.ts";
import { common, type Option } from "./cli/options.ts";
import { runExperiment } from "./cli/run_experiment.ts";
import { site } from "./cli/summary.ts";
import { tour } from "./cli/tour.ts";
import { agree } from "./estimate/agree.ts";

const options = {
  ...configOptions,
  seed: {
    type: "integer",
    value: "N",
    maximum: 0xffffffff,
    help: "where all random numbers start (0)",
  },
  resume: {
    type: "text",
    value: "RUN",
    help: "go on with a stopped run from its last checkpoint",
  },
  data: {
    type: "text",
    value: "FOLDER",
    help: "use data files you downloaded yourself",
  },
  watchdog: {
    type: "integer",
    value: "SECONDS",
    minimum: 1,
    maximum: 86_400,
    help: "give up after so long without a sign of life (60)",
  },
  profile: {
    type: "flag",
    help: "print the time of every kernel after training",
  },
  yes: {
    type: "flag",
    help: "start without a question, however long it takes",
  },
  list: { type: "flag", help: "list the experiments with their fields" },
  ...common,
} as const satisfies Record<string, Option>;

await runCommand({
  usage: "deno task experiment [STUDY | FILE.ts] [options]",
  summary:
    "Trains a study on the GPU and records the run. Without a study: a short tour.",
  words: [0, 1],
  options,
  notes: [
    "Exit codes: 0 reproduced, 1 missed or failed, 2 wrong command line, 3 no GPU adapter,",
    "4 GPU hung, 130 and 143 stopped by a signal (a checkpoint was saved).",
    "Says how long the full preset will take, and asks before more than an hour.",
  ],
}, async ([word], values) => {
  requirePermissions([{ name: "env", variable: "NABLA_DATA" }]);
  const folder = dataFolder();
  requirePermissions([
    { name: "read", path: folder },
    { name: "write", path: folder },
  ]);
  if (values.list) {
    const list = await listExperiments();
    if (values.json) printJson(list);
    else console.log(formatList(list));
    return 0;
  }
  // Read before the store is opened: a mistyped word shall leave no trace.
  const named = word === undefined ? null : await loadExperiment(word);
  using store = openStore(folder, { mode: "write" });
  const request = {
    store,
    folder,
    preset: values.preset as PresetName | undefined,
    set: values.set,
    seed: values.seed,
    replicas: values.replicas,
    dataFolder: values.data,
    profiling: values.profile,
    watchdog: values.watchdog,
    print: values.json ? console.error : console.log,
  };
  if (values.resume !== undefined) {
    refuse(values, "--resume", ["preset", "seed", "set", "replicas"]);
    const resume = resumable(store, values.resume);
    const loaded = named ?? await loadModuleOf(resume);
    if (loaded.experiment.id !== resume.study) {
      throw new UsageError(
        `Cannot resume run ${resume.id} with ${loaded.experiment.id}: it is a run of ${resume.study}`,
      );
    }
    return finish(await runExperiment({ ...request, loaded, resume }));
  }
  if (named !== null) {
    const ask = values.json || !Deno.stdin.isTerminal() ? null : confirm;
    if (!await agree(request, named, { yes: values.yes, ask })) {
      console.log("Not started");
      return 130;
    }
    return finish(await runExperiment({ ...request, loaded: named }));
  }
  refuse(values, "a tour", ["set", "replicas"]);
  const outcomes = await tour(request);
  if (values.json) {
    printJson({ runs: outcomes.map(({ run }) => runDocument(run)) });
  }
  return outcomes.find(({ exitCode }) => exitCode !== 0)?.exitCode ?? 0;

  function finish({ run, exitCode, timings }: Outcome): number {
    const kernels = timings.length > 0 ? { kernels: timings } : {};
    if (values.json) printJson({ ...runDocument(run), ...kernels });
    else if (run.status === "completed") {
      console.log(`Browse: deno task serve, then open ${site}/runs/${run.id}`);
    }
    return exitCode;
  }
});

/** Fails if an option is given that makes no sense here. */
function refuse(
  values: Readonly<Record<string, unknown>>,
  what: string,
  names: readonly string[],
): void {
  for (const name of names) {
    const value = values[name];
    if (value === undefined || (value as unknown[]).length === 0) continue;
    throw new UsageError(
      `Cannot use --${name} with ${what}: ` +
        (what === "--resume"
          ? "a resumed run keeps what it was started with"
          : "name a study first, as in deno task experiment torch-parity"),
    );
  }
}
