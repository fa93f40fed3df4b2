import { Builder } from "fresh/dev";
import { NablaError } from "../../lib/core/errors.ts";
import { app } from "../../main.ts";
import { DEFAULT_HOST } from "../commands/serve.ts";
import { guard, type Handler, secure } from "./guard.ts";

/** Where the server listens and which data it shows. */
export interface ServerOptions {
  /** Undefined: the first free port from 8000 to 8019. 0: any free port. */
  port?: number;
  /** Default 127.0.0.1: this machine alone. */
  hostname?: string;
  /** Data folder in place of what `NABLA_DATA` says. */
  dataDir?: string;
}

/** A server that runs. */
export interface RunningServer {
  port: number;
  /** Address to open in a browser, for example `http://127.0.0.1:8000/`. */
  url: string;
  /** Closes every connection and ends. */
  stop: () => Promise<void>;
}

/** The port it tries first unless told otherwise. */
export const FIRST_PORT = 8000;
const LAST_PORT = 8019;

/**
 * Builds the site in memory and serves it behind the guard.
 * @throws {NablaError} If the port is taken or the host is not this machine's
 */
export async function startServer(
  { port, hostname = DEFAULT_HOST, dataDir }: ServerOptions = {},
): Promise<RunningServer> {
  if (dataDir !== undefined) Deno.env.set("NABLA_DATA", dataDir);
  const root = new URL("../../", import.meta.url).href;
  (await new Builder({ root }).build())(app);
  const handler = app.handler();

  const abort = new AbortController();
  let guarded: Handler = () => new Response(null, { status: 503 });
  const server = bind(
    port,
    hostname,
    abort.signal,
    (req, info) => guarded(req, info),
  );
  const bound = server.addr.port;
  guarded = guard(handler, { port: bound, hostname });
  return {
    port: bound,
    url: `http://${
      hostname.includes(":") ? `[${hostname}]` : hostname
    }:${bound}/`,
    async stop() {
      // Not shutdown(): it waits for event streams, which end with the reader.
      abort.abort();
      await server.finished;
    },
  };
}

function bind(
  port: number | undefined,
  hostname: string,
  signal: AbortSignal,
  handler: Handler,
): Deno.HttpServer<Deno.NetAddr> {
  const onError = (error: unknown) => {
    console.error(error);
    return secure(new Response("Internal Server Error", { status: 500 }));
  };
  for (let candidate = port ?? FIRST_PORT;; candidate++) {
    const place = { port: candidate, hostname, signal };
    const options = { ...place, onError, automaticCompression: true };
    try {
      return Deno.serve({ ...options, onListen: () => {} }, handler);
    } catch (error) {
      if (error instanceof Deno.errors.NotCapable) throw error;
      if (!(error instanceof Deno.errors.AddrInUse)) {
        throw new NablaError(
          `Cannot serve on ${hostname}:${candidate}: ${
            (error as Error).message
          }. Choose another --host or --port`,
          { cause: error },
        );
      }
      if (port !== undefined) {
        throw new NablaError(
          `Cannot serve on ${hostname}:${port}: the port is taken. Stop the program that uses it or choose another --port`,
          { cause: error },
        );
      }
      if (candidate === LAST_PORT) {
        throw new NablaError(
          `Cannot serve on ${hostname}: ports ${FIRST_PORT} to ${LAST_PORT} are taken. Choose another with --port`,
          { cause: error },
        );
      }
    }
  }
}
