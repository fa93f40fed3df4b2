import { askVersion } from "../store/ask.ts";

/** Milliseconds between two looks at the store. */
const INTERVAL = 250;
/** Looks after which everybody is woken in any case: a status may change without a write. */
const FORCED = 8;

const waiting = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;
let looking = false;
let version = NaN;
let looks = 0;
let epoch = 0;

/**
 * Resolves when the store has changed, at the latest after two seconds, or when
 * `signal` aborts. All listeners share one look at the store; nobody looks
 * while nobody listens.
 */
export function change(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const wake = () => {
      waiting.delete(wake);
      signal.removeEventListener("abort", wake);
      if (waiting.size === 0 && signal.aborted) stop();
      resolve();
    };
    waiting.add(wake);
    signal.addEventListener("abort", wake);
    timer ??= setInterval(look, INTERVAL);
  });
}

/** A number that grows whenever listeners are woken, so that what they read in between can be shared. */
export function changes(): number {
  return epoch;
}

async function look(): Promise<void> {
  if (waiting.size === 0) return stop();
  if (looking) return;
  looking = true;
  looks++;
  // Missing, replaced or locked: those who wait find out when they read.
  const now = await askVersion().catch(() => NaN);
  looking = false;
  const changed = looks % FORCED === 0 || now !== version;
  version = now;
  if (!changed) return;
  epoch++;
  for (const wake of [...waiting]) wake();
}

function stop(): void {
  clearInterval(timer);
  timer = undefined;
  version = NaN;
  epoch++;
}
