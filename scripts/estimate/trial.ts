/** The first seconds of a run, which leave no trace, to see how fast it goes. */
import { type HostOptions, startWorker } from "../../lib/train/host.ts";
import type { FromWorker } from "../../lib/train/protocol.ts";

/** Milliseconds of progress that are enough. */
const ENOUGH_MS = 4000;
/** Milliseconds after which a run that reports no progress is given up. */
const MOST_MS = 30_000;

/**
 * Milliseconds that the whole run takes at the speed of its first seconds;
 * `null` where it fails, or reports too little progress to tell.
 */
export async function timeOfTrial(
  options: Omit<HostOptions, "handle" | "watchdog">,
): Promise<number | null> {
  const start = performance.now();
  let first: { at: number; done: number } | null = null;
  let speed: { perStep: number; left: number; at: number } | null = null;
  const host = startWorker({
    ...options,
    watchdog: MOST_MS,
    handle(message: FromWorker) {
      if (message.kind !== "progress") return;
      const at = performance.now();
      const { done, total } = message.progress;
      if (first === null || done < first.done) first = { at, done };
      if (done === first.done) return;
      const perStep = (at - first.at) / (done - first.done);
      speed = { perStep, left: total - done, at };
      if (at - first.at >= ENOUGH_MS) host.stop();
    },
  });
  const timer = setTimeout(() => host.stop(), MOST_MS);
  const ending = await host.ended.finally(() => clearTimeout(timer));
  if (ending.kind === "completed") return performance.now() - start;
  // Assigned in the handler, which the compiler does not follow.
  const found = speed as { perStep: number; left: number; at: number } | null;
  return ending.kind === "interrupted" && found !== null
    ? found.at - start + found.perStep * found.left
    : null;
}
