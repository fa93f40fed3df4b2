import assert from "node:assert/strict";
import { guard, type GuardOptions } from "../../scripts/serve/guard.ts";
import { testWith } from "../support/permissions.ts";

const PLACE: GuardOptions = { port: 8000, hostname: "127.0.0.1" };
const HEADERS = {
  "x-content-type-options": /^nosniff$/,
  "referrer-policy": /^no-referrer$/,
  "x-frame-options": /^DENY$/,
  "cross-origin-resource-policy": /^same-origin$/,
  "vary": /^accept-encoding$/,
  "content-security-policy": /frame-ancestors 'none'/,
};

function assertSecure(response: Response): void {
  for (const [name, pattern] of Object.entries(HEADERS)) {
    assert.match(response.headers.get(name) ?? "", pattern, name);
  }
}

/** A guarded handler that counts what gets through to it. */
function guarded(options = PLACE) {
  const passed: string[] = [];
  const handler = guard(async (req) => {
    passed.push(req.url);
    return new Response(`${(await req.bytes()).length} bytes`);
  }, options);
  return { passed, handler };
}

async function ask(
  init: RequestInit & { url?: string; headers?: Record<string, string> },
): Promise<number> {
  const { passed, handler } = guarded();
  const { url = "http://127.0.0.1:8000/x", ...rest } = init;
  const response = await handler(new Request(url, rest));
  assertSecure(response);
  assert.equal(passed.length, response.status === 200 ? 1 : 0);
  return response.status;
}

const ORIGINS: [
  name: string,
  headers: Record<string, string>,
  mayWrite: boolean,
][] = [
  ["none", {}, true],
  ["a cookie and no origin", { cookie: "a=b" }, false],
  ["own", { origin: "http://127.0.0.1:8000" }, true],
  ["own by another name", { origin: "http://localhost:8000" }, true],
  ["own over https", { origin: "https://127.0.0.1:8000" }, false],
  ["another port", { origin: "http://127.0.0.1:8001" }, false],
  ["foreign", { origin: "http://evil.example" }, false],
  ["null", { origin: "null" }, false],
  ["same-origin", { "sec-fetch-site": "same-origin" }, true],
  ["typed in", { "sec-fetch-site": "none" }, true],
  ["same-site", { "sec-fetch-site": "same-site" }, false],
  ["cross-site", { "sec-fetch-site": "cross-site" }, false],
  ["own origin, cross-site", {
    "origin": "http://127.0.0.1:8000",
    "sec-fetch-site": "cross-site",
  }, false],
];

const HOSTS: [host: string, known: boolean][] = [
  ["127.0.0.1:8000", true],
  ["localhost:8000", true],
  ["[::1]:8000", true],
  ["evil.example", false],
  ["evil.example:8000", false],
  ["127.0.0.1:8001", false],
  ["127.0.0.1", false],
  ["127.0.0.1.evil.example:8000", false],
];

Deno.test("guard() answers by Host, Origin and method as the matrix says", async () => {
  for (const [host, known] of HOSTS) {
    for (const [name, headers, mayWrite] of ORIGINS) {
      for (
        const method of [
          "GET",
          "HEAD",
          "OPTIONS",
          "POST",
          "PUT",
          "PATCH",
          "DELETE",
        ]
      ) {
        const reads = ["GET", "HEAD", "OPTIONS"].includes(method);
        const expected = !known ? 421 : reads || mayWrite ? 200 : 403;
        const url = `http://${host}/x`;
        const status = await ask({ url, method, headers });
        assert.equal(status, expected, `${method} to ${host}, origin ${name}`);
      }
    }
  }
});

Deno.test("guard() checks the Host header beside the URL", async () => {
  assert.equal(await ask({ headers: { host: "evil.example" } }), 421);
  assert.equal(await ask({ headers: { host: "LOCALHOST:8000" } }), 200);
});

Deno.test("guard() has HEAD handled as GET", async () => {
  const handler = guard((req) => new Response(req.method), PLACE);
  const url = "http://127.0.0.1:8000/x";
  const response = await handler(new Request(url, { method: "HEAD" }));
  assert.equal(await response.text(), "GET");
});

Deno.test("guard() says so where a body breaks off", async () => {
  const body = new ReadableStream({
    pull: (controller) => controller.error(new TypeError("connection lost")),
  });
  assert.equal(await ask({ method: "POST", body }), 400);
});

Deno.test("guard() refuses upgrades and event streams of other sites", async () => {
  const origin = "http://evil.example";
  const accept = "text/event-stream";
  assert.equal(await ask({ headers: { accept, origin } }), 403);
  assert.equal(await ask({ headers: { accept } }), 200);
  assert.equal(await ask({ headers: { upgrade: "websocket", origin } }), 403);
});

Deno.test("guard() knows the host it was told to listen on", async () => {
  const { handler } = guarded({ port: 8000, hostname: "Lab.Example" });
  const to = (host: string) => handler(new Request(`http://${host}/`));
  assert.equal((await to("lab.example:8000")).status, 200);
  assert.equal((await to("other.example:8000")).status, 421);
});

Deno.test("guard() limits bodies to 1 MB, declared or not", async () => {
  const send = (bytes: number, stream: boolean) => {
    const data = new Uint8Array(bytes);
    const body = stream ? ReadableStream.from([data]) : data;
    return ask({ method: "POST", body: body as BodyInit });
  };
  for (const stream of [false, true]) {
    assert.equal(await send(1024 * 1024, stream), 200);
    assert.equal(await send(1024 * 1024 + 1, stream), 413);
  }
  const headers = { "content-length": `${2 ** 21}` };
  assert.equal(await ask({ method: "POST", body: "x", headers }), 413);
});

