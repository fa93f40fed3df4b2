import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Builder } from "fresh/dev";
import { missing, testWith } from "../support/permissions.ts";
import { buildFixture, withErrors } from "./support.ts";

const NEEDS = { read: true, run: true, env: true };
const handler = missing(NEEDS).length === 0 ? await buildFixture() : null;

function get(path: string, init?: RequestInit): Promise<Response> {
  return handler!(new Request(`http://127.0.0.1:8000${path}`, init));
}

async function text(path: string): Promise<string> {
  return await (await get(path)).text();
}

testWith(NEEDS, "file routes answer as their names say", async () => {
  assert.match(await text("/runs"), /<h1>All runs of Ada<\/h1>/);
  assert.match(await text("/runs/"), /<h1>All runs of Ada<\/h1>/);
  assert.equal(await text("/files/a/b%20c"), "a/b c");
  assert.equal(await text("/files"), "");
  const lost = await get("/runs/1/");
  assert.match(await lost.text(), /<h1>Nothing here<\/h1>/);
});

testWith(NEEDS, "page() carries data, status and headers", async () => {
  const response = await get("/runs/7");
  assert.equal(response.status, 203);
  assert.equal(response.headers.get("x-run"), "yes");
  assert.match(await response.text(), /<h1>Run 7 of 2\.0<\/h1>/);
  const created = await get("/runs/7", { method: "POST", body: '{"a":1}' });
  assert.equal(created.status, 201);
  assert.deepEqual(await created.json(), { a: 1 });
});

testWith(NEEDS, "_404 and _error answer what is thrown", async () => {
  assert.match(await text("/runs/none"), /<h1>Nothing here<\/h1>/);
  const teapot = await get("/runs/teapot");
  assert.equal(teapot.status, 418);
  assert.match(await teapot.text(), /<h1>Failed: 418<\/h1>/);
  await withErrors(async (logged) => {
    assert.equal((await get("/runs/bad")).status, 500);
    assert.equal((await get("/layered")).status, 500);
    assert.match(`${logged[1]}`, /it exports config/);
  });
});

testWith(NEEDS, "island props cannot end the boot script", async () => {
  const response = await get("/");
  const html = await response.text();
  const nonce = Reflect.get(response, Symbol.for("__freshNonce"));
  const script = /<script type="module" nonce="(\w+)">(.*?)<\/script>/s
    .exec(html)!;
  assert.equal(script[1], nonce);
  assert.match(script[2]!, /\\u003c\/script>\\u003c!--\$&/);
  assert.match(html, /<title>Home &amp; more<\/title>/);
  assert.equal(html.match(/<title>/g)?.length, 1);
  assert.match(html, /href="\/site\.css".*href="\/home\.css"/s);
});

testWith(NEEDS, "an island within an island is part of it", async () => {
  const html = await text("/");
  assert.equal(html.match(/<!--frsh:island:/g)?.length, 3);
  assert.equal(html.match(/<button/g)?.length, 2);
});

testWith(NEEDS, "pages without islands have no script", async () => {
  const response = await get("/runs");
  assert.equal(response.headers.get("link"), null);
  assert.doesNotMatch(await response.text(), /<script/);
});

testWith(NEEDS, "staticFiles() sends nothing but static files", async () => {
  const css = await get("/site.css");
  assert.equal(css.headers.get("content-type"), "text/css; charset=utf-8");
  assert.match(css.headers.get("cache-control")!, /no-store/);
  assert.equal((await get("/site.css", { method: "POST" })).status, 405);
  const head = await get("/site.css", { method: "HEAD" });
  assert.equal(await head.text(), "");
  assert.equal(
    head.headers.get("content-length"),
    `${(await css.text()).length}`,
  );
  assert.equal(await text("/s%69te.css"), await text("/site.css"));
  for (const path of ["/.hidden", "/..%2fapp.ts", "/app.ts"]) {
    assert.match(await text(path), /Nothing here/, path);
  }
});

testWith(
  NEEDS,
  "scripts are immutable, a lazy import is not preloaded",
  async () => {
    const links = (await get("/drawn")).headers.get("link")!;
    const urls = [...links.matchAll(/<([^>]+)>; rel="modulepreload"/g)]
      .map((match) => match[1]!);
    assert.equal(urls.length, 2);
    const island = await text(urls.find((url) => url.includes("Drawn"))!);
    assert.doesNotMatch(island, /loaded on demand/);
    const lazy = /import\("\.\/([\w-]+\.js)"\)/.exec(island)![1]!;
    const response = await get(new URL(lazy, `http://h${urls[0]}`).pathname);
    assert.match(response.headers.get("cache-control")!, /immutable/);
    assert.equal(
      response.headers.get("content-type"),
      "text/javascript; charset=utf-8",
    );
    assert.match(await response.text(), /loaded on demand/);
  },
);

testWith(
  { ...NEEDS, write: true },
  "build() refuses files it cannot serve",
  async () => {
    const root = Deno.makeTempDirSync({ prefix: "nabla-test-" });
    const build = () => new Builder({ root }).build();
    try {
      for (const name of ["routes", "islands", "static"]) {
        await mkdir(join(root, name));
      }
      await assert.rejects(build, /no page _app\.tsx/);
      const component = "export default () => null;";
      await writeFile(join(root, "routes/_app.ts"), component);
      await build();
      await writeFile(join(root, "routes/_layout.ts"), component);
      await assert.rejects(build, /"\/_layout".*lib\/fresh knows/);
      await writeFile(join(root, "islands/A.ts"), 'import "no-such-package";');
      await assert.rejects(
        build,
        /Cannot bundle the islands.*no-such-package/s,
      );
    } finally {
      Deno.removeSync(root, { recursive: true });
    }
  },
);
