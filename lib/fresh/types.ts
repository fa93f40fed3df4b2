import type { ComponentChildren, FunctionComponent } from "preact";
import type { BUILD, Build } from "./build.ts";

/** The request methods a handler may be written for. */
export type Method =
  | "HEAD"
  | "GET"
  | "POST"
  | "PUT"
  | "PATCH"
  | "DELETE"
  | "OPTIONS";

/** One request on its way through middlewares, handler and page. */
export interface Context<State> {
  readonly req: Request;
  /** The request's URL, several slashes in a row collapsed to one. */
  readonly url: URL;
  /** Decoded with `decodeURI`; a rest parameter that is absent is "". */
  readonly params: Record<string, string>;
  /** Shared by the middlewares and the page of this request; starts empty. */
  state: State;
  /** What the handler passed to `page()`. */
  data: unknown;
  /** What was thrown downstream, or null. */
  error: unknown;
  /** In the app wrapper: what it wraps. */
  Component: FunctionComponent;
  /** Passes the request to the next middleware or the route. */
  next: () => Promise<Response>;
  readonly [BUILD]: Build;
}

/** Answers a request, or passes it on with `ctx.next()`. */
export type Middleware<State> = (
  ctx: Context<State>,
) => Response | Promise<Response>;

/** What a page or the app wrapper receives. */
export type PageProps<Data = unknown, State = unknown> =
  & Pick<
    Context<State>,
    "url" | "req" | "params" | "state" | "error" | "Component"
  >
  & { data: Data };

/** A page or the app wrapper. */
export type ServerComponent<Props> = (props: Props) => ComponentChildren;

/** What a handler returns to have its page rendered with `data`. */
export interface PageResponse<Data> {
  data: Data;
  status?: number;
  headers?: HeadersInit;
}

/** Handles one method of a route. */
export type HandlerFn<Data, State> = (
  ctx: Context<State>,
) =>
  | Response
  | PageResponse<Data>
  | Promise<Response | PageResponse<Data>>;

/** Handlers by request method. */
export type HandlerByMethod<Data, State> = {
  [M in Method]?: HandlerFn<Data, State>;
};

/** One handler for every method, or handlers by method. */
export type RouteHandler<Data, State> =
  | HandlerFn<Data, State>
  | HandlerByMethod<Data, State>;

// deno-lint-ignore no-explicit-any
type AnyFunction = (...args: any[]) => any;

type DataOf<Handler> = Handler extends AnyFunction
  ? Awaited<ReturnType<Handler>> extends infer Result
    ? Result extends PageResponse<infer Data> ? Data : never
  : never
  : never;

/** The data a route's handlers hand to its page. */
export type RouteData<Handler> = Handler extends AnyFunction ? DataOf<Handler>
  : { [M in keyof Handler]: DataOf<Handler[M]> }[keyof Handler];

/** What a file below the routes folder exports: a handler, a page, or both. */
export interface Route<State> {
  // deno-lint-ignore no-explicit-any
  handler?: RouteHandler<any, State>;
  // deno-lint-ignore no-explicit-any
  default?: ServerComponent<PageProps<any, State>>;
}
