/** `deno task runs`: what the store holds. */
import { UsageError } from "../lib/core/errors.ts";
import { didYouMean } from "../lib/core/suggest.ts";
import { formatDuration } from "../lib/core/units.ts";
import { checkStore } from "../lib/results/check_store.ts";
import { runDocument } from "../lib/results/documents.ts";
import type { RunReader } from "../lib/results/reader.ts";
import type { Run } from "../lib/results/schemas.ts";
import { effectiveStatus } from "../lib/results/status.ts";
import { openShipped } from "../lib/results/shipped/reader.ts";
import { openStore } from "../lib/results/store.ts";
import { dataFolder, printJson, runCommand } from "./cli/command.ts";
import { common, type Option } from "./cli/options.ts";
import { paint, table } from "./cli/terminal.ts";

const options = {
  limit: {
    type: "integer",
    value: "N",
    minimum: 1,
    help: "show at most so many, the newest first (20)",
  },
  shipped: {
    type: "flag",
    help: "list the runs that came with Nabla instead",
  },
  check: { type: "flag", help: "look for damage in the store instead" },
  ...common,
} as const satisfies Record<string, Option>;

await runCommand({
  usage: "deno task runs [STUDY | RUN] [options]",
  summary: "Lists the recorded runs, the newest first.",
  words: [0, 1],
  options,
}, async ([word], { limit = 20, shipped, check, json }) => {
  if (check) return report(checkStore(dataFolder()), json);
  using store = shipped ? null : openStore(dataFolder(), { mode: "read" });
  const reader = store ?? openShipped();
  const runs = word === undefined
    ? reader.runs({ limit })
    : await named(reader, word, limit);
  if (json) printJson(runs.map((run) => runDocument(run)));
  else {console.log(
      runs.length > 0
        ? list(runs)
        : `No runs${word ? ` of ${word}` : ""} yet; deno task experiment ${
          word ?? "STUDY"
        } makes one`,
    );}
  return 0;
});

/**
 * The runs of a study, or the one run of that id.
 *
 * @throws {UsageError} If there is neither
 */
async function named(
  reader: RunReader,
  word: string,
  limit: number,
): Promise<Run[]> {
  const runs = reader.runs({ limit, study: word });
  if (runs.length > 0) return runs;
  const run = reader.run(word);
  if (run !== null) return [run];
  const { studies } = await import("../lib/studies/mod.ts");
  const ids = studies.map(({ id }) => id);
  if (ids.includes(word)) return [];
  throw new UsageError(
    `Cannot list the runs of "${word}": there is no such study or run` +
      (didYouMean(word, ids) || "; deno task runs lists all runs"),
  );
}

function report(problems: readonly string[], json: boolean): number {
  if (json) printJson({ problems });
  else console.log(problems.join("\n") || "The store is sound");
  return problems.length === 0 ? 0 : 1;
}

function list(runs: readonly Run[]): string {
  const now = Date.now();
  const rows = runs.map((run) => {
    const status = effectiveStatus(run, now);
    const end = Date.parse(run.endedAt ?? run.heartbeatAt);
    const held = run.expectations.filter(({ holds }) => holds).length;
    return [
      run.id,
      run.study,
      run.preset,
      String(run.seed),
      String(run.replicas),
      paint(status === "completed" ? "green" : "yellow", status),
      run.expectations.length > 0
        ? `${held} of ${run.expectations.length}`
        : "–",
      formatDuration(end - Date.parse(run.startedAt)),
      run.startedAt.slice(0, 16).replace("T", " "),
    ];
  });
  return table(rows, {
    header: [
      "run",
      "study",
      "preset",
      "seed",
      "replicas",
      "status",
      "held",
      "time",
      "started (UTC)",
    ],
    right: [3, 4],
  });
}
