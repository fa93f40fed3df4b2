/** How `deno task export` is called. */
import { type Command, common, type Option } from "../cli/options.ts";

const formats = ["json", "csv", "html", "safetensors", "shipped"] as const;

const options = {
  format: {
    type: "text",
    choices: formats,
    help:
      "whole record, metrics, page, weights, or what ships with Nabla (json)",
  },
  output: {
    type: "output",
    value: "FILE",
    help: "write there instead of to stdout",
  },
  replica: {
    type: "integer",
    value: "R",
    help: "which replica's weights, counted from 0 (0)",
  },
  force: {
    type: "flag",
    help: "ship a run that is not a quick one in which everything held",
  },
  ...common,
} as const satisfies Record<string, Option>;

/** `deno task export`. */
export const exportCommand = {
  usage: "deno task export RUN|STUDY [options]",
  summary:
    "Writes a run with everything recorded, its metrics, its page, or its weights.",
  words: [1, 1],
  options,
  notes: [
    "Weights are those of the last checkpoint, named, ordered and laid out as PyTorch's: load_file() of the safetensors package reads them.",
    "A page is one file without scripts, to read offline or print.",
    "Of a study, the newest run is written.",
    "What ships goes to static/shipped/ unless --output names a file; of a study it is the newest completed quick run.",
  ],
} as const satisfies Command<typeof options>;
