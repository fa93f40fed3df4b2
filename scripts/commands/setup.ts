/** How `deno task setup` is called. */
import { type Command, common, type Option } from "../cli/options.ts";

const options = {
  browser: { type: "flag", help: "provide a Chromium for the tests, too" },
  help: common.help,
} as const satisfies Record<string, Option>;

/** `deno task setup`. */
export const setup = {
  usage: "deno task setup [--browser]",
  summary:
    "Provides a WebGPU adapter where there is none: Vulkan drivers that compute on the CPU.",
  words: [0, 0],
  options,
  notes: [
    "Installs with apt-get, as root or through sudo without a password, and says so; elsewhere it prints the line to type. The other tasks do this by themselves.",
    "Exit code 3 if it cannot help.",
  ],
} as const satisfies Command<typeof options>;
