/** JSON under gzip, the form of every shipped file. */
import { gunzipSync, gzipSync } from "node:zlib";
import { z } from "zod";
import { NablaError } from "../../core/errors.ts";

/** Ending of shipped files. */
export const ENDING = ".json.gz";

/** Most bytes of JSON that are unpacked. */
const LARGEST = 64 * 1024 * 1024;

/** A JSON value as the bytes of a gzip file; the same value gives the same bytes. */
export function pack(value: unknown): Uint8Array {
  return gzipSync(JSON.stringify(value) + "\n", { level: 9 });
}

/** The value {@link pack} was given. @throws {NablaError} If `bytes` are no gzip file of JSON, or unpack to more than 64 MiB */
export function unpack(bytes: Uint8Array): unknown {
  try {
    const text = gunzipSync(bytes, { maxOutputLength: LARGEST });
    return JSON.parse(new TextDecoder().decode(text));
  } catch (error) {
    throw unreadable((error as Error).message, error);
  }
}

/** `value` as `schema` reads it. @throws {NablaError} If it does not fit */
export function parse<T extends z.ZodType>(
  schema: T,
  value: unknown,
): z.output<T> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw unreadable(z.prettifyError(parsed.error), parsed.error);
}

function unreadable(reason: string, cause: unknown): NablaError {
  return new NablaError(
    `Cannot read a shipped file: ${reason}; need what deno task export RUN --format shipped or deno task derive --ship writes`,
    { cause },
  );
}
