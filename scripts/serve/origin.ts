import type { Refusal } from "./guard.ts";

const SAFE = ["GET", "HEAD", "OPTIONS"];

/**
 * Refuses writes, upgrades and event streams that another site makes a browser
 * send. A request with neither `Origin` nor `Sec-Fetch-Site` comes from a
 * program such as curl and passes: this server keeps no sessions, so there is
 * nothing of a user's to misuse. With a cookie it would be a browser that
 * hides its origin, and is refused.
 */
export function refuseOrigin(req: Request, hosts: string[]): Refusal | null {
  const { headers, method } = req;
  const streams = headers.has("upgrade") ||
    headers.get("accept")?.includes("text/event-stream");
  if (SAFE.includes(method) && !streams) return null;
  const site = headers.get("sec-fetch-site");
  const origin = headers.get("origin");
  const foreignSite = site !== null && site !== "same-origin" &&
    site !== "none";
  const foreignOrigin = origin !== null &&
    !hosts.some((host) => origin === `http://${host}`);
  const hidden = site === null && origin === null && headers.has("cookie");
  return foreignSite || foreignOrigin || hidden
    ? { status: 403, message: "Another site may not send this request" }
    : null;
}
