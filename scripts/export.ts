/** `deno task export`: one run as a file, on stdout or where `--output` says. */
import { resolve } from "node:path";
import { NablaError, UsageError } from "../lib/core/errors.ts";
import { studies } from "../lib/studies/mod.ts";
import { exportRun } from "../lib/results/export.ts";
import { writeAtomically } from "../lib/results/files.ts";
import { openLayered } from "../lib/results/layered.ts";
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
function text(id: string, format: "json" | "csv"): string {
  using runs = openLayered(dataFolder());
  return exportRun(runs, id, format);
}

/** The page of a study, or that of a run's study with this run. */
async function page(id: string): Promise<string> {
  if (studies.some((study) => study.id === id)) {
    return await standalonePage(`/studies/${id}`);
  }
  using runs = openLayered(dataFolder());
  const run = runs.run(id);
  if (run) return await standalonePage(`/studies/${run.study}?run=${id}`);
  throw new NablaError(
    `Cannot export ${id}: there is no such run or study; deno task runs and deno task experiment --list name them`,
  );
}

/** The weights of the run's last checkpoint that is whole. */
function weights(id: string, replica: number): Uint8Array {
  using store = openStore(dataFolder(), { mode: "read" });
  const run = store.run(id);
  if (run === null) {
    throw new NablaError(
      `Cannot export run ${id}: the store has no such run; deno task runs lists them`,
    );
  }
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
