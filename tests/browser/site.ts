import { type RunningServer, startServer } from "../../scripts/serve.ts";
import { testWith } from "../support/permissions.ts";
import { withDataFolder } from "../support/site.ts";

const NEEDS = { read: true, write: true, env: true, run: true, net: true };

/** Registers a test that has a data folder and a server on it. */
export function browserTest(
  name: string,
  test: (folder: string, server: RunningServer) => Promise<void>,
  options: { shipped?: boolean } = {},
): void {
  testWith(NEEDS, name, () =>
    withDataFolder(async (folder) => {
      const server = await startServer({ port: 0 });
      try {
        await test(folder, server);
      } finally {
        await server.stop();
      }
    }, options));
}
