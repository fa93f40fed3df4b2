import assert from "node:assert/strict";
import { NablaError } from "../../lib/core/errors.ts";
import { openSqlite } from "../../lib/results/sqlite.ts";
import { startServer } from "../../scripts/serve.ts";
import { testWith } from "../support/permissions.ts";
import { startLiveRun } from "../support/seed_store.ts";

const NEEDS = { read: true, write: true, run: true, net: true, env: true };

testWith(NEEDS, "startServer() serves the site and stops", async () => {
  const dataDir = await Deno.makeTempDir();
  const before = Deno.env.get("NABLA_DATA");
  const server = await startServer({ port: 0, dataDir });
  try {
    const response = await fetch(server.url + "no-such-page");
    assert.equal(response.status, 404);
    assert.match(response.headers.get("content-type")!, /html/);
    assert.equal(response.headers.get("x-frame-options"), "DENY");
    await response.body?.cancel();
  } finally {
    await server.stop();
    if (before === undefined) Deno.env.delete("NABLA_DATA");
    else Deno.env.set("NABLA_DATA", before);
    await Deno.remove(dataDir, { recursive: true });
  }
  await assert.rejects(fetch(server.url));
});

testWith(
  NEEDS,
  "startServer() stops while a reader follows a run",
  async () => {
    const dataDir = await Deno.makeTempDir();
    const before = Deno.env.get("NABLA_DATA");
    using store = openSqlite(dataDir, { mode: "write" });
    const stopRun = startLiveRun(store);
    const server = await startServer({ port: 0, dataDir });
    try {
      const events = await fetch(`${server.url}api/runs/live-run/events`);
      assert.match(events.headers.get("content-type")!, /event-stream/);
      await server.stop();
      await events.body?.cancel().catch(() => {});
    } finally {
      stopRun();
      if (before === undefined) Deno.env.delete("NABLA_DATA");
      else Deno.env.set("NABLA_DATA", before);
      await Deno.remove(dataDir, { recursive: true });
    }
  },
);

testWith(NEEDS, "startServer() names a port that is taken", async () => {
  using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = taken.addr;
  await assert.rejects(startServer({ port }), (error) => {
    assert.ok(error instanceof NablaError);
    assert.match(error.message, new RegExp(`:${port}: the port is taken`));
    return true;
  });
});

/** Starts the site through the launcher, as its task does, until `use` is done with its first line. */
async function serve(
  args: string[],
  use: (line: string, child: Deno.ChildProcess) => Promise<void> | void,
): Promise<{ code: number; stderr: string }> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["task", "--quiet", "serve", ...args],
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const reader = child.stdout.getReader();
  const { value } = await reader.read();
  if (value) await use(new TextDecoder().decode(value), child);
  reader.releaseLock();
  await child.stdout.cancel();
  const stderr = await new Response(child.stderr).text();
  return { code: (await child.status).code, stderr };
}

testWith(NEEDS, "deno task serve ends with 0 on a signal", async () => {
  const args = ["--port", "0", "--json"];
  const { code } = await serve(args, async (line, child) => {
    const { url, port } = JSON.parse(line);
    assert.equal(url, `http://127.0.0.1:${port}/`);
    const response = await fetch(url);
    await response.body?.cancel();
    // As Ctrl-C under a task runner, which passes it on twice.
    child.kill("SIGINT");
    child.kill("SIGINT");
  });
  assert.equal(code, 0);
});

testWith(NEEDS, "deno task serve ends with 2 for a wrong option", async () => {
  const cases = [
    [["--prot", "1"], /did you mean --port/],
    [["--port", "70000"], /integer from 0 to 65535/],
  ] as const;
  for (const [args, message] of cases) {
    const { code, stderr } = await serve([...args], () => {});
    assert.equal(code, 2);
    assert.match(stderr, message);
  }
});

testWith(NEEDS, "deno task serve ends with 1 for a taken port", async () => {
  using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { code, stderr } = await serve(
    ["--port", `${taken.addr.port}`],
    () => {},
  );
  assert.equal(code, 1);
  assert.match(stderr, /the port is taken/);
});
