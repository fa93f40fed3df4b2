/**
 * The part of Fresh 2's public API that this site uses, over Preact and
 * esbuild: file routes, island components and static files. What upstream has
 * beyond that is refused by name where a file asks for it.
 */
export { App } from "./app.ts";
export { createDefine, type Define, page } from "./define.ts";
export { HttpError } from "./error.ts";
export { staticFiles } from "./static_files.ts";
export type {
  Context,
  Context as FreshContext,
  HandlerByMethod,
  HandlerFn,
  Method,
  Middleware,
  PageProps,
  PageResponse,
  RouteData,
  RouteHandler,
} from "./types.ts";
