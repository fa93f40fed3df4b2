import type { PageProps, Route, ServerComponent } from "./types.ts";

/** Key of the build on an app and on its contexts; not for routes. */
export const BUILD = Symbol("fresh.build");

/** Everything a `Builder` found and made. */
export interface Build {
  /** The document around every page: html, head and body. */
  app: ServerComponent<PageProps>;
  // deno-lint-ignore no-explicit-any
  error: Route<any> | null;
  // deno-lint-ignore no-explicit-any
  notFound: Route<any> | null;
  /** File below the routes folder, such as `/runs/[id]`, to what loads it. */
  routes: Map<string, LoadRoute>;
  // deno-lint-ignore ban-types
  islands: Map<Function, Island>;
  /** URL path of the browser's boot code. */
  bootUrl: string;
  /** URL path to what is sent for it. */
  files: Map<string, Uint8Array<ArrayBuffer>>;
}

/** Imports a route, on its first request. */
// deno-lint-ignore no-explicit-any
export type LoadRoute = () => Promise<Route<any>>;

/** Where the browser finds an island's code. */
export interface Island {
  url: string;
  exportName: string;
}
