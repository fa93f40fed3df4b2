/** How `deno task derive` is called. */
import { type Command, common, type Option } from "../cli/options.ts";

const options = {
  seed: {
    type: "integer",
    value: "N",
    help: "where the random inputs start (0)",
  },
  repetitions: {
    type: "integer",
    value: "N",
    minimum: 1,
    help: "random points per line (8)",
  },
  "require-gpu": {
    type: "flag",
    help: "fail where there is no adapter, instead of leaving kernels out",
  },
  ship: {
    type: "flag",
    help: "also write the file of checks that ships with Nabla",
  },
  ...common,
} as const satisfies Record<string, Option>;

/** `deno task derive`. */
export const derive = {
  usage: "deno task derive [STUDY] [options]",
  summary:
    "Checks every line of the derivations in float64, and its kernels on the GPU.",
  words: [0, 1],
  options,
  notes: ["Exit code 1 if a line or a kernel fails its check."],
} as const satisfies Command<typeof options>;
