/** `deno task serve`: builds the site and serves it until told to stop. */
import { dataFolder, printJson, runCommand } from "./cli/command.ts";
import { announce } from "./serve/address.ts";
import { serve } from "./commands/serve.ts";
import { FIRST_PORT, startServer } from "./serve/server.ts";
import { surviveFloatingErrors, untilSignal } from "./serve/process.ts";

export {
  type RunningServer,
  type ServerOptions,
  startServer,
} from "./serve/server.ts";

if (import.meta.main) {
  await runCommand(serve, async (_words, { port, host, json }) => {
    const server = await startServer({ port, hostname: host });
    if (json) printJson({ url: server.url, port: server.port });
    else {
      if (port === undefined && server.port !== FIRST_PORT) {
        console.log(`Port ${FIRST_PORT} is taken: using ${server.port}`);
      }
      console.log(`Nabla is at ${server.url}`);
    }
    announce(dataFolder(), server.url);
    surviveFloatingErrors();
    await untilSignal(["SIGINT", "SIGTERM"]);
    await server.stop();
    return 0;
  });
}
