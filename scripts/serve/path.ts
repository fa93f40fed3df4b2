import type { Refusal } from "./guard.ts";

/** Longest path and query, in characters. */
const LONGEST = 4096;

/**
 * Refuses paths that router and file layer might decode differently: encoded
 * or doubled slashes, backslashes, control characters, `.` and `..`, percent
 * signs that are not UTF-8. `url` is the request's URL as it was sent.
 */
export function refusePath(url: string): Refusal | null {
  const target = url.replace(/^[a-z]+:\/\/[^/?#]*/i, "");
  if (target.length > LONGEST) {
    return { status: 414, message: `The path exceeds ${LONGEST} characters` };
  }
  const path = target.replace(/[?#].*$/s, "");
  const reason = fault(path);
  return reason === null ? null : { status: 400, message: `Path ${reason}` };
}

function fault(path: string): string | null {
  if (path.includes("//")) return "contains an empty segment";
  let decoded: string;
  try {
    decoded = decodeURIComponent(path);
  } catch {
    return "is not percent-encoded UTF-8";
  }
  if (decoded.includes("\\")) return "contains a backslash";
  if (/%2f/i.test(path)) return "contains an encoded slash";
  // deno-lint-ignore no-control-regex
  if (/[\x00-\x1f\x7f]/.test(decoded)) return "contains a control character";
  const dots = decoded.split("/").some((part) => part === ".." || part === ".");
  return dots ? "contains . or .. as a segment" : null;
}
