/** `deno task serve`: builds the site and serves it until told to stop. */
import { printJson, runCommand } from "./cli/command.ts";
import { common } from "./cli/options.ts";
import { DEFAULT_HOST, FIRST_PORT, startServer } from "./serve/server.ts";
import { surviveFloatingErrors, untilSignal } from "./serve/process.ts";

export {
  type RunningServer,
  type ServerOptions,
  startServer,
} from "./serve/server.ts";

const command = {
  usage: "deno task serve [--port N] [--host NAME]",
  summary: "Shows studies and runs in the browser.",
  words: [0, 0],
  options: {
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
  },
} as const;

if (import.meta.main) {
  await runCommand(command, async (_words, { port, host, json }) => {
    const server = await startServer({ port, hostname: host });
    if (json) printJson({ url: server.url, port: server.port });
    else {
      if (port === undefined && server.port !== FIRST_PORT) {
        console.log(`Port ${FIRST_PORT} is taken: using ${server.port}`);
      }
      console.log(`Nabla is at ${server.url}`);
    }
    surviveFloatingErrors();
    await untilSignal(["SIGINT", "SIGTERM"]);
    await server.stop();
    return 0;
  });
}
