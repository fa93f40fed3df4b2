import { extname } from "node:path";
import { BUILD } from "./build.ts";
import type { Middleware } from "./types.ts";

/** Start of the URL paths that name a build, so that what is behind never changes. */
export const SCRIPTS = "/_fresh/js/";

const TYPES: Record<string, string> = {
  ".css": "text/css; charset=utf-8",
  ".ico": "image/x-icon",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".txt": "text/plain; charset=utf-8",
  ".woff2": "font/woff2",
};

/** Serves the files of the static folder and the scripts of the islands. */
export function staticFiles<State>(): Middleware<State> {
  return async (ctx) => {
    const path = decodeURIComponent(ctx.url.pathname);
    const bytes = ctx[BUILD].files.get(path);
    if (bytes === undefined) return await ctx.next();
    if (!/^(GET|HEAD)$/.test(ctx.req.method)) {
      return new Response("Method Not Allowed", { status: 405 });
    }
    return new Response(bytes, {
      headers: {
        "content-type": TYPES[extname(path)] ?? "application/octet-stream",
        "content-length": `${bytes.length}`,
        "cache-control": path.startsWith(SCRIPTS)
          ? "public, max-age=31536000, immutable"
          : "no-cache, no-store, max-age=0, must-revalidate",
      },
    });
  };
}
