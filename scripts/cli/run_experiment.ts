/** Trains one run for a command: progress while it lasts, a summary at its end. */
import type { Run } from "../../lib/results/schemas.ts";
import type { Store } from "../../lib/results/store.ts";
import { readTiles } from "../../lib/train/adapter_tiles.ts";
import { type Outcome, supervise } from "../../lib/train/supervisor.ts";
import { type Choice, configure } from "./configure.ts";
import type { Loaded } from "./experiments.ts";
import { kernelTable } from "./profile.ts";
import type { Launch } from "./launched.ts";
import { readOwnFile } from "./own_file.ts";
import { createProgressView } from "./progress.ts";
import { summary } from "./summary.ts";

/** What to run, and from and into what. */
export interface Request extends Choice {
  readonly loaded: Loaded;
  readonly store: Store;
  /** Data folder. */
  readonly folder: string;
  readonly seed?: number;
  readonly resume?: Run;
  readonly dataFolder?: string;
  readonly profiling?: boolean;
  /** Seconds. */
  readonly watchdog?: number;
  readonly launch: Launch;
  /** Where lines for people go: stdout, or stderr when stdout carries JSON. */
  readonly print: (text: string) => void;
}

/** @throws {UsageError} If the config or the number of replicas does not fit the experiment */
export async function runExperiment(request: Request): Promise<Outcome> {
  const { loaded, store, folder, launch, print } = request;
  const { experiment, module } = loaded;
  const { seed = 0 } = request;
  const { preset, config, replicas } = configure(experiment, request);
  const tiles = readTiles(folder);
  if (tiles.problem) print(tiles.problem);
  const view = createProgressView(experiment.id, print);
  const outcome = await supervise({
    experiment,
    module,
    store,
    folder,
    preset,
    config,
    seed,
    replicas,
    command: ["deno", "task", "experiment", ...launch.typed],
    source: launch.source,
    file: await readOwnFile(loaded),
    resume: request.resume,
    dataFolder: request.dataFolder,
    profiling: request.profiling,
    tiles: tiles.measured,
    watchdog: request.watchdog && request.watchdog * 1000,
    signals: true,
    onProgress: view.update,
    onLog: view.log,
  }).finally(view.stop);
  const { id, status } = outcome.run;
  const resumable = status === "interrupted" ||
    status === "failed" && await store.latestCheckpoint(id) !== null;
  print(summary(outcome.run, { resumable }));
  if (outcome.timings.length > 0) print(kernelTable(outcome.timings));
  return outcome;
}
