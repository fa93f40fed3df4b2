/** Runs an experiment in a worker and watches over it. */
import {
  type Answer,
  createControl,
  type Failure,
  type FromWorker,
  type Start,
  word,
} from "./protocol.ts";

/** How the work in a worker came to its end. */
export type Ending =
  | { kind: "completed" | "interrupted" }
  | { kind: "failed"; failure: Failure }
  | { kind: "hung"; seconds: number };

/** What to start a worker with. */
export interface HostOptions extends Omit<Start, "control"> {
  /** Milliseconds without a sign of life after which the worker is given up. */
  readonly watchdog: number;
  /** Deals with a message. What it throws answers a checkpoint, and ends the run after any other message. */
  readonly handle: (message: FromWorker) => void | Promise<void>;
}

/** A worker as its supervisor sees it. */
export interface Host {
  readonly ended: Promise<Ending>;
  /** Asks the run to stop at its next step boundary. */
  stop(): void;
  /** Gives the worker up at once. */
  terminate(ending: Ending): void;
}

/** Starts a worker. Its messages are handled one by one in their order. */
export function startWorker(options: HostOptions): Host {
  const { watchdog, handle, ...start } = options;
  const control = createControl();
  const ended = Promise.withResolvers<Ending>();
  const worker = new Worker(new URL("./worker.ts", import.meta.url), {
    type: "module",
    name: "experiment",
  });
  const period = Math.min(500, watchdog / 4);
  let beats = -1;
  let silent = 0;
  const timer = setInterval(() => {
    const now = Atomics.load(control, word.beats);
    silent = now === beats ? silent + period : 0;
    beats = now;
    if (silent >= watchdog) {
      terminate({ kind: "hung", seconds: watchdog / 1000 });
    }
  }, period);

  /**
   * Leaves the worker where it stands, idle. To tear it down takes the GPU's
   * driver apart, and a process that exits meanwhile crashes (seen with Mesa
   * 22.3.6 and Deno 2.9.6, in one of a hundred runs).
   */
  function leave(ending: Ending): void {
    clearInterval(timer);
    ended.resolve(ending);
  }

  function terminate(ending: Ending): void {
    worker.terminate();
    leave(ending);
  }

  let queue = Promise.resolve();
  worker.addEventListener("message", ({ data }: MessageEvent<FromWorker>) => {
    queue = queue.then(() => deal(data));
  });

  async function deal(data: FromWorker): Promise<void> {
    let problem: string | null = null;
    try {
      await handle(data);
    } catch (error) {
      problem = error instanceof Error ? error.message : String(error);
      if (data.kind !== "checkpoint") {
        return terminate({ kind: "failed", failure: failure(problem) });
      }
    }
    Atomics.add(control, word.handled, 1);
    Atomics.notify(control, word.handled);
    if (data.kind === "checkpoint") {
      worker.postMessage({ number: data.number, problem } satisfies Answer);
    }
    if (
      data.kind === "completed" || data.kind === "interrupted" ||
      data.kind === "failed"
    ) leave(data);
  }

  worker.addEventListener("error", (event) => {
    event.preventDefault();
    // deno-lint-ignore no-control-regex
    const message = event.message.replace(/\x1b\[[\d;]*m/g, "");
    terminate({ kind: "failed", failure: failure(message) });
  });
  worker.addEventListener("messageerror", () => {
    const problem = "Cannot read what the experiment's worker sent";
    terminate({ kind: "failed", failure: failure(problem) });
  });
  worker.postMessage({ ...start, control });

  return {
    ended: ended.promise,
    stop: () => Atomics.store(control, word.stop, 1),
    terminate,
  };
}

function failure(message: string): Failure {
  return { message, stack: "", exitCode: 1, deviceLost: false };
}
