/** `deno task export`: one run as a file, on stdout or where `--output` says. */
import { resolve } from "node:path";
import { NablaError, UsageError } from "../lib/core/errors.ts";
import { studies } from "../lib/studies/mod.ts";
import { exportRun } from "../lib/results/export.ts";
import { writeAtomically } from "../lib/results/files.ts";
import { openLayered } from "../lib/results/layered.ts";
import type { RunReader } from "../lib/results/reader.ts";
import type { Run } from "../lib/results/schemas.ts";
import { openStore } from "../lib/results/store.ts";
import { exportWeights } from "../lib/train/export_weights.ts";
import { dataFolder, runCommand } from "./cli/command.ts";
import { exportCommand } from "./commands/export.ts";
import { standalonePage } from "./export/page.ts";
import { shippedFile, shippedFileOf, shippedRunOf } from "./export/ship.ts";

await runCommand(
  exportCommand,
  async ([id], { format = "json", output, replica = 0, force, json }) => {
    if (json && format !== "json") {
      throw new UsageError(
        `Cannot use --json with --format ${format}: leave one of them out`,
      );
    }
    const toTerminal = output === undefined && Deno.stdout.isTerminal();
    if (format === "safetensors" && toTerminal) {
      throw new UsageError(
        "Cannot print safetensors on a terminal: name a file with --output, or redirect stdout",
      );
    }
    const path = output && resolve(output);
    if (format === "shipped") {
      using store = openStore(dataFolder(), { mode: "read" });
      const run = shippedRunOf(store, id!);
      const { study, bytes, report } = shippedFile(store, run, { force });
      const file = path ?? shippedFileOf(study);
      writeAtomically(file, bytes);
      console.error(`${file}: ${report}`);
      return 0;
    }
    const bytes = format === "safetensors"
      ? weights(id!, replica)
      : new TextEncoder().encode(
        format === "html"
          ? await page(id!)
          : text(id!, format as "json" | "csv"),
      );
    if (path) writeAtomically(path, bytes);
    else {
      await new Blob([bytes as BlobPart]).stream().pipeTo(Deno.stdout.writable);
    }
    return 0;
  },
);

/** The record or the metrics of a run, which may be a shipped one. */
function text(word: string, format: "json" | "csv"): string {
  using runs = openLayered(dataFolder());
  return exportRun(runs, find(runs, word).id, format);
}

/** The page of a study, or that of a run. */
async function page(word: string): Promise<string> {
  const hasPage = (id: string) => studies.some((study) => study.id === id);
  if (hasPage(word)) return await standalonePage(`/studies/${word}`);
  using runs = openLayered(dataFolder());
  const { id, study } = find(runs, word);
  return await standalonePage(
    hasPage(study) ? `/studies/${study}?run=${id}` : `/runs/${id}`,
  );
}

/**
 * The run of that id, or the newest of that study.
 *
 * @throws {NablaError} If there is neither
 */
function find(runs: RunReader, word: string): Run {
  const run = runs.run(word) ?? runs.latestRun(word);
  if (run !== null) return run;
  throw new NablaError(
    studies.some(({ id }) => id === word)
      ? `Cannot export ${word}: it has no run; --format html writes its page`
      : `Cannot export ${word}: there is no such run or study; deno task runs and deno task experiment --list name them`,
  );
}

/** The weights of the run's last checkpoint that is whole. */
function weights(word: string, replica: number): Uint8Array {
  using store = openStore(dataFolder(), { mode: "read" });
  const run = find(store, word);
  const { id } = run;
  const checkpoint = store.latestCheckpoint(id);
  if (checkpoint === null) {
    throw new NablaError(
      `Cannot export the weights of run ${id}: it saved no checkpoint; only runs that train with fit(), or call ctx.checkpoint(), have weights`,
    );
  }
  if (checkpoint.warning !== null) console.error(checkpoint.warning);
  const bytes = exportWeights(run, checkpoint.bytes, { replica });
  console.error(`Weights after ${checkpoint.step} steps`);
  return bytes;
}
