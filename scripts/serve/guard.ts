import { refuseOrigin } from "./origin.ts";
import { limitBody } from "./body.ts";
import { refusePath } from "./path.ts";

/** Answers requests, as `app.handler()` does. */
export type Handler = (
  req: Request,
  info?: Deno.ServeHandlerInfo,
) => Response | Promise<Response>;

/** Where the server can be reached. */
export interface GuardOptions {
  port: number;
  /** The name it was told to listen on, besides the loopback names. */
  hostname: string;
}

/** A reason to refuse a request. */
export interface Refusal {
  status: number;
  message: string;
}

/** What a client may ask for; names of methods are case-sensitive. */
const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

/** Most bytes of all header names and values. */
const HEADER_BYTES = 32 * 1024;

/**
 * Puts a door in front of a handler: only requests to a name this server is
 * known by, only known methods and clean paths, no writes on behalf of other
 * sites, bodies up to 1 MB; and security headers on every answer, errors
 * included. HEAD is handled as GET: the server sends the headers alone, with
 * the length of what it leaves out.
 */
export function guard(handler: Handler, options: GuardOptions): Handler {
  const hosts = allowedHosts(options);
  return async (req, info) => {
    try {
      const refusal = refuse(req, hosts, { wire: info !== undefined });
      if (refusal) return secure(refused(refusal));
      const limited = req.method === "HEAD"
        ? new Request(req, { method: "GET" })
        : await limitBody(req);
      if (!(limited instanceof Request)) return secure(refused(limited));
      return secure(await handler(limited, info));
    } catch (error) {
      console.error(error);
      return secure(new Response("Internal Server Error", { status: 500 }));
    }
  };
}

/** The values of Host, with port, that mean this server. */
function allowedHosts({ port, hostname }: GuardOptions): string[] {
  const given = hostname.includes(":") ? `[${hostname}]` : hostname;
  const names = ["127.0.0.1", "localhost", "[::1]", given.toLowerCase()];
  return names.flatMap((name) =>
    port === 80 ? [name, `${name}:80`] : [`${name}:${port}`]
  );
}

function refuse(
  req: Request,
  hosts: string[],
  { wire }: { wire: boolean },
): Refusal | null {
  const { method } = req;
  if (!METHODS.includes(method)) {
    const message = `This server does not know the method ${
      method.slice(0, 50)
    }: it knows ${METHODS.join(", ")}`;
    return { status: 501, message };
  }
  let url: string;
  let host: string;
  try {
    url = req.url;
    host = new URL(url).host;
  } catch {
    return { status: 400, message: "The URL or the Host header is malformed" };
  }
  // Without the header, the URL has a name the client did not send.
  if (wire && !req.headers.has("host")) {
    return { status: 400, message: "The Host header is missing" };
  }
  // An absolute request line makes the two differ, so both must be ours.
  const asked = req.headers.get("host")?.toLowerCase() ?? host;
  if (!hosts.includes(host) || !hosts.includes(asked)) {
    const message = `This server answers to ${hosts.join(", ")} only: ` +
      "start it with --host NAME to add a name";
    return { status: 421, message };
  }
  let size = 0;
  for (const [name, value] of req.headers) size += name.length + value.length;
  if (size > HEADER_BYTES) {
    return { status: 431, message: `Headers exceed ${HEADER_BYTES} bytes` };
  }
  return refusePath(url) ?? refuseOrigin(req, hosts);
}

function refused({ status, message }: Refusal): Response {
  return new Response(message, { status });
}

/** The nonce of the inline scripts in a response that Fresh rendered. */
const NONCE = Symbol.for("__freshNonce");

/** Adds the security headers; `'unsafe-inline'` styles are for formulas and charts. */
export function secure(response: Response): Response {
  const nonce = Reflect.get(response, NONCE);
  const scripts = nonce ? `'self' 'nonce-${nonce}'` : "'self'";
  const headers = {
    "content-security-policy": [
      "default-src 'self'",
      `script-src ${scripts}`,
      "style-src 'self' 'unsafe-inline'",
      "img-src 'self' data:",
      "connect-src 'self'",
      "font-src 'self'",
      "base-uri 'none'",
      "form-action 'self'",
      "frame-ancestors 'none'",
    ].join("; "),
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "vary": "accept-encoding",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
  };
  try {
    for (const [name, value] of Object.entries(headers)) {
      response.headers.set(name, value);
    }
    return response;
  } catch {
    // The headers of Response.redirect() and of fetched responses are fixed.
    const { body, status, statusText } = response;
    const all = { ...Object.fromEntries(response.headers), ...headers };
    return new Response(body, { status, statusText, headers: all });
  }
}
