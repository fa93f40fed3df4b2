/** Whether a run that takes long shall start. */
import { UsageError } from "../../lib/core/errors.ts";
import { formatDuration } from "../../lib/core/units.ts";
import type { Estimate } from "./estimate.ts";

/** Milliseconds from which on somebody must agree. */
const LONG_MS = 3_600_000;

/** Whom to ask. */
export interface Asked {
  /** Agreed beforehand. */
  readonly yes: boolean;
  /** Puts a question to the person at the terminal; `null` where nobody can be asked. */
  readonly ask: ((question: string) => boolean) | null;
}

/** The estimate as a sentence. */
export function formatEstimate(estimate: Estimate): string {
  return `Takes ${amount(estimate)} on this adapter, from ${estimate.from}`;
}

/** Two digits, as an estimate deserves; what loads and compiles first counts too little in a short one. */
function amount({ ms }: Estimate): string {
  return ms < 60_000
    ? "about a minute or less"
    : `about ${formatDuration(Number(ms.toPrecision(2)))}`;
}

/**
 * Whether to start: a run of at most an hour always, a longer one if somebody agrees.
 *
 * @throws {UsageError} If a longer one was not agreed to and nobody can be asked
 */
export function mayStart(
  what: string,
  estimate: Estimate,
  { yes, ask }: Asked,
): boolean {
  if (estimate.ms <= LONG_MS || yes) return true;
  if (ask !== null) return ask("That is more than an hour. Start?");
  throw new UsageError(
    `Cannot start ${what}: it takes ${
      amount(estimate)
    }, more than an hour, and there is no terminal to ask at; add --yes to start it all the same`,
  );
}
