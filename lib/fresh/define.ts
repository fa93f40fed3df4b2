import type {
  PageProps,
  PageResponse,
  RouteData,
  RouteHandler,
  ServerComponent,
} from "./types.ts";

/** Identity functions that give handlers and pages their types. */
export interface Define<State> {
  /** Types the handlers of a route; `Data` is what they pass to `page()`. */
  handlers<
    Data = unknown,
    Handler extends RouteHandler<Data, State> = RouteHandler<Data, State>,
  >(handler: Handler): Handler;
  /** Types a page; `define.page<typeof handler>` has `data` typed. */
  page<Handler = never>(
    component: ServerComponent<PageProps<RouteData<Handler>, State>>,
  ): ServerComponent<PageProps<RouteData<Handler>, State>>;
}

/** Makes the typed helpers for an app whose `ctx.state` is a `State`. */
export function createDefine<State>(): Define<State> {
  return { handlers: (handler) => handler, page: (component) => component };
}

/** Has the route's page rendered with `data`; status 200 unless given. */
export function page(): PageResponse<undefined>;
export function page<Data>(
  data: Data,
  options?: { status?: number; headers?: HeadersInit },
): PageResponse<Data>;
export function page(
  data?: unknown,
  options: { status?: number; headers?: HeadersInit } = {},
): PageResponse<unknown> {
  return { data, status: options.status, headers: options.headers };
}
