import assert from "node:assert/strict";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { openSqlite } from "../../lib/results/sqlite.ts";
import { startServer } from "../../scripts/serve.ts";
import { testWith } from "../support/permissions.ts";
import { SEEDED, seedStore, startLiveRun } from "../support/seed_store.ts";
import { withDataFolder } from "../support/site.ts";

const NEEDS = { read: true, write: true, run: true, net: true, env: true };

/** What a server sends: its headers and the bytes behind them. */
interface Sent {
  status: number;
  headers: Headers;
  bytes: Uint8Array;
}

/** Registers a test that asks a server for what goes over the wire, before any client decodes it. */
function wireTest(
  name: string,
  test: (
    send: (path: string, accept: string, method?: string) => Promise<Sent>,
  ) => Promise<void>,
): void {
  testWith(NEEDS, name, () =>
    withDataFolder(async (folder) => {
      seedStore(folder);
      const server = await startServer({ port: 0 });
      try {
        const { port } = server;
        await test((path, accept, method = "GET") =>
          send(port, [
            `${method} ${path} HTTP/1.1`,
            `Host: 127.0.0.1:${port}`,
            `Accept-Encoding: ${accept}`,
            "Connection: close",
          ])
        );
      } finally {
        await server.stop();
      }
    }));
}

async function send(port: number, lines: string[]): Promise<Sent> {
  using connection = await Deno.connect({ hostname: "127.0.0.1", port });
  await connection.write(
    new TextEncoder().encode(lines.join("\r\n") + "\r\n\r\n"),
  );
  const chunks: Uint8Array[] = [];
  for await (const chunk of connection.readable) chunks.push(chunk);
  const all = new Uint8Array(await new Blob(chunks as BlobPart[]).bytes());
  const text = new TextDecoder("latin1").decode(all);
  const end = text.indexOf("\r\n\r\n");
  const [first, ...rest] = text.slice(0, end).split("\r\n");
  const headers = new Headers(
    rest.map((line) => line.split(/: ?(.*)/s, 2) as [string, string]),
  );
  const body = all.subarray(end + 4);
  const chunked = headers.get("transfer-encoding") === "chunked";
  return {
    status: Number(first!.split(" ")[1]),
    headers,
    bytes: chunked ? joinChunks(body) : body,
  };
}

/** The body of an answer with `transfer-encoding: chunked`. */
function joinChunks(body: Uint8Array): Uint8Array {
  const parts: number[] = [];
  for (let at = 0;;) {
    const end = body.indexOf(13, at);
    const size = parseInt(new TextDecoder().decode(body.subarray(at, end)), 16);
    if (size === 0) return new Uint8Array(parts);
    for (const byte of body.subarray(end + 2, end + 2 + size)) parts.push(byte);
    at = end + 2 + size + 2;
  }
}

wireTest("the server compresses text as the client asks", async (send) => {
  const text = ({ bytes }: Sent) => new TextDecoder().decode(bytes);
  const plain = await send("/api/runs", "identity");
  assert.equal(plain.headers.get("content-encoding"), null);
  const asked: [accept: string, coding: string | null][] = [
    ["gzip, deflate, br, zstd", "br"],
    ["gzip", "gzip"],
    ["br;q=0.1, gzip;q=0.9", "gzip"],
    ["br;q=0, gzip", "gzip"],
    ["gzip;q=0, br;q=0", null],
    ["identity;q=1, gzip;q=0.5", null],
    ["gzip;q=abc", null],
    ["", null],
  ];
  for (const [accept, coding] of asked) {
    const answer = await send("/api/runs", accept);
    assert.equal(answer.headers.get("content-encoding"), coding, accept);
    assert.match(answer.headers.get("vary")!, /accept-encoding/i);
    if (coding !== null) {
      assert.ok(answer.bytes.length < plain.bytes.length / 3, accept);
      const decode = coding === "br" ? brotliDecompressSync : gunzipSync;
      answer.bytes = decode(answer.bytes);
    }
    assert.equal(text(answer), text(plain), accept);
  }
});

wireTest("the server compresses every kind of text it has", async (send) => {
  const page = await send(`/runs/${SEEDED.parity}`, "identity");
  const script = /<\/_fresh\/js\/[^>]+\.js>/.exec(page.headers.get("link")!)![0]
    .slice(1, -1);
  const paths = [
    ...["/", "/runs", `/runs/${SEEDED.parity}`, "/studies/torch-parity"],
    ...["/style.css", "/icon.svg", "/katex/katex.min.css", script],
    ...[`/api/runs/${SEEDED.parity}/metrics`, "/nothing/here"],
  ];
  for (const path of paths) {
    const { headers, bytes } = await send(path, "br, gzip");
    assert.equal(headers.get("content-encoding"), "br", path);
    assert.ok(bytes.length > 0 && bytes.length < 100_000, path);
  }
  const font = await send("/katex/fonts/KaTeX_Main-Regular.woff2", "br, gzip");
  assert.equal(font.headers.get("content-encoding"), null);
});

wireTest("HEAD gives the headers of GET and no body", async (send) => {
  const paths = [`/api/runs/${SEEDED.parity}`, "/style.css", "/api/nothing"];
  for (const path of paths) {
    const get = await send(path, "identity");
    const head = await send(path, "identity", "HEAD");
    assert.equal(head.status, get.status);
    assert.equal(head.bytes.length, 0);
    const length = head.headers.get("content-length");
    assert.equal(length, `${get.bytes.length}`, path);
  }
  const { headers } = await send("/style.css", "br", "HEAD");
  assert.equal(headers.get("content-encoding"), "br");
  assert.equal(headers.get("content-length"), null);
});

testWith(
  NEEDS,
  "event streams are not compressed, and HEAD starts none",
  () =>
    withDataFolder(async (folder) => {
      using store = openSqlite(folder, { mode: "write" });
      startLiveRun(store)();
      const server = await startServer({ port: 0 });
      try {
        const path = "/api/runs/live-run/events";
        const head = await send(server.port, [
          `HEAD ${path} HTTP/1.1`,
          `Host: 127.0.0.1:${server.port}`,
          "Connection: close",
        ]);
        assert.equal(head.headers.get("content-length"), null);
        assert.equal(head.bytes.length, 0);
        const { headers, body } = await fetch(new URL(path, server.url));
        assert.equal(headers.get("content-encoding"), null);
        await body!.cancel();
      } finally {
        await server.stop();
      }
    }),
);
