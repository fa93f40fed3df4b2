/** The parent's side of a contender: starts its process and asks it things. */
import type { Ask, Get, Give, Reply } from "./contender.ts";
import { linesOf } from "./serve.ts";

/** A contender's process. */
export interface Child {
  readonly name: string;
  ask<A extends Ask>(ask: A, give: Give<A>): Promise<Get<A>>;
  close(): Promise<void>;
}

const here = (file: string) => new URL(file, import.meta.url).href;
const lock = new URL("./peers/deno.lock", import.meta.url);

/**
 * Peers come from npm at versions of their own lock file, outside the project's
 * import map and `node_modules`, so that nothing else depends on them.
 */
const peer = (file: string, backend: string) => [
  "--no-config",
  "--node-modules-dir=none",
  `--lock=${decodeURIComponent(lock.pathname)}`,
  "--frozen",
  "--allow-read",
  here(file),
  backend,
];

/** Arguments of `deno run` for each contender, in the order of the tables. */
export const contenders: Readonly<Record<string, readonly string[]>> = {
  "peak": [here("./peak.ts")],
  "nabla": [here("./nabla.ts")],
  "jax-js-webgpu": peer("./peers/jax.ts", "webgpu"),
  "tfjs-webgpu": peer("./peers/tfjs.ts", "webgpu"),
  "jax-js-wasm": peer("./peers/jax.ts", "wasm"),
  "tfjs-wasm": peer("./peers/tfjs.ts", "wasm"),
};

/** Starts the process of a contender. */
export function startChild(name: string): Child {
  const args = contenders[name]!;
  const process = new Deno.Command("deno", {
    args: ["run", "--no-prompt", "--quiet", ...args],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const replies = linesOf(process.stdout);
  const requests = process.stdin.getWriter();
  const complaints = collect(process.stderr);

  return {
    name,
    async ask(ask, give) {
      const line = JSON.stringify({ ask, ...give }) + "\n";
      await requests.write(new TextEncoder().encode(line)).catch(() => {});
      const { value } = await replies.next();
      if (value === undefined) {
        const { code } = await process.status;
        const lines = (await complaints).trim().split("\n");
        const said = lines.find((line) => /error/i.test(line)) ?? lines.at(-1);
        throw new Error(
          `its process ended with code ${code} when asked to ${ask}: ${said}`,
        );
      }
      const reply = JSON.parse(value) as Reply;
      if ("error" in reply) throw new Error(reply.error);
      return reply.ok as Get<typeof ask>;
    },
    async close() {
      await requests.close().catch(() => {});
      await replies.return(undefined);
      await process.status;
    },
  };
}

async function collect(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
): Promise<string> {
  let text = "";
  for await (const line of linesOf(stream)) text += line + "\n";
  return text;
}
