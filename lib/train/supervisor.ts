/** The main thread of a run: store, signals, watchdog, restart, verdict. */
import { NablaError, SetupError } from "../core/errors.ts";
import type { KernelTiming } from "../gpu/mod.ts";
import { collectProvenance, type Source } from "../results/provenance.ts";
import type { Run } from "../results/schemas.ts";
import type { Store } from "../results/store.ts";
import { type AdapterTiles, tilesOfRun } from "./adapter_tiles.ts";
import type { Experiment } from "./experiment.ts";
import { judge } from "../study/expectation.ts";
import type { PresetName } from "../study/setting.ts";
import { type Ending, startWorker } from "./host.ts";
import { createRecorder, readRecord, type Watchers } from "./recorder.ts";
import { lockRun } from "./run_lock.ts";
import { listenForSignals } from "./signals.ts";

/** A run that is to be trained. */
export interface Order extends Watchers {
  readonly experiment: Experiment;
  /** URL of the module that defines it. */
  readonly module: string;
  readonly store: Store;
  /** Data folder; holds the locks. */
  readonly folder: string;
  readonly preset: PresetName | "custom";
  readonly config: Record<string, unknown>;
  readonly seed: number;
  readonly replicas: number;
  /** Command line, for the record. */
  readonly command: readonly string[];
  /** What git says, for the record. */
  readonly source?: Source;
  /** The file of an experiment that is not Nabla's own, for the record. */
  readonly file?: Run["provenance"]["file"];
  /** Run to go on with instead of a new one; its config, seed and replicas count. */
  readonly resume?: Run;
  /** Folder with data files of the reader. */
  readonly dataFolder?: string;
  readonly profiling?: boolean;
  /** Tiles that were measured. Default: those that ship. */
  readonly tiles?: readonly AdapterTiles[];
  /** Milliseconds without a sign of life, 60,000 if not given. */
  readonly watchdog?: number;
  /** Listen for SIGINT and SIGTERM. */
  readonly signals?: boolean;
  readonly onStart?: (run: Run) => void;
}

/** What became of an order. */
export interface Outcome {
  readonly run: Run;
  /** 0 reproduced, 1 failed or missed, 3 no adapter, 4 hung, 130 and 143 stopped by a signal. */
  readonly exitCode: number;
  readonly timings: readonly KernelTiming[];
}

/**
 * Trains one run to its end and stores everything it records.
 *
 * @throws {SetupError} If there is no adapter; a new run is then not kept
 */
export async function supervise(order: Order): Promise<Outcome> {
  // Before there is a run: a signal that comes first stops it as well.
  const signals = watchSignals(order);
  try {
    return await superviseRun(order, signals);
  } finally {
    signals.unlisten();
  }
}

async function superviseRun(order: Order, signals: Signals): Promise<Outcome> {
  const { store } = order;
  const { id } = order.resume ?? await createRun(order);
  const lock = lockRun(order.folder, id);
  let heartbeat: ReturnType<typeof setInterval> | undefined;
  try {
    if (order.resume) {
      await store.updateRun(id, {
        status: "running",
        endedAt: null,
        error: null,
      });
    }
    // Whatever is wrong with the store fails the next write that matters.
    const beat = () => store.heartbeat(id).catch(log);
    const log = (error: unknown) =>
      order.onLog?.(error instanceof Error ? error.message : String(error));
    await beat();
    heartbeat = setInterval(beat, 2000);
    order.onStart?.((await store.run(id))!);
    const outcome = await train(order, id, signals);
    if (order.resume || !neverBegan(outcome)) return outcome;
    await store.deleteRun(id);
    throw new SetupError(outcome.run.error!);
  } finally {
    clearInterval(heartbeat);
    lock.release();
  }
}

/** Whether the machine lacked what a run needs, such as an adapter. */
function neverBegan({ run, exitCode }: Outcome): boolean {
  return exitCode === 3 && run.provenance.adapter === null;
}

function createRun(order: Order): Promise<Run> {
  const { experiment, store, preset, seed, replicas, config } = order;
  const provenance = collectProvenance({
    command: [...order.command],
    source: order.source,
    file: order.file,
  });
  const study = experiment.id;
  return store.createRun({ study, preset, seed, replicas, config, provenance });
}

