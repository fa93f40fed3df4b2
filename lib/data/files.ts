import { explainDenied } from "../core/denied.ts";
import { NablaError } from "../core/errors.ts";
import { gunzip, isGzip } from "./gunzip.ts";
import { asItLooks } from "./looks_like.ts";

/**
 * The first of `names` in `directory` that exists, unpacked if it is gzip, and its path.
 *
 * @param options.maxBytes Largest content accepted, in bytes
 * @param options.remedy What to do where none exists, for the message
 * @throws {NablaError} If none exists, none may be read, or the content is damaged or too large
 */
export async function readDataFile(
  directory: string,
  options: { names: readonly string[]; maxBytes: number; remedy: string },
): Promise<{ bytes: Uint8Array; path: string }> {
  const { names, maxBytes, remedy } = options;
  for (const name of names) {
    const path = `${directory}/${name}`;
    const bytes = await read(path, maxBytes);
    if (!bytes) continue;
    if (isGzip(bytes)) {
      return { bytes: gunzip(bytes, { name: path, maxBytes }), path };
    }
    if (path.endsWith(".gz")) {
      throw new NablaError(
        `Cannot unpack ${path}: it is not gzip${asItLooks(bytes)}`,
      );
    }
    return { bytes, path };
  }
  throw new NablaError(
    `Cannot find ${names.join(" or ")} in ${directory}: ${remedy}`,
  );
}

/** The file's bytes, or `undefined` where there is no such file. */
async function read(
  path: string,
  maxBytes: number,
): Promise<Uint8Array | undefined> {
  try {
    const { size } = await Deno.stat(path);
    if (size > maxBytes) {
      throw new NablaError(
        `Cannot read ${path}: it has ${size} bytes, at most ${maxBytes} are accepted`,
      );
    }
    return await Deno.readFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    if (error instanceof NablaError) throw error;
    if (error instanceof Deno.errors.NotCapable) {
      throw new NablaError(
        `Cannot read ${path}: ${explainDenied(error.message)}`,
        { cause: error },
      );
    }
    const reason = error instanceof Error ? error.message : String(error);
    throw new NablaError(`Cannot read ${path}: ${reason}`, { cause: error });
  }
}

/** SHA-256 of `bytes`, 64 hexadecimal digits. */
export async function sha256Of(bytes: Uint8Array): Promise<string> {
  const digest = await crypto.subtle.digest(
    "SHA-256",
    bytes as Uint8Array<ArrayBuffer>,
  );
  return new Uint8Array(digest).toHex();
}

/** Removes a folder with all it holds; that it is gone already is no error. */
export async function removeFolder(path: string): Promise<void> {
  try {
    await Deno.remove(path, { recursive: true });
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
