/** How `deno task plan` is called. */
import { configOptions } from "../cli/configure.ts";
import { type Command, common } from "../cli/options.ts";

const options = { ...configOptions, ...common } as const;

/** `deno task plan`. */
export const plan = {
  usage: "deno task plan STUDY | FILE.ts [options]",
  summary:
    "Prints what the steps of a study cost, layer by layer, before it runs.",
  words: [1, 1],
  modules: true,
  options: options,
  notes: [
    "Without a WebGPU adapter: for WebGPU's default limits, and without times.",
  ],
} as const satisfies Command<typeof options>;
