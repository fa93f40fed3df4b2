import assert from "node:assert/strict";
import { App, createDefine, HttpError, page, type PageProps } from "fresh";
import { Head } from "fresh/runtime";
import { BUILD, type Build } from "../../lib/fresh/build.ts";
import type { Route } from "../../lib/fresh/types.ts";
import { withErrors } from "./support.ts";

const define = createDefine<unknown>();

// deno-lint-ignore no-explicit-any
type Routes = Record<string, Route<any>>;

/** A site without files: its routes by name, `_error` and `_404` among them. */
function siteOf(routes: Routes, app = new App().fsRoutes()) {
  const { _error = null, _404: notFound = null, ...rest } = routes;
  const entries = Object.entries(rest);
  app[BUILD] = {
    app: Frame,
    error: _error,
    notFound,
    routes: new Map(entries.map(([name, route]) => [
      `/${name}`,
      () => Promise.resolve(route),
    ])),
    islands: new Map(),
    bootUrl: "/boot.js",
    files: new Map(),
  } satisfies Build;
  const handler = app.handler();
  return (path: string, init?: RequestInit) =>
    handler(new Request("http://127.0.0.1:8000" + path, init));
}

const Frame = ({ Component }: PageProps) => (
  <html>
    <head>
      <title>Site</title>
      <link rel="stylesheet" href="/a.css" />
    </head>
    <body>
      <Component />
    </body>
  </html>
);

Deno.test("handler() needs a build", () => {
  assert.throws(() => new App().fsRoutes().handler(), /new Builder/);
});

Deno.test("use() wraps the routes registered after it, and what no route answers", async () => {
  const passed: string[] = [];
  const app = new App()
    .use(async (ctx) => {
      passed.push("first");
      const response = await ctx.next();
      response.headers.set("x-first", "yes");
      return response;
    })
    .fsRoutes()
    .use((ctx) => {
      passed.push("last");
      return ctx.next();
    });
  const get = siteOf({ x: { handler: () => new Response("x") } }, app);
  assert.equal((await get("/x")).headers.get("x-first"), "yes");
  assert.deepEqual(passed.splice(0), ["first"]);
  assert.equal((await get("/y")).status, 404);
  assert.deepEqual(passed, ["first", "last"]);
});

Deno.test("handler() collapses slashes and answers HEAD with GET, without the body", async () => {
  let cancelled = false;
  const body = () =>
    new ReadableStream({ cancel: () => void (cancelled = true) });
  const get = siteOf({
    "a/b": { handler: { GET: () => new Response(body(), { status: 203 }) } },
  });
  const head = await get("//a///b", { method: "HEAD" });
  assert.equal(head.status, 203);
  assert.equal(head.body, null);
  assert.ok(cancelled);
});

Deno.test("handler() answers a method that the route has not with 404", async () => {
  const get = siteOf({
    api: { handler: { POST: () => new Response("made") } },
    page: { default: () => <p>Page</p> },
    both: {
      handler: { POST: () => new Response("made") },
      default: () => <p>Page</p>,
    },
  });
  const status = async (path: string, method: string) =>
    (await get(path, { method })).status;
  assert.equal(await status("/api", "POST"), 200);
  assert.equal(await status("/api", "GET"), 404);
  assert.equal(await status("/page", "GET"), 200);
  assert.equal(await status("/page", "POST"), 404);
  assert.equal(await status("/both", "GET"), 200);
  assert.equal(await status("/both", "OPTIONS"), 404);
});

Deno.test("an error page has the error's status unless its handler gives one", async () => {
  const fail = (error: Error) => ({ handler: () => Promise.reject(error) });
  const routes = {
    taken: fail(new HttpError(409)),
    broken: fail(new Error("Secret")),
    none: fail(new HttpError(404, "No such run")),
  };
  const component = ({ error }: PageProps) => <p>{`${error}`}</p>;
  await withErrors(async (logged) => {
    const bare = siteOf({ ...routes, _error: { default: component } });
    const taken = await bare("/taken", { method: "POST" });
    assert.equal(taken.status, 409);
    assert.match(await taken.text(), /<p>HttpError: Conflict<\/p>/);
    assert.equal((await bare("/none")).status, 404);
    assert.equal(logged.length, 0);
    assert.equal((await bare("/broken")).status, 500);
    assert.equal(logged.length, 1);

    const handler = define.handlers(() => page({}, { status: 503 }));
    const own = siteOf({ ...routes, _error: { handler, default: component } });
    assert.equal((await own("/broken")).status, 503);
    assert.equal(logged.length, 1, "the handler logs");

    const plain = await siteOf(routes)("/broken");
    assert.equal(plain.status, 500);
    assert.equal(await plain.text(), "Internal Server Error");
    assert.equal(logged.length, 2);
  });
});

Deno.test("a _404 page alone answers 200, with page() its status", async () => {
  const component = () => <h1>Lost</h1>;
  const bare = siteOf({ _404: { default: component } });
  assert.equal((await bare("/x")).status, 200);
  const handler = () => page({}, { status: 404 });
  const spelled = siteOf({ _404: { default: component, handler } });
  assert.equal((await spelled("/x", { method: "POST" })).status, 404);
});

Deno.test("page() needs a page", async () => {
  await withErrors(async (logged) => {
    const get = siteOf({ x: { handler: () => page({}) } });
    assert.equal((await get("/x")).status, 500);
    assert.match(`${logged[0]}`, /its route has no page/);
  });
});

Deno.test("Head moves its children, the last title, meta and key win", async () => {
  const get = siteOf({
    index: {
      default: () => (
        <p>
          <Head>
            <title>A & B</title>
            <meta name="x" content="1" />
            <link key="k" rel="icon" href="/1.png" />
          </Head>
          <Head>
            <title>$& Last</title>
            <meta name="x" content="2" />
            <link key="k" rel="icon" href="/2.png" />
            <link rel="stylesheet" href="/b.css" />
          </Head>
        </p>
      ),
    },
  });
  assert.equal(
    await (await get("/")).text(),
    `<!DOCTYPE html><html><head><title>$&amp; Last</title>` +
      `<link rel="stylesheet" href="/a.css"/><meta name="x" content="2"/>` +
      `<link rel="icon" href="/2.png"/><link rel="stylesheet" href="/b.css"/>` +
      `</head><body><p></p></body></html>`,
  );
});
