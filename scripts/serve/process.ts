import process from "node:process";

/**
 * Keeps the process alive where a rejection or an error reaches nobody: it is
 * logged, and the server goes on.
 */
export function surviveFloatingErrors(): void {
  addEventListener("unhandledrejection", (event) => {
    event.preventDefault();
    console.error("Unhandled rejection:", event.reason);
  });
  addEventListener("error", (event) => {
    event.preventDefault();
    console.error("Uncaught error:", event.error);
  });
}

/** Resolves at the first of the signals; one more after a second ends the process at once. */
export function untilSignal(signals: Deno.Signal[]): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  let first: number | null = null;
  const onSignal = () => {
    first ??= performance.now();
    resolve();
    // A task runner passes Ctrl-C on twice at once; a person presses it later.
    if (performance.now() - first > 1000) Deno.exit(1);
  };
  // Sent when the launcher was killed.
  process.on("disconnect", onSignal);
  for (const signal of signals) Deno.addSignalListener(signal, onSignal);
  return promise;
}
