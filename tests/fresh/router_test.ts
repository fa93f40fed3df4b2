import assert from "node:assert/strict";
import { makeRouter, pathToPattern } from "../../lib/fresh/router.ts";

function routerOf(...files: string[]) {
  const match = makeRouter(new Map(files.map((file) => [file, file])));
  return {
    target: (path: string) => match(path)?.target,
    params: (path: string) => match(path)?.params,
  };
}

Deno.test("makeRouter() takes a fixed path with and without a trailing slash", () => {
  const { target } = routerOf("/index", "/runs/index");
  assert.equal(target("/"), "/index");
  assert.equal(target("/runs"), "/runs/index");
  assert.equal(target("/runs/"), "/runs/index");
  assert.equal(target("/runs/x"), undefined);
});

Deno.test("makeRouter() does not take a pattern with a trailing slash", () => {
  const { params } = routerOf("/runs/[id]");
  assert.deepEqual(params("/runs/1"), { id: "1" });
  assert.equal(params("/runs/1/"), undefined);
});

Deno.test("makeRouter() puts fixed before [id] before [...rest]", () => {
  const { target } = routerOf(
    "/[...rest]",
    "/[page]",
    "/runs/[...rest]",
    "/runs/[id]/edit",
    "/runs/[id]",
    "/runs/new",
  );
  const cases = {
    "/runs/new": "/runs/new",
    "/runs/1": "/runs/[id]",
    "/runs/1/edit": "/runs/[id]/edit",
    "/runs/1/2": "/runs/[...rest]",
    "/about": "/[page]",
    "/a/b": "/[...rest]",
  };
  for (const [path, file] of Object.entries(cases)) {
    assert.equal(target(path), file, path);
  }
});

Deno.test("makeRouter() decodes parameters as decodeURI does", () => {
  const { params } = routerOf("/r/[id]", "/files/[...rest]");
  assert.deepEqual(params("/r/a%20b%2Fc"), { id: "a b%2Fc" });
  assert.throws(() => params("/r/%E0%A4%A"), URIError);
  assert.deepEqual(params("/files"), { rest: "" });
  assert.deepEqual(params("/files/a/b"), { rest: "a/b" });
});

Deno.test("pathToPattern() translates file names", () => {
  const cases = {
    "/index": "/",
    "/runs/index": "/runs",
    "/runs/[id]": "/runs/:id",
    "/runs/[id]/index": "/runs/:id",
    "/files/[...rest]": "/files/:rest*",
    "/feed.xml": "/feed.xml",
  };
  for (const [path, pattern] of Object.entries(cases)) {
    assert.equal(pathToPattern(path), pattern, path);
  }
});

Deno.test("pathToPattern() refuses what upstream routes and this does not", () => {
  for (
    const path of [
      "/_layout",
      "/runs/_middleware",
      "/runs/_error",
      "/(group)/a",
      "/(_islands)/A",
      "/api/[[version]]",
      "/pre-[a]",
      "/[a",
    ]
  ) {
    assert.throws(() => pathToPattern(path), /lib\/fresh knows/, path);
  }
});
