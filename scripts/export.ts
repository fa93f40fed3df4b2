/** `deno task export`: one run as a file, on stdout or where `--output` says. */
import { resolve } from "node:path";
import { NablaError, UsageError } from "../lib/core/errors.ts";
import { exportRun } from "../lib/results/export.ts";
import { writeAtomically } from "../lib/results/files.ts";
import { openStore, type Store } from "../lib/results/store.ts";
import { exportWeights } from "../lib/train/export_weights.ts";
import { dataFolder, runCommand } from "./cli/command.ts";
import { callersFolder } from "./cli/experiments.ts";
import { common, type Option } from "./cli/options.ts";

const formats = ["json", "csv", "safetensors"] as const;

const options = {
  format: {
    type: "text",
    choices: formats,
    help: "whole record, metrics, or weights (json)",
  },
  output: {
    type: "text",
    value: "FILE",
    help: "write there instead of to stdout",
  },
  replica: {
    type: "integer",
    value: "R",
    help: "which replica's weights, counted from 0 (0)",
  },
  ...common,
} as const satisfies Record<string, Option>;

await runCommand({
  usage: "deno task export RUN [options]",
  summary:
    "Writes a run with everything recorded, its metrics, or its weights.",
  words: [1, 1],
  options,
  notes: [
    "Weights are those of the last checkpoint, named, ordered and laid out as",
    "PyTorch's: load_file() of the safetensors package reads them.",
  ],
}, async ([id], { format = "json", output, replica = 0, json }) => {
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
  const path = output && resolve(callersFolder(), output);
  if (path) requireWritable(path);
  using store = openStore(dataFolder(), { mode: "read" });
  const bytes = format === "safetensors"
    ? weights(store, id!, replica)
    : new TextEncoder().encode(exportRun(store, id!, format as "json" | "csv"));
  if (path) writeAtomically(path, bytes);
  else {
    await new Blob([bytes as BlobPart]).stream().pipeTo(Deno.stdout.writable);
  }
  return 0;
});

/** Fails unless the file may be written. */
function requireWritable(path: string): void {
  const { state } = Deno.permissions.querySync({ name: "write", path });
  if (state === "granted") return;
  throw new UsageError(
    `Cannot write ${path}: deno task export may write below ${Deno.cwd()} alone; leave --output out and redirect stdout, as in deno task export RUN > FILE`,
  );
}

/** The weights of the run's last checkpoint that is whole. */
function weights(store: Store, id: string, replica: number): Uint8Array {
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