Deno.test("guard() refuses unclean and overlong paths", async () => {
  const at = (path: string) => ask({ url: `http://127.0.0.1:8000${path}` });
  for (
    const path of [
      "/a%2fb",
      "/a%5Cb",
      "/%00",
      "/a//b",
      "/%E0%A4%A",
      "/%zz",
      "/%0a",
    ]
  ) {
    assert.equal(await at(path), 400, path);
  }
  assert.equal(await at("/" + "a".repeat(5000)), 414);
  assert.equal(await at("/?" + "a".repeat(5000)), 414);
  for (const path of ["/a%20b", "/%C3%A9?x=//%2f", "/a.b/..c"]) {
    assert.equal(await at(path), 200, path);
  }
});

Deno.test("guard() puts the page's nonce into the policy and keeps fixed headers", async () => {
  const page = Object.assign(new Response("page"), {
    [Symbol.for("__freshNonce")]: "abc",
  });
  const answers = [page, Response.redirect("http://127.0.0.1:8000/y")];
  const handler = guard(() => answers.shift()!, PLACE);
  const request = () => new Request("http://127.0.0.1:8000/x");
  const first = await handler(request());
  assertSecure(first);
  assert.match(
    first.headers.get("content-security-policy")!,
    /script-src 'self' 'nonce-abc';/,
  );
  const second = await handler(request());
  assertSecure(second);
  assert.equal(second.status, 302);
  assert.equal(second.headers.get("location"), "http://127.0.0.1:8000/y");
});

Deno.test("guard() answers 500 for a handler that throws", async () => {
  const { error } = console;
  console.error = () => {};
  try {
    const handler = guard(() => {
      throw new Error("Secret detail");
    }, PLACE);
    const response = await handler(new Request("http://127.0.0.1:8000/"));
    assert.equal(response.status, 500);
    assert.doesNotMatch(await response.text(), /Secret/);
    assertSecure(response);
  } finally {
    console.error = error;
  }
});

/** Sends bytes as they are and returns status and headers of the answer. */
async function raw(port: number, request: string): Promise<Response> {
  using connection = await Deno.connect({ hostname: "127.0.0.1", port });
  await connection.write(new TextEncoder().encode(request));
  const buffer = new Uint8Array(16384);
  const read = await connection.read(buffer) ?? 0;
  const answer = new TextDecoder().decode(buffer.subarray(0, read));
  const [first, ...lines] = answer.split("\r\n\r\n")[0]!.split("\r\n");
  const headers = lines.map((line) => line.split(/: ?(.*)/s, 2));
  return new Response(null, {
    status: Number(first!.split(" ")[1]),
    headers: headers as [string, string][],
  });
}

testWith(
  { net: true },
  "guard() sees requests as they come over the wire",
  async () => {
    let passed: string[] = [];
    let handler = guarded().handler;
    const server = Deno.serve(
      { port: 0, hostname: "127.0.0.1", onListen: () => {} },
      (req, info) => handler(req, info),
    );
    const { port } = server.addr;
    ({ handler, passed } = guarded({ port, hostname: "127.0.0.1" }));
    const host = `127.0.0.1:${port}`;
    const paths: [target: string, status: number][] = [
      ["/", 200],
      ["/../secret", 400],
      ["/a/../b", 400],
      ["/%2e%2e/secret", 400],
      ["/..%2fsecret", 400],
      ["/..\\secret", 400],
      ["//evil.example/x", 400],
      ["/a%00", 400],
      ["/%E0%A4%A", 400],
      ["/" + "a".repeat(9000), 414],
      [`http://${host}/`, 200],
      ["http://evil.example/", 421],
      ["http://evil.example@127.0.0.1/", 421],
    ];
    const hosts: [line: string, status: number][] = [
      ["Host: evil.example", 421],
      ["Host: a b", 400],
      ["Host:", 421],
      ["X: no host", 400],
      [`Host: ${host}\r\nX: ${"x".repeat(40_000)}`, 431],
    ];
    const end = "Connection: close\r\n\r\n";
    try {
      for (const [target, status] of paths) {
        passed.length = 0;
        const answer = await raw(
          port,
          `GET ${target} HTTP/1.1\r\nHost: ${host}\r\n${end}`,
        );
        assert.equal(answer.status, status, target.slice(0, 50));
        assert.equal(passed.length, status === 200 ? 1 : 0);
        assertSecure(answer);
      }
      for (const [line, status] of hosts) {
        const answer = await raw(port, `GET / HTTP/1.1\r\n${line}\r\n${end}`);
        assert.equal(answer.status, status, line.slice(0, 50));
        assertSecure(answer);
      }
      const unknown = ["TRACE", "get", "Get", "head", "connect", "QUERY", "X"];
      for (const method of unknown) {
        const answer = await raw(
          port,
          `${method} / HTTP/1.1\r\nHost: ${host}\r\n${end}`,
        );
        assert.equal(answer.status, 501, method);
        assertSecure(answer);
      }
      // These never reach the guard: the parser of Deno.serve refuses them.
      const refused = [
        `GET * HTTP/1.1\r\nHost: ${host}`,
        `GET /a b HTTP/1.1\r\nHost: ${host}`,
        `GET / HTTP/1.1\r\nHost: ${host}\r\nHost: evil.example`,
        `GET / HTTP/1.1\r\nHost: ${host}\r\nX: ${"x".repeat(70_000)}`,
      ];
      passed.length = 0;
      for (const request of refused) {
        const answer = await raw(port, `${request}\r\n${end}`);
        assert.equal(answer.status, 400, request.slice(0, 60));
      }
      assert.deepEqual(passed, []);
    } finally {
      await server.shutdown();
    }
  },
);
