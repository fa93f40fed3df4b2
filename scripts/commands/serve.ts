/** How `deno task serve` is called. */
import { type Command, common, type Option } from "../cli/options.ts";

/** Where it listens unless told otherwise: this machine alone. */
export const DEFAULT_HOST = "127.0.0.1";

const options = {
  port: {
    type: "integer",
    value: "N",
    maximum: 65535,
    help: "port, 0 for any free one; 8000 or the next free one if not given",
  },
  host: {
    type: "text",
    value: "NAME",
    help: `name or address to listen on, ${DEFAULT_HOST} if not given`,
  },
  ...common,
} as const satisfies Record<string, Option>;

/** `deno task serve`. */
export const serve = {
  usage: "deno task serve [--port N] [--host NAME]",
  summary: "Shows studies and runs in the browser.",
  words: [0, 0],
  options,
} as const satisfies Command<typeof options>;
