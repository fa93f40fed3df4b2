import { BUILD, type Build } from "./build.ts";
import { HttpError } from "./error.ts";
import { answerRoute } from "./route.ts";
import { makeRouter } from "./router.ts";
import type { Context, Middleware } from "./types.ts";

/** Answers requests. */
export type Handler = (
  req: Request,
  info?: Deno.ServeHandlerInfo,
) => Promise<Response>;

/** A web application: middlewares and the files of the routes folder. */
// deno-lint-ignore no-explicit-any
export class App<State = any> {
  [BUILD]: Build | null = null;
  #middlewares: Middleware<State>[] = [];
  #beforeRoutes: Middleware<State>[] | null = null;

  /** Adds middlewares in front of what is registered after them. */
  use(...middlewares: Middleware<State>[]): this {
    this.#middlewares.push(...middlewares);
    return this;
  }

  /** Adds the files of the routes folder, which a `Builder` has found. */
  fsRoutes(): this {
    this.#beforeRoutes = [...this.#middlewares];
    return this;
  }

  /** The function that answers requests. */
  handler(): Handler {
    const build = this[BUILD];
    if (build === null) {
      throw new Error(
        "Cannot serve an app that was not built: run `(await new Builder({ root }).build())(app)` first",
      );
    }
    const before = this.#beforeRoutes;
    const match = makeRouter(before === null ? new Map() : build.routes);
    const otherwise = [...this.#middlewares, refuse];
    return async (req) => {
      const url = new URL(req.url);
      url.pathname = url.pathname.replace(/\/\/+/g, "/");
      const found = match(url.pathname);
      const ctx = makeContext<State>(req, url, found?.params ?? {}, build);
      const chain: Middleware<State>[] = found === null ? otherwise : [
        ...before!,
        async (ctx) => await answerRoute(ctx, await found.target()),
      ];
      const response = await answer(ctx, chain);
      return req.method === "HEAD" ? withoutBody(response) : response;
    };
  }
}

function makeContext<State>(
  req: Request,
  url: URL,
  params: Record<string, string>,
  build: Build,
): Context<State> {
  return {
    req,
    url,
    params,
    state: {} as State,
    data: undefined,
    error: null,
    Component: () => null,
    next: () => Promise.reject(new Error("ctx.next() is for middlewares")),
    [BUILD]: build,
  };
}

async function answer<State>(
  ctx: Context<State>,
  chain: Middleware<State>[],
): Promise<Response> {
  const step = async (index: number): Promise<Response> => {
    ctx.next = () => step(index + 1);
    return await chain[index]!(ctx);
  };
  try {
    return await step(0);
  } catch (thrown) {
    ctx.error = thrown;
  }
  try {
    return await answerError(ctx);
  } catch (error) {
    const status = statusOf(error);
    if (status >= 500) console.error(error);
    const known = error instanceof HttpError;
    return new Response(known ? error.message : "Internal Server Error", {
      status,
    });
  }
}

/** Answers with the page for `ctx.error`; throws it on where there is none. */
async function answerError<State>(ctx: Context<State>): Promise<Response> {
  const { error: page, notFound } = ctx[BUILD];
  const status = statusOf(ctx.error);
  if (status === 404 && notFound) return await answerRoute(ctx, notFound, 200);
  if (page === null) throw ctx.error;
  // With a handler of its own, the error page decides what to log.
  if (status >= 500 && !page.handler) console.error(ctx.error);
  return await answerRoute(ctx, page, status);
}

function statusOf(error: unknown): number {
  return error instanceof HttpError ? error.status : 500;
}

function refuse(): never {
  throw new HttpError(404);
}

function withoutBody(response: Response): Response {
  response.body?.cancel();
  return new Response(null, response);
}
