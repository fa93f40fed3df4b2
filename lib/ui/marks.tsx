import type { RunStatus } from "../results/schemas.ts";

/** A tick or a cross with its meaning in words for those who do not see it. */
export function Verdict(
  { holds, yes = "holds", no = "does not hold" }: {
    holds: boolean;
    yes?: string;
    no?: string;
  },
) {
  return (
    <span class={holds ? "verdict good" : "verdict bad"}>
      <span aria-hidden="true">{holds ? "✓" : "✗"}</span>
      <span class="unseen">{holds ? yes : no}</span>
    </span>
  );
}

/** How many of some things hold: "5 of 6". */
export function Tally(
  { held, all, of }: { held: number; all: number; of: string },
) {
  if (all === 0) return null;
  return (
    <span class={held === all ? "tally good" : "tally bad"}>
      <span aria-hidden="true">{held === all ? "✓" : "✗"}</span> {held} of {all}
      {" "}
      {of}
    </span>
  );
}

/** The status of a run as a word with a mark. */
export function Status({ status }: { status: RunStatus }) {
  return <span class={`status ${status}`}>{status}</span>;
}

/** A point in time, to the minute, in UTC. */
export function Time({ at, zone = true }: { at: string; zone?: boolean }) {
  const minute = at.slice(0, 16).replace("T", " ");
  return <time dateTime={at}>{minute}{zone && " UTC"}</time>;
}

/** A command to type. */
export function Command({ children }: { children: string }) {
  return <pre class="command" tabIndex={0}><code>{children}</code></pre>;
}

/** A remark set off from the text. */
export function Notice({ children }: { children: preact.ComponentChildren }) {
  return <div class="notice" role="note">{children}</div>;
}
