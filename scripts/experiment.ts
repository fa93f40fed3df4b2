/** `deno task experiment`: trains, records, says what held. */
import { UsageError } from "../lib/core/errors.ts";
import { runDocument } from "../lib/results/documents.ts";
import { openStore } from "../lib/results/store.ts";
import type { PresetName } from "../lib/study/setting.ts";
import { type Outcome, resumable } from "../lib/train/supervisor.ts";
import {
  dataFolder,
  printJson,
  requirePermissions,
  runCommand,
} from "./cli/command.ts";
import { loadExperiment, loadForRun } from "./cli/experiments.ts";
import { launched } from "./cli/launched.ts";
import { formatList, listExperiments } from "./cli/list.ts";
import { runExperiment } from "./cli/run_experiment.ts";
import { tour } from "./cli/tour.ts";
import { experiment } from "./commands/experiment.ts";
import { agree } from "./estimate/agree.ts";
import { changeSince, readOwnFile } from "./cli/own_file.ts";
import { browseLine } from "./serve/address.ts";

await runCommand(experiment, async ([word], values) => {
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
  await using store = await openStore(folder, { mode: "write" });
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
    launch: await launched(),
    print: values.json ? console.error : console.log,
  };
  if (values.resume !== undefined) {
    refuse(values, "--resume", ["preset", "seed", "set", "replicas"]);
    const resume = await resumable(store, values.resume);
    const loaded = await loadForRun(resume, word);
    const change = changeSince(resume, await readOwnFile(loaded));
    if (change && !values.changed) {
      throw new UsageError(
        `Cannot go on with run ${resume.id}: ${change}; start it anew, or add --changed to go on all the same`,
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
      console.log(browseLine(folder, `runs/${run.id}`));
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
