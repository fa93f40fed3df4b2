/** `deno task runs`: what the store holds. */
import { UsageError } from "../lib/core/errors.ts";
import { didYouMean } from "../lib/core/suggest.ts";
import { formatDuration } from "../lib/core/units.ts";
import { checkStore } from "../lib/results/check_store.ts";
import { runDocument } from "../lib/results/documents.ts";
import {
  headOf,
  isReadable,
  type ListedRun,
} from "../lib/results/listed_run.ts";
import type { RunReader } from "../lib/results/reader.ts";
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
  delete: {
    type: "text",
    value: "RUN",
    help: "remove a run, with what only it uses; asks first",
  },
  yes: { type: "flag", help: "remove it without a question" },
  ...common,
} as const satisfies Record<string, Option>;

await runCommand({
  usage: "deno task runs [STUDY | RUN] [options]",
  summary: "Lists the recorded runs, the newest first.",
  words: [0, 1],
  options,
}, async ([word], values) => {
  const { limit = 20, shipped, check, json } = values;
  if (check) return report(checkStore(dataFolder()), json);
  if (values.delete !== undefined) return await remove(values.delete, values);
  if (shipped) return await show(openShipped(), { word, limit, json });
  await using store = await openStore(dataFolder(), { mode: "read" });
  return await show(store, { word, limit, json });
});

/** Removes a run, also one whose record cannot be read. */
async function remove(
  id: string,
  { yes, json }: { yes: boolean; json: boolean },
): Promise<number> {
  if (!yes && !Deno.stdin.isTerminal()) {
    throw new UsageError(
      `Cannot ask whether to remove run ${id}: stdin is no terminal; add --yes`,
    );
  }
  await using store = await openStore(dataFolder(), { mode: "write" });
  if (!yes && !confirm(`Remove run ${id} and everything it recorded?`)) {
    return 130;
  }
  await store.deleteRun(id);
  if (json) printJson({ deleted: id });
  else console.log(`Removed run ${id}`);
  return 0;
}

/** Prints a list of runs. */
async function show(
  reader: RunReader,
  { word, limit, json }: { word?: string; limit: number; json: boolean },
): Promise<number> {
  const runs = word === undefined
    ? await reader.runs({ limit })
    : await named(reader, word, limit);
  if (json) {
    printJson(await Promise.all(runs.map((run) => document(reader, run))));
  } else {
    console.log(
      runs.length > 0
        ? list(runs)
        : `No runs${word ? ` of ${word}` : ""} yet; deno task experiment ${
          word ?? "STUDY"
        } makes one`,
    );
  }
  return 0;
}

/** A listed run as JSON; one that cannot be read says why. */
async function document(reader: RunReader, run: ListedRun): Promise<unknown> {
  if (isReadable(run)) return runDocument((await reader.run(run.id))!);
  const { id, ...rest } = run;
  return { run: id, ...rest };
}

/**
 * The runs of a study, or the one run of that id.
 *
 * @throws {UsageError} If there is neither
 */
async function named(
  reader: RunReader,
  word: string,
  limit: number,
): Promise<ListedRun[]> {
  const runs = await reader.runs({ limit, study: word });
  if (runs.length > 0) return runs;
  const run = await reader.run(word);
  if (run !== null) return [headOf(run)];
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

function list(runs: readonly ListedRun[]): string {
  const now = Date.now();
  const rows = runs.map((run) => {
    if (!isReadable(run)) {
      const why = run.unreadable.split("\n")[0]!;
      return [run.id, run.study, "", "", "", paint("red", "unreadable"), why];
    }
    const status = effectiveStatus(run, now);
    const end = Date.parse(run.endedAt ?? run.heartbeatAt);
    return [
      run.id,
      run.study,
      run.preset,
      String(run.seed),
      String(run.replicas),
      paint(status === "completed" ? "green" : "yellow", status),
      run.expected > 0 ? `${run.held} of ${run.expected}` : "–",
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
