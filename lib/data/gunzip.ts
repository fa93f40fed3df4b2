import { gunzipSync } from "node:zlib";
import { NablaError } from "../core/errors.ts";

/** Whether `bytes` begin as a gzip file does (RFC 1952, section 2.3.1). */
export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/**
 * The content of a gzip file. Output is counted while it is produced: a file
 * that would unpack to more than `maxBytes` costs no more memory than that.
 *
 * @throws {NablaError} If the file is truncated, damaged, not gzip, or too large
 */
export function gunzip(
  bytes: Uint8Array,
  { name, maxBytes }: { name: string; maxBytes: number },
): Uint8Array {
  try {
    const out = gunzipSync(bytes, { maxOutputLength: maxBytes });
    return new Uint8Array(out.buffer, out.byteOffset, out.byteLength);
  } catch (error) {
    throw new NablaError(`Cannot unpack ${name}: ${reason(error, maxBytes)}`, {
      cause: error,
    });
  }
}

function reason(error: unknown, maxBytes: number): string {
  const code = (error as { code?: string }).code;
  if (code === "ERR_BUFFER_TOO_LARGE") {
    return `it holds more than the ${maxBytes} bytes accepted`;
  }
  if (code === "Z_BUF_ERROR") {
    return "it ends too early; fetch it again";
  }
  const detail = error instanceof Error ? error.message : String(error);
  return `it is damaged or not gzip (${detail}); fetch it again`;
}
