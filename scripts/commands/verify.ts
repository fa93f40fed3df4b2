/** How `deno task verify` is called. */
import { type Command, common, type Option } from "../cli/options.ts";

/** Largest difference that counts as the same, relative to the largest number of a series. */
export const tolerance = 1e-3;

const options = {
  data: {
    type: "folder",
    value: "FOLDER",
    help: "use data files you downloaded yourself",
  },
  ...common,
} as const satisfies Record<string, Option>;

/** `deno task verify`. */
export const verify = {
  usage: "deno task verify RUN [FILE.ts] [options]",
  summary:
    `Repeats a run from its record: bit-identical, within ${tolerance} of each series' largest number, or diverged at a step.`,
  words: [1, 2],
  modules: true,
  options,
  notes: [
    "A run of your own is repeated with the file that you name: what the store names is never run.",
    "Exit codes: 0 bit-identical or within tolerance, 1 diverged or failed.",
  ],
} as const satisfies Command<typeof options>;
