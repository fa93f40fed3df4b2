/** The worker's side of a run: turns what an experiment records into messages. */
import type { Gpu } from "../gpu/mod.ts";
import { checkPoint, checkProgress, checkResult } from "./check_record.ts";
import { decodeCheckpoint, encodeCheckpoint } from "./checkpoint.ts";
import type { ExperimentContext, Progress } from "./experiment.ts";
import { countRows, type PartContext } from "./parts.ts";
import {
  type Answer,
  type FromWorker,
  type Row,
  type Start,
  word,
} from "./protocol.ts";

/** Rows that are sent together at most, and the milliseconds they wait at most. */
const batchRows = 1024;
const batchMilliseconds = 150;
/** Messages that may be under way before the worker waits for the supervisor. */
const mostUnderWay = 64;

/** Thrown by helpers that wind up a run after a stop was asked for. */
export class Interrupted extends Error {
  override name = "Interrupted";
}

/** The context of an experiment, and what only the worker calls. */
export interface WorkerContext extends ExperimentContext, PartContext {
  /** Sends what is still waiting. */
  flush(): void;
  /** Whether the experiment was told that it shall stop. */
  readonly sawStop: boolean;
  /** Whether the experiment asked for the reader's folder. */
  readonly sawDataFolder: boolean;
  answer(answer: Answer): void;
}

/** Sends a message to the supervisor, with the buffers to hand over. */
export type Send = (message: FromWorker, transfer?: Transferable[]) => void;

/**
 * A sender that waits while too many messages are under way, so that a run that
 * records faster than the disk writes stays within bounded memory.
 */
export function createSend(control: Int32Array, post: Send): Send {
  return (message, transfer = []) => {
    const number = Atomics.add(control, word.posted, 1) + 1;
    post(message, transfer);
    let handled = Atomics.load(control, word.handled);
    while (number - handled > mostUnderWay) {
      Atomics.wait(control, word.handled, handled);
      handled = Atomics.load(control, word.handled);
    }
    Atomics.add(control, word.beats, 1);
  };
}

/** The context of one run. */
export function createContext(
  start: Start,
  send: Send,
  gpu: Gpu | null,
): WorkerContext {
  const { control } = start;
  const waiting = new Map<number, PromiseWithResolvers<void>>();
  let rows: Row[] = [];
  let lastBatch = performance.now();
  let lastProgress = -Infinity;
  let lastNumber = 0;
  let sawStop = false;
  const resume = start.resume === null ? null : decodeCheckpoint(start.resume);
  const counted = countRows(resume);
  let sawDataFolder = false;

  const beat = () => void Atomics.add(control, word.beats, 1);

  function flush(): void {
    lastBatch = performance.now();
    if (rows.length === 0) return;
    const batch = rows;
    rows = [];
    send({ kind: "metrics", rows: batch });
  }

  return {
    config: start.config,
    seed: start.seed,
    replicas: start.replicas,
    get dataFolder() {
      sawDataFolder = true;
      return start.dataFolder;
    },
    get sawDataFolder() {
      return sawDataFolder;
    },
    profiling: start.profiling,
    counted,
    resume,
    get gpu() {
      if (gpu !== null) return gpu;
      throw new Error(
        "Cannot use ctx.gpu: the experiment is declared with gpu: false; remove that line",
      );
    },
    get stopping() {
      beat();
      sawStop ||= Atomics.load(control, word.stop) === 1;
      return sawStop;
    },
    get sawStop() {
      return sawStop;
    },
    flush,
    alive: beat,
    record(series, step, value) {
      beat();
      const values = checkPoint(series, step, value);
      counted.count += values.length;
      if (counted.count <= counted.known) return;
      for (let replica = 0; replica < values.length; replica++) {
        rows.push({ step, series, replica, value: values[replica]! });
      }
      const age = performance.now() - lastBatch;
      if (rows.length >= batchRows || age > batchMilliseconds) flush();
    },
    result(name, value) {
      checkResult(name, value);
      flush();
      send({ kind: "result", name, value });
    },
    progress(progress: Progress) {
      beat();
      checkProgress(progress);
      const now = performance.now();
      const last = progress.done >= progress.total;
      if (!last && now - lastProgress < 100) return;
      lastProgress = now;
      flush();
      send({ kind: "progress", progress });
    },
    log(text) {
      send({ kind: "log", text });
    },
    usesData(name, sha256) {
      send({ kind: "data", name, sha256 });
    },
    profile(timings) {
      send({ kind: "profile", timings });
    },
    checkpoint(checkpoint) {
      flush();
      const { epoch, step } = checkpoint;
      const bytes = encodeCheckpoint(checkpoint);
      const number = ++lastNumber;
      const answered = Promise.withResolvers<void>();
      waiting.set(number, answered);
      send({ kind: "checkpoint", number, epoch, step, bytes }, [
        bytes.buffer as ArrayBuffer,
      ]);
      return answered.promise;
    },
    answer({ number, problem }) {
      beat();
      const answered = waiting.get(number);
      waiting.delete(number);
      if (problem === null) answered?.resolve();
      else answered?.reject(new Error(problem));
    },
  };
}
