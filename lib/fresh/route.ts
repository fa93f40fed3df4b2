import { HttpError } from "./error.ts";
import { renderPage } from "./render.ts";
import type { Context, Method, Route } from "./types.ts";

/**
 * Answers a request with a route.
 *
 * @param errorStatus Makes it an error page: drawn for every method, with this
 *   status unless its handler gives another
 */
export async function answerRoute<State>(
  ctx: Context<State>,
  { handler, default: component }: Route<State>,
  errorStatus?: number,
): Promise<Response> {
  const { method } = ctx.req;
  const handle = typeof handler === "function"
    ? handler
    : handler?.[method as Method] ??
      (method === "HEAD" ? handler?.GET : undefined);
  const drawn = errorStatus !== undefined || /^(GET|HEAD)$/.test(method);
  if (!handle && !(component && drawn)) throw new HttpError(404);

  const result = handle ? await handle(ctx) : { data: {} };
  if (result instanceof Response) return result;
  if (component === undefined) {
    throw new Error(
      `Cannot render ${ctx.url.pathname} as its route has no page: export default a component, or return a Response`,
    );
  }
  ctx.data = result.data;
  const { status = errorStatus, headers } = result;
  return renderPage(ctx, component, { status, headers });
}
