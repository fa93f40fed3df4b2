import type { Refusal } from "./guard.ts";

/** Most bytes of a request's body. */
const LARGEST = 1024 * 1024;

/** Longest a client may take to send a body, in milliseconds. */
const PATIENCE = 10_000;

/** Reads a request's body within the limits; the request it returns holds it whole. */
export async function limitBody(req: Request): Promise<Request | Refusal> {
  if (req.body === null) return req;
  const tooLarge = { status: 413, message: `Body exceeds ${LARGEST} bytes` };
  const declared = Number(req.headers.get("content-length") ?? 0);
  if (declared > LARGEST) return tooLarge;

  const reader = req.body.getReader();
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    reader.cancel().catch(() => {});
  }, PATIENCE);
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      size += value.length;
      if (size > LARGEST) {
        reader.cancel().catch(() => {});
        return tooLarge;
      }
      chunks.push(value);
    }
  } catch {
    return { status: 400, message: "The body broke off" };
  } finally {
    clearTimeout(timer);
  }
  if (late) return { status: 408, message: "The body took too long" };
  const { url, method, headers, signal } = req;
  return new Request(url, { method, headers, signal, body: new Blob(chunks) });
}
