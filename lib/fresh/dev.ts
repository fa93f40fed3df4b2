import { readdir, readFile } from "node:fs/promises";
import { extname, join, relative, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { App } from "./app.ts";
import { BUILD, type Build, type LoadRoute } from "./build.ts";
import { buildIslands } from "./bundle.ts";
import { pathToPattern } from "./router.ts";
import type { Route } from "./types.ts";

/** Where a site is. */
export interface BuildOptions {
  /** Folder with `routes`, `islands` and `static`, as a path or `file:` URL. */
  root?: string;
  /** Whether islands start in the browser. Default: true; false to draw pages that need no script. */
  islands?: boolean;
}

/** A build whose islands are drawn and never start. */
const STILL: Pick<Build, "islands" | "bootUrl" | "files"> = {
  islands: new Map(),
  bootUrl: "",
  files: new Map(),
};

/** Finds routes, islands and static files and compiles the browser's scripts. */
export class Builder {
  #root: string;
  #islands: boolean;

  constructor({ root = ".", islands = true }: BuildOptions = {}) {
    this.#islands = islands;
    this.#root = root.startsWith("file:") ? fileURLToPath(root) : resolve(root);
  }

  /** Builds in memory; the function it returns gives the result to an app. */
  async build(): Promise<<State>(app: App<State>) => void> {
    const folder = (name: string) => join(this.#root, name);
    const islands = this.#islands
      ? await buildIslands(await listSources(folder("islands")))
      : STILL;
    const routes = await findRoutes(folder("routes"));
    const files = new Map(islands.files);
    for (const file of await listFiles(folder("static"))) {
      const path = "/" + relative(folder("static"), file);
      const hidden = path.includes("/.");
      if (!hidden) files.set(path, new Uint8Array(await readFile(file)));
    }
    return (app) => {
      app[BUILD] = { ...routes, ...islands, files };
    };
  }
}

async function findRoutes(
  folder: string,
): Promise<Pick<Build, "app" | "error" | "notFound" | "routes">> {
  const routes = new Map<string, LoadRoute>();
  for (const file of await listSources(folder)) {
    const path = "/" + relative(folder, file);
    const name = path.slice(0, -extname(path).length);
    routes.set(name, () => loadRoute(file));
  }
  const take = async (name: string) => {
    const load = routes.get(name);
    routes.delete(name);
    return await load?.() ?? null;
  };
  const app = (await take("/_app"))?.default;
  if (app === undefined) {
    throw new Error(`Cannot build the site as ${folder} has no page _app.tsx`);
  }
  const error = await take("/_error");
  const notFound = await take("/_404");
  // What cannot be routed is refused now, not when somebody misses it.
  for (const name of routes.keys()) pathToPattern(name);
  return { app, error, notFound, routes };
}

// deno-lint-ignore no-explicit-any
async function loadRoute(file: string): Promise<Route<any>> {
  const module = await import(pathToFileURL(file).href);
  const other = ["handlers", "config", "css"].find((name) => name in module);
  if (other !== undefined || !(module.handler ?? module.default)) {
    throw new Error(
      `Cannot route ${file} as it exports ${other ?? "neither of both"}: ` +
        "lib/fresh takes a handler, a page as default, or both",
    );
  }
  return module;
}

async function listSources(folder: string): Promise<string[]> {
  return (await listFiles(folder)).filter((file) => /\.[jt]sx?$/.test(file));
}

/** Regular files below a folder; links are left out, as they may lead anywhere. */
async function listFiles(folder: string): Promise<string[]> {
  const options = { recursive: true, withFileTypes: true } as const;
  return (await readdir(folder, options))
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}
