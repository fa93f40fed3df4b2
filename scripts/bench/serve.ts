/** The child's side: answers requests on standard input until it ends. */
import type { Ask, Contender, Get, Reply, Work } from "./contender.ts";
import type { Workload } from "./workload.ts";

/** Opens the contender and answers the parent's requests, one at a time. */
export async function serve(open: () => Promise<Contender>): Promise<never> {
  // Libraries greet and warn on the console; standard output is for replies.
  console.log = console.info = console.debug = console.error;
  const state: { contender?: Contender; work?: Work } = {};
  for await (const line of linesOf(Deno.stdin.readable)) {
    let reply: Reply;
    try {
      reply = { ok: await answer(state, open, JSON.parse(line)) };
    } catch (error) {
      reply = { error: error instanceof Error ? error.message : String(error) };
    }
    const bytes = new TextEncoder().encode(JSON.stringify(reply) + "\n");
    for (let sent = 0; sent < bytes.length;) {
      sent += Deno.stdout.writeSync(bytes.subarray(sent));
    }
  }
  Deno.exit(0);
}

async function answer(
  state: { contender?: Contender; work?: Work },
  open: () => Promise<Contender>,
  request: { ask: Ask; workload: Workload; n: number },
): Promise<Get<Ask>> {
  const contender = state.contender ??= await open();
  switch (request.ask) {
    case "hello":
      return { version: contender.version, adapter: contender.adapter };
    case "open": {
      state.work = await contender.open(request.workload);
      const start = performance.now();
      const values = await state.work.values();
      return { values, ms: performance.now() - start };
    }
    case "sample":
      return { ms: await time(state.work, request.n) };
    case "close":
      state.work?.close();
      state.work = undefined;
      return {};
  }
}

async function time(work: Work | undefined, n: number): Promise<number> {
  if (!work) throw new Error("Cannot time: no workload is open");
  const start = performance.now();
  await work.run(n);
  return performance.now() - start;
}

/** Lines of a byte stream, without their ends. */
export async function* linesOf(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
): AsyncGenerator<string> {
  let rest = "";
  for await (const text of stream.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split("\n");
    rest = lines.pop()!;
    yield* lines;
  }
}
