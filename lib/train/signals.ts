/** Ctrl-C and SIGTERM: once to stop in order, a second time to stop at once. */
import process from "node:process";

const exitCodes = { SIGINT: 130, SIGTERM: 143 } as const;

/** A signal that stops a run. */
export type Signal = keyof typeof exitCodes;

/** Milliseconds in which a repeated signal counts as the same one: `deno task` hands each on twice. */
const sameSignal = 1000;

/** What is to be done at a signal. */
export interface SignalHandlers {
  /** The first signal; `exitCode` is what the process shall end with. */
  stop(exitCode: number): void;
  /** A signal more than a second after the first. */
  stopNow(exitCode: number): void;
}

/** Decides what a signal at `time` (ms) means. */
export function createSignalFilter(
  handlers: SignalHandlers,
): (signal: Signal, time: number) => void {
  let first: number | null = null;
  return (signal, time) => {
    if (first === null) {
      first = time;
      handlers.stop(exitCodes[signal]);
    } else if (time - first > sameSignal) {
      handlers.stopNow(exitCodes[signal]);
    }
  };
}

/** Listens until the returned function is called. */
export function listenForSignals(handlers: SignalHandlers): () => void {
  const filter = createSignalFilter(handlers);
  const listeners = (Object.keys(exitCodes) as Signal[]).map((signal) => {
    const listener = () => filter(signal, performance.now());
    Deno.addSignalListener(signal, listener);
    return () => Deno.removeSignalListener(signal, listener);
  });
  // The launcher was killed: nobody is left whom a signal could come from.
  const orphaned = () => filter("SIGTERM", performance.now());
  process.on("disconnect", orphaned);
  return () => {
    process.off("disconnect", orphaned);
    listeners.forEach((remove) => remove());
  };
}
