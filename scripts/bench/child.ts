/** The parent's side of a contender: starts its process and asks it things. */
import type { Ask, Get, Give, Reply } from "./contender.ts";
import {
  type CommandLine,
  type ContenderName,
  contenders,
} from "./contenders.ts";
import { linesOf } from "./serve.ts";

/** A contender's process. */
export interface Child {
  readonly name: ContenderName;
  ask<A extends Ask>(ask: A, give: Give<A>): Promise<Get<A>>;
  close(): Promise<void>;
}

/**
 * Starts the process of a contender with the first of its command lines that
 * answers, and asks who it is.
 *
 * @throws {Error} If none does, with what the last one said
 */
export async function startChild(
  name: ContenderName,
): Promise<{ child: Child; introduction: Get<"hello"> }> {
  let refusal: unknown;
  for (const commandLine of contenders[name]) {
    let child: Child | undefined;
    try {
      child = spawn(name, commandLine);
      return { child, introduction: await child.ask("hello", {}) };
    } catch (error) {
      refusal = error;
      await child?.close();
    }
  }
  throw refusal;
}

function spawn(name: ContenderName, [program, ...args]: CommandLine): Child {
  const process = new Deno.Command(program, {
    args,
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
