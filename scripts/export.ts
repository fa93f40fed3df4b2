/** `deno task export`: one run as a file on stdout. */
import { exportRun } from "../lib/results/export.ts";
import { openStore } from "../lib/results/store.ts";
import { dataFolder, runCommand } from "./cli/command.ts";
import { common, type Option } from "./cli/options.ts";

const formats = ["json", "csv"] as const;

const options = {
  format: {
    type: "text",
    choices: formats,
    help: "json: the whole record; csv: the metrics (json)",
  },
  ...common,
} as const satisfies Record<string, Option>;

await runCommand({
  usage: "deno task export RUN [--format json|csv]",
  summary: "Writes a run with everything recorded to stdout.",
  words: [1, 1],
  options,
}, ([id], { format, json }) => {
  using store = openStore(dataFolder(), { mode: "read" });
  const chosen = json ? "json" : (format ?? "json") as typeof formats[number];
  const text = exportRun(store, id!, chosen);
  console.log(text.trimEnd());
  return 0;
});
