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
      await using store = await openStore(dataFolder(), { mode: "read" });
      const run = await shippedRunOf(store, id!);
      const { study, bytes, report } = await shippedFile(store, run, { force });
      const file = path ?? shippedFileOf(study);
      writeAtomically(file, bytes);
      console.error(`${file}: ${report}`);
      return 0;
    }
    const bytes = format === "safetensors"
      ? await weights(id!, replica)
      : new TextEncoder().encode(
        format === "html"
          ? await page(id!)
          : await text(id!, format as "json" | "csv"),
      );
    if (path) writeAtomically(path, bytes);
    else {
      await new Blob([bytes as BlobPart]).stream().pipeTo(Deno.stdout.writable);
    }
    return 0;
  },
);

/** The record or the metrics of a run, which may be a shipped one. */
async function text(
  word: string,
  format: "json" | "csv",
): Promise<string> {
  await using runs = await openLayered(dataFolder());
  return await exportRun(runs, (await find(runs, word)).id, format);
}

/** The page of a study, or that of a run. */
async function page(word: string): Promise<string> {
  const hasPage = (id: string) => studies.some((study) => study.id === id);
  if (hasPage(word)) return await standalonePage(`/studies/${word}`);
  await using runs = await openLayered(dataFolder());
  const { id, study } = await find(runs, word);
  return await standalonePage(
    hasPage(study) ? `/studies/${study}?run=${id}` : `/runs/${id}`,
  );
}

/**
 * The run of that id, or the newest of that study.
 *
 * @throws {NablaError} If there is neither
 */
async function find(runs: RunReader, word: string): Promise<Run> {
  const run = await runs.run(word) ?? await runs.latestRun(word);
  if (run !== null) return run;
  throw new NablaError(
    studies.some(({ id }) => id === word)
      ? `Cannot export ${word}: it has no run; --format html writes its page`
      : `Cannot export ${word}: there is no such run or study; deno task runs and deno task experiment --list name them`,
  );
}

/** The weights of the run's last checkpoint that is whole. */
async function weights(word: string, replica: number): Promise<Uint8Array> {
  await using store = await openStore(dataFolder(), { mode: "read" });
  const run = await find(store, word);
  const { id } = run;
  const checkpoint = await store.latestCheckpoint(id);
  if (checkpoint === null) {
    throw new NablaError(
      `Cannot export the weights of run ${id}: it saved no checkpoint; only runs that train with fit() have weights`,
    );
  }
  if (checkpoint.warning !== null) console.error(checkpoint.warning);
  const bytes = exportWeights(run, checkpoint.bytes, { replica });
  console.error(`Weights after ${checkpoint.step} steps`);
  return bytes;
}