/** Signals to stop, from when they are watched. */
interface Signals {
  /** What the process shall end with; 0 before the first signal. */
  readonly exitCode: number;
  /** Hears of the first signal, and of a second one that cannot wait. */
  onSignal(now: boolean): void;
  unlisten(): void;
}

function watchSignals(order: Order): Signals {
  let exitCode = 0;
  const signals = {
    get exitCode() {
      return exitCode;
    },
    onSignal: (_now: boolean) => {},
    unlisten: () => {},
  };
  if (!order.signals) return signals;
  signals.unlisten = listenForSignals({
    stop(code) {
      exitCode = code;
      order.onLog?.("Stopping at the next step (again to stop at once)");
      signals.onSignal(false);
    },
    stopNow(code) {
      exitCode = code;
      signals.onSignal(true);
    },
  });
  return signals;
}

async function train(
  order: Order,
  id: string,
  signals: Signals,
): Promise<Outcome> {
  for (let attempt = 1;; attempt++) {
    const again = order.resume !== undefined || attempt > 1;
    const checkpoint = again ? await order.store.latestCheckpoint(id) : null;
    if (again) await order.store.rewind(id, checkpoint?.sequence ?? 0);
    if (checkpoint?.warning) await warn(order, id, checkpoint.warning);
    const run = (await order.store.run(id))!;
    const recorder = createRecorder(order.store, run, order);
    const host = startWorker({
      module: order.module,
      config: run.config,
      seed: run.seed,
      replicas: run.replicas,
      dataFolder: order.dataFolder,
      profiling: order.profiling ?? false,
      resume: checkpoint?.bytes ?? null,
      // A run goes on with the tiles it began with.
      tiles: [...order.tiles ?? [], tilesOfRun(run)],
      watchdog: order.watchdog ?? 60_000,
      handle: recorder.handle,
    });
    signals.onSignal = (now) =>
      now ? host.terminate({ kind: "interrupted" }) : host.stop();
    if (signals.exitCode) host.stop();
    const ending = await host.ended;
    const lost = ending.kind === "failed" && ending.failure.deviceLost;
    if (lost && attempt === 1 && !signals.exitCode) {
      order.onLog?.(
        "The GPU device was lost; starting again from the last checkpoint",
      );
      continue;
    }
    const exitCode = await conclude(order, id, ending) ||
      signals.exitCode * Number(ending.kind === "interrupted");
    const ended = (await order.store.run(id))!;
    return { run: ended, exitCode, timings: recorder.timings };
  }
}

/** Says on the terminal and in the record that a run goes on from an older checkpoint than its last. */
async function warn(order: Order, id: string, text: string): Promise<void> {
  order.onLog?.(text);
  const { results } = (await order.store.run(id))!;
  await order.store.updateRun(id, {
    results: { ...results, olderCheckpoint: text },
  });
}

/** Writes the ending into the record and returns the exit code, 0 for an interrupted run. */
async function conclude(
  order: Order,
  id: string,
  ending: Ending,
): Promise<number> {
  const { store, experiment } = order;
  const endedAt = new Date().toISOString();
  switch (ending.kind) {
    case "completed": {
      const expectations = judge(experiment, await readRecord(store, id));
      await store.updateRun(id, { status: "completed", endedAt, expectations });
      return expectations.every(({ holds }) => holds) ? 0 : 1;
    }
    case "interrupted":
      await store.updateRun(id, { status: "interrupted", endedAt });
      return 0;
    case "hung": {
      const error =
        `hung: no sign of life for ${ending.seconds} s; a step of this size may be too much for the adapter, or the experiment computes without calling ctx.progress`;
      await store.updateRun(id, { status: "failed", endedAt, error });
      return 4;
    }
    case "failed": {
      const { message, stack, exitCode, deviceLost } = ending.failure;
      const error = [deviceLost ? `device lost: ${message}` : message, stack]
        .filter((part) => part !== "").join("\n");
      await store.updateRun(id, { status: "failed", endedAt, error });
      return exitCode;
    }
  }
}

/** The run to go on with. @throws {NablaError} If there is none, or it is complete */
export async function resumable(store: Store, id: string): Promise<Run> {
  const run = await store.run(id);
  if (run === null) {
    throw new NablaError(
      `Cannot resume run ${id}: the store has no such run; deno task runs lists them`,
    );
  }
  if (run.status === "completed") {
    throw new NablaError(
      `Cannot resume run ${id}: it is complete; deno task verify ${id} repeats it`,
    );
  }
  return run;
}
