/** How a run ended, for a person. */
import { formatDuration } from "../../lib/core/units.ts";
import type { Run } from "../../lib/results/schemas.ts";
import { isModule } from "./paths.ts";
import { formatNumber, paint, table } from "./terminal.ts";

/**
 * Verdicts, status, time and adapter, and what to do next.
 *
 * @param options.resumable Whether going on with the run makes sense
 */
export function summary(run: Run, options: { resumable: boolean }): string {
  const lines = [verdicts(run), `${status(run)}${place(run)}`];
  if (run.status === "failed") {
    const [message, ...frames] = run.error?.split("\n    at ") ?? [];
    lines.push(
      `${paint("red", "error")}: ${message}`,
      ...frames.map((frame) => paint("dim", `    at ${frame}`)),
    );
  }
  if (options.resumable) {
    lines.push(`Go on with: ${resumeLine(run)}`);
  }
  return lines.filter((line) => line !== "").join("\n") + "\n";
}

/** What to type to go on with a run; one of a file of the reader's own names the file again. */
function resumeLine({ id, provenance: { command } }: Run): string {
  const file = command.find(isModule);
  const named = file === undefined ? "" : ` ${quote(file)}`;
  return `deno task experiment${named} --resume ${id}`;
}

/** A word as a shell takes it. */
function quote(word: string): string {
  return /^[\w./~+-]+$/.test(word)
    ? word
    : `'${word.replaceAll("'", "'\\''")}'`;
}

/** A row for each expectation: whether it held, what was measured, what was expected. */
export function verdicts(...runs: readonly Run[]): string {
  return table(
    runs.flatMap(({ study, expectations }) =>
      expectations.map(({ name, holds, measured, expected }) => [
        holds ? paint("green", "holds ") : paint("red", "missed"),
        ...(runs.length > 1 ? [study] : []),
        name,
        typeof measured === "number"
          ? formatNumber(measured)
          : measured ?? "not measured",
        paint("dim", expected),
      ])
    ),
  );
}

function status(run: Run): string {
  const { status, study, id, startedAt, endedAt, results } = run;
  const spent = Date.parse(endedAt ?? startedAt) - Date.parse(startedAt);
  const diverged = Object.keys(results).some((name) =>
    name.endsWith(".diverged")
  );
  const good = status === "completed" && !diverged;
  const word = diverged ? `${status}, diverged,` : status;
  return `${paint("bold", study)} ${
    paint(good ? "green" : "yellow", word)
  } after ${formatDuration(spent)}, run ${id}`;
}

function place({ provenance: { adapter } }: Run): string {
  const name = adapter?.description || adapter?.vendor;
  return name ? `, on ${name}` : "";
}
