/** How `deno task experiment` is called. */
import { configOptions } from "../cli/configure.ts";
import { type Command, common, type Option } from "../cli/options.ts";

const options = {
  ...configOptions,
  seed: {
    type: "integer",
    value: "N",
    maximum: 0xffffffff,
    help: "where all random numbers start (0)",
  },
  resume: {
    type: "text",
    value: "RUN",
    help: "go on with a stopped run from its last checkpoint",
  },
  changed: {
    type: "flag",
    help: "go on although the file was changed since",
  },
  data: {
    type: "folder",
    value: "FOLDER",
    help: "use data files you downloaded yourself",
  },
  watchdog: {
    type: "integer",
    value: "SECONDS",
    minimum: 1,
    maximum: 86_400,
    help: "give up after so long without a sign of life (60)",
  },
  profile: {
    type: "flag",
    help: "print the time of every kernel after training",
  },
  yes: {
    type: "flag",
    help: "start without a question, however long it takes",
  },
  list: { type: "flag", help: "list the experiments with their fields" },
  ...common,
} as const satisfies Record<string, Option>;

/** `deno task experiment`. */
export const experiment = {
  usage: "deno task experiment [STUDY | FILE.ts] [options]",
  summary:
    "Trains a study on the GPU and records the run. Without a study: a short tour.",
  words: [0, 1],
  modules: true,
  options,
  notes: [
    "A file of your own may lie anywhere. Its types are checked before it runs; it may read its folder and write the data folder, and nothing else.",
    "To go on with a run of your own, name the file again.",
    "The full preset says how long it will take, and asks before more than an hour.",
    "",
    "Exit codes: 0 reproduced, 1 missed or failed, 2 wrong command line, 3 no GPU adapter, 4 GPU hung, 130 and 143 stopped by a signal (a checkpoint was saved).",
  ],
} as const satisfies Command<typeof options>;
